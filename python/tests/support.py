# SPDX-License-Identifier: MIT
"""What the tests share: seeds, modules made of text, and comparing two functions."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import types
from typing import Any, Callable

SEED = int(os.environ.get("CPM_TEST_SEED", "20261127"))
SCALE = float(os.environ.get("CPM_TEST_SCALE", "1"))


def scaled(count: int) -> int:
    return max(1, int(count * SCALE))


class Folder:
    """A folder of modules that are made for a test, and gone after it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._count = 0

    def module(self, text: str) -> types.ModuleType:
        self._count += 1
        name = f"made_for_a_test_{id(self)}_{self._count}"
        path = os.path.join(self._folder.name, f"{name}.py")
        with open(path, "w") as file:
            file.write(text)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    def close(self) -> None:
        self._folder.cleanup()


def outcome(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a call comes to: its value and all types in it, or what it raises."""
    try:
        return "value", typed(function(*args, **kwargs))
    except Exception as failure:
        return "raised", type(failure), str(failure)


def typed(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value), [typed(item) for item in value]
    return type(value), repr(value) if isinstance(value, float) else value

# SPDX-License-Identifier: MIT
"""Builds the wheel, as PEP 517 and PEP 660 ask for it, with Python alone.

A wheel is a zip of the package and a few lines about it. The library goes in too
where it has been built (`make` in the folder above), and the wheel is then one for
this kind of machine; else the package looks for an installed one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sysconfig
import tarfile
import zipfile
from typing import Any, Dict, List, Optional, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "cpmcalc"


def _field(name: str) -> str:
    """A value of pyproject.toml, for which Python 3.9 has no reader."""
    with open(os.path.join(HERE, "pyproject.toml"), encoding="utf-8") as file:
        found = re.search(rf'^{name} = "(.*)"$', file.read(), re.MULTILINE)
    assert found is not None, name
    return found.group(1)


def _library() -> Optional[str]:
    """The library that was built beside the package, if it was."""
    path = os.path.join(HERE, os.pardir, "build", "release", f"libcpmcalc.so.{_field('version')}")
    return path if os.path.exists(path) else None


def _metadata() -> str:
    return (f"Metadata-Version: 2.1\nName: {_field('name')}\nVersion: {_field('version')}\n"
            f"Summary: {_field('description')}\nRequires-Python: {_field('requires-python')}\n"
            "License: MIT\n")


def _tag(has_library: bool) -> str:
    platform = re.sub("[-.]", "_", sysconfig.get_platform()) if has_library else "any"
    return f"py3-none-{platform}"


def _package_files() -> List[str]:
    return sorted(name for name in os.listdir(os.path.join(HERE, PACKAGE))
                  if name.endswith((".py", ".typed")))


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write_wheel(folder: str, files: Dict[str, bytes], tag: str) -> str:
    stem = f"{PACKAGE}-{_field('version')}"
    info = f"{stem}.dist-info"
    files[f"{info}/METADATA"] = _metadata().encode()
    pure = "true" if tag.endswith("any") else "false"
    files[f"{info}/WHEEL"] = (f"Wheel-Version: 1.0\nGenerator: build_backend\n"
                              f"Root-Is-Purelib: {pure}\nTag: {tag}\n").encode()
    record = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in files.items()]
    record.append(f"{info}/RECORD,,")
    files[f"{info}/RECORD"] = ("\n".join(record) + "\n").encode()
    name = f"{stem}-{tag}.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
    return name


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


# ---- What pip calls -----------------------------------------------------------------------


def build_wheel(wheel_directory: str, config_settings: Any = None,
                metadata_directory: Optional[str] = None) -> str:
    files = {f"{PACKAGE}/{name}": _read(os.path.join(HERE, PACKAGE, name))
             for name in _package_files()}
    library = _library()
    if library is not None:
        files[f"{PACKAGE}/libcpmcalc.so.0"] = _read(library)
    return _write_wheel(wheel_directory, files, _tag(library is not None))


def build_editable(wheel_directory: str, config_settings: Any = None,
                   metadata_directory: Optional[str] = None) -> str:
    return _write_wheel(wheel_directory, {f"{PACKAGE}.pth": HERE.encode() + b"\n"}, _tag(False))


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    stem = f"{PACKAGE}-{_field('version')}"
    contents: List[Tuple[str, str]] = [(name, name) for name in ("pyproject.toml",
                                                                 "build_backend.py")]
    contents += [(f"{PACKAGE}/{name}", f"{PACKAGE}/{name}") for name in _package_files()]
    with tarfile.open(os.path.join(sdist_directory, f"{stem}.tar.gz"), "w:gz") as archive:
        for source, name in contents:
            archive.add(os.path.join(HERE, source), f"{stem}/{name}")
    return f"{stem}.tar.gz"

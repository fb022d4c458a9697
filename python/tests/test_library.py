# SPDX-License-Identifier: MIT
"""The structs and functions that ctypes sees are those of the header."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from cpmcalc import _library

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir)
HEADER = os.path.join(ROOT, "include", "cpmcalc.h")

STRUCTS = {"cpm_config": _library.Config, "cpm_spec": _library.Spec, "cpm_pace": _library.Pace,
           "cpm_text": _library.Text, "cpm_span": _library.Span}


def members(header: str, name: str) -> "list[str]":
    """The names of a struct's members, in their order."""
    found = re.search(rf"typedef struct {name} {{\n(.*?)\n}} {name};", header, re.DOTALL)
    assert found is not None, name
    body = re.sub(r"/\*.*?\*/", "", found.group(1), flags=re.DOTALL)
    return re.findall(r"(?:\(\*)?(\w+)(?:\)\([^;]*\))?;", body)


class Header(unittest.TestCase):
    def setUp(self) -> None:
        with open(HEADER, encoding="utf-8") as file:
            self.header = file.read()

    def test_members(self) -> None:
        for name, struct in STRUCTS.items():
            self.assertEqual(members(self.header, name), [field[0] for field in struct._fields_])

    def test_functions_and_statuses(self) -> None:
        for name in _library._SIGNATURES:
            if name.startswith("cpm_"):
                self.assertRegex(self.header, rf"\b{name}\(")
        found = re.search(r"typedef enum cpm_status {(.*?)} cpm_status;", self.header, re.DOTALL)
        assert found is not None
        names = re.findall(r"CPM_(\w+)", re.sub(r"/\*.*?\*/", "", found.group(1), flags=re.DOTALL))
        self.assertEqual([getattr(_library, name) for name in names], list(range(11)))

    def test_sizes(self) -> None:
        """As the compiler has them, where there is one."""
        compiler = shutil.which("cc")
        if compiler is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "sizes.c")
            with open(source, "w") as file:
                file.write('#include <cpmcalc.h>\n#include <stdio.h>\nint main(void) {\n'
                           'printf("%zu %zu %zu %zu %zu", sizeof(cpm_config), sizeof(cpm_spec), '
                           'sizeof(cpm_pace), sizeof(cpm_err), sizeof(mpz_t)); return 0; }\n')
            program = os.path.join(folder, "sizes")
            subprocess.run([compiler, "-I", os.path.dirname(HEADER), source, "-o", program],
                           check=True)
            sizes = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True)
        self.assertEqual([int(size) for size in sizes.stdout.split()], [
            ctypes.sizeof(struct) for struct in (_library.Config, _library.Spec, _library.Pace,
                                                 _library.Err, _library.Mpz)])


if __name__ == "__main__":
    unittest.main()

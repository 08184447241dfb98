"""The cases of Autobahn's WebSocket test suite, from the package as it is published.

The package is written in Python 2, where a text is bytes. Here a text stands for the bytes that its characters are in
Latin-1: sources are read as such, a few lines that are no Python 3 are rewritten while they are loaded, and `fuzzer`
translates at its edge. Nothing of a case is changed that it sends, or that it expects.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

PACKAGE = "autobahntestsuite"

COMPRESSION = re.compile(r"^.*\bCase1[23]_|^from case1[23]_", re.IGNORECASE)
"""Lines about compression, which converse does not speak: a server that has not agreed to it is not tested."""

REWRITES = [
    (r"(?m)^(\s*)print\b.*$", r"\1pass"),
    (r"\(object, Case, ?\)", "(Case,)"),
    (r"(?m)^from zope\.interface import implements$", ""),
    (r"(?m)^\s*implements\(.*\)$", ""),
    (r"\bbinascii\.b2a_hex\(", "hexadecimal("),
    (r"\bxrange\(", "range("),
    (r"(?m)\bv\.validate\((.*)\)$", r'v.validate((\1).encode("latin-1"))'),
    (r"len\(self\.payload\) / ", "len(self.payload) // "),
]
"""What Python 3 reads otherwise, or not at all."""


def hexadecimal(text: str | bytes) -> str:
    """The bytes of a text, as the descriptions of cases show them."""
    return (text if isinstance(text, bytes) else text.encode("latin-1")).hex()


def folder() -> Path:
    """Where the cases are."""
    found = importlib.util.find_spec(PACKAGE)
    assert found and found.submodule_search_locations, f"{PACKAGE} is not installed: pip install -r requirements.txt"
    return Path(found.submodule_search_locations[0]) / "case"


class Cases(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `case`, `case1_1_1` and so on, which call each other by these names."""

    def __init__(self) -> None:
        self._folder = folder()

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        known = re.fullmatch(r"case(\d\w*)?", name) and self._file(name).is_file()
        return importlib.util.spec_from_loader(name, self, origin=str(self._file(name))) if known else None

    def exec_module(self, module: ModuleType) -> None:
        self.run(self._file(module.__name__), module.__dict__)

    def run(self, file: Path, names: dict[str, object]) -> None:
        """Runs a file of the suite with these names."""
        lines = file.read_text("latin-1").splitlines()
        source = "\n".join(line for line in lines if not COMPRESSION.match(line))
        for pattern, by in REWRITES:
            source = re.sub(pattern, by, source)
        names["hexadecimal"] = hexadecimal
        exec(compile(source, str(file), "exec"), names)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.py"


def cases() -> dict[str, type]:
    """Every case by its number, `1.1.1`, in the order of the suite."""
    finder = Cases()
    sys.meta_path.insert(0, finder)
    listed: dict[str, object] = {"__name__": "all_cases"}
    finder.run(folder() / "__init__.py", listed)
    from case import Case

    # By value: pickles, by which the suite compares, tell apart what is equal and not the same.
    Case.compare = lambda self, one, other: one == other
    return {".".join(case.__name__.removeprefix("Case").split("_")): case for case in listed["Cases"]}

"""Scripts that mount file systems."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "CONVERSE_APART"


def apart() -> None:
    """Runs this script once more, in namespaces of its own: what it mounted and started is gone when it is, whatever happens."""
    if os.environ.get(MARK):
        return
    if os.geteuid() != 0:
        sys.exit(f"error: {Path(sys.argv[0]).name} mounts file systems: run it as root")
    namespaces = ("--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
    os.environ[MARK] = "yes"
    os.execvp("unshare", ["unshare", *namespaces, sys.executable, *sys.argv])


def call(*command: str | Path) -> None:
    """Runs a program that says nothing if all is well."""
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, f"{' '.join(map(str, command))}: {ended.stdout}{ended.stderr}"


@contextmanager
def mounted(*arguments: str | Path) -> Iterator[Path]:
    """Mounts it on an empty folder: the arguments of `mount`, but for the folder."""
    with tempfile.TemporaryDirectory() as name:
        call("mount", *arguments, name)
        try:
            yield Path(name)
        finally:
            call("umount", name)

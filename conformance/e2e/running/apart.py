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


def apart(with_disks: bool = False) -> None:
    """Runs this script once more, in namespaces of its own: what it mounted and started is gone when it is, whatever happens.

    Where it mounts disks, and not only memory, it takes root.
    """
    if os.environ.get(MARK):
        return
    namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        if with_disks:
            sys.exit(f"error: {Path(sys.argv[0]).name} mounts disks: run it as root")
        namespaces.append("--map-root-user")
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

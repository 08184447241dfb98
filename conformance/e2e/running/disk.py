"""A disk whose power can be cut, and is on again behind it.

Its image is a file on XFS, which can clone a file at one instant, while it is written. In the image is an ext4; the loop
device between them reads and writes past the system's memory. So a clone holds what had reached the disk at that instant, and
nothing of what was only written.
"""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .apart import call, mounted

FICLONE = 0x40049409
"""The request of ioctl(2) that makes a file share another's blocks, all at once."""


class Disk:
    """A folder on the disk, and the disk's image."""

    def __init__(self, folder: Path, image: Path) -> None:
        self.folder, self._image = folder, image
        self.cuts = 0

    @contextmanager
    def cut(self) -> Iterator[Path]:
        """The folder as it is on a disk whose power is cut now, once its file system was repaired by its own journal."""
        self.cuts += 1
        clone = self._image.with_name(f"cut-{self.cuts}")
        with open(self._image, "rb") as image, open(clone, "wb") as copy:
            fcntl.ioctl(copy, FICLONE, image.fileno())
        try:
            with mounted("-o", "loop", clone) as folder:
                yield folder
        finally:
            clone.unlink()


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """A disk of 512 MiB; what is in the folder is its own."""
    outer = folder / "outer"
    empty(outer, "4G")
    call("mkfs.xfs", "-q", "-m", "reflink=1", outer)
    with mounted("-o", "loop", outer) as under:
        image = under / "disk"
        empty(image, "512M")
        # Nothing is left to be done later, when somebody looks at what is written.
        call("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        with mounted("-o", "loop", image) as inner:
            past_memory(image)
            yield Disk(inner, image)


def empty(file: Path, size: str) -> None:
    call("truncate", "-s", size, file)


def past_memory(image: Path) -> None:
    """Has the loop device of this image go past the system's memory."""
    listed = subprocess.run(["losetup", "-n", "-O", "NAME", "-j", image], capture_output=True, text=True, check=True)
    call("losetup", "--direct-io=on", listed.stdout.strip())

"""Where a server keeps its rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import store
from .check import Row
from .postgres import Cluster, cluster


class Place:
    """Its folder, in which there is a file of SQLite, or a cluster of PostgreSQL."""

    def __init__(self, folder: Path, database: Cluster | None) -> None:
        self.folder, self.database = folder, database

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--store", self.database.url) if self.database else ()

    def notes(self) -> list[Row]:
        """The notes that are kept, none of which is damaged."""
        return self.database.notes() if self.database else store.notes(self.folder)


@contextmanager
def place(folder: Path, kind: str) -> Iterator[Place]:
    """One of `sqlite` or `postgres`; what is in the folder already is used."""
    if kind == "sqlite":
        yield Place(folder, None)
        return
    with cluster(folder / "database") as database:
        yield Place(folder, database)

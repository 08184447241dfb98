"""What the server keeps, read behind its back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from .check import Row

NOTES = 'SELECT "_id", "_key", "text" FROM "note" ORDER BY "_id"'


def opened(file: Path) -> closing[sqlite3.Connection]:
    """A connection that changes nothing."""
    return closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10))


def is_whole(connection: sqlite3.Connection) -> None:
    """Fails if the file is damaged."""
    found = connection.execute("PRAGMA integrity_check").fetchall()
    assert found == [("ok",)], found


def notes(folder: Path) -> list[Row]:
    """The notes in `converse.db`, which is whole."""
    with opened(folder / "converse.db") as connection:
        is_whole(connection)
        return connection.execute(NOTES).fetchall()

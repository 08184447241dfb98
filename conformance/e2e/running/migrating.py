"""Tables before and behind a change that was killed in its midst."""

from __future__ import annotations

import json
from dataclasses import dataclass

from . import Server

FLAGS = ("--http", "off", "--tcp", "127.0.0.1:0")
NOTES = 50
"""How many notes an older program has left."""


@dataclass(frozen=True)
class Tables:
    """How each table, column and index was made, what is in those that hold something, and what was done to them."""

    made: dict[str, str]
    rows: dict[str, list[tuple]]
    changes: list[str]


def call(server: Server, **message: object) -> dict:
    with server.connect() as connection, connection.makefile("rb") as replies:
        connection.sendall(json.dumps(message).encode() + b"\n")
        return json.loads(replies.readline())


def write_notes(server: Server) -> None:
    for number in range(NOTES):
        assert "Noted" in call(server, Note={"text": f"note {number}"})


def is_whole_behind_a_kill(where: str, was: Tables, found: Tables, behind: Tables) -> None:
    """Fails if the tables are neither those before nor those behind."""
    assert found.made in (was.made, behind.made), f"{where}: the tables are half made: {found.made.keys()}"
    changes = behind.changes if found.made == behind.made else was.changes
    assert found.changes == changes, f"{where}: {found.changes}"


def is_whole_at_the_end(where: str, was: Tables, then: Tables, behind: Tables) -> None:
    """Fails if the next start, and one note more, did not lead to what they should."""
    assert then.made == behind.made and then.changes == behind.changes, f"{where}: {then}"
    assert then.rows["note"][:-1] == was.rows["note"], f"{where}: notes are lost"
    assert was.rows["user"] in ([], then.rows["user"]), f"{where}: users are lost"

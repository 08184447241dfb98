"""The sign_in server is killed while it makes its tables, or changes them, and is started again: argument 1 is its binary.

strace kills it (SIGKILL) at the n-th write, sync, cut or removal of a file, in place of it: between two of these nothing
changes on the disk, whatever statement is run. Then the tables are those before or those behind, and nothing between; the next
start makes them those of the classes, and no row is lost. Three such places by chance, or as many as --times says; every one,
if it says more than there are.
"""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server
from running.migrating import FLAGS, Tables, call, is_whole_at_the_end, is_whole_behind_a_kill, write_notes
from running.settings import settings
from running.store import is_whole, opened
from running.trace import CHANGES, counts, traced

SETTINGS = settings(__doc__, times=3)

OLDER = """
PRAGMA journal_mode = DELETE;
DROP TABLE "session";
ALTER TABLE "note" DROP COLUMN "_principal";
DROP TABLE "converse_keys";
DELETE FROM "converse_history";
"""
"""What makes the tables of today those of an older program, in one file."""


def tables(folder: Path) -> Tables:
    with opened(folder / "converse.db") as connection:
        is_whole(connection)
        schema = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
        made = dict(connection.execute(schema).fetchall())

        def rows(table: str, columns: str) -> list[tuple]:
            return connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall() if table in made else []

        kept = {"note": rows("note", "_id, _at, _key, text"), "user": rows("user", "username, password_hash")}
        return Tables(made, kept, [change for (change,) in rows("converse_history", "change")])


def make_older(folder: Path) -> None:
    """A database with rows, as a program that had fewer tables and columns left it."""
    with Server(SETTINGS.binary, *FLAGS, folder=folder) as server:
        write_notes(server)
        server.terminate()
        assert server.wait() == 0
    with closing(sqlite3.connect(folder / "converse.db")) as connection:
        connection.executescript(OLDER)


def places(before: Path) -> list[tuple[str, int]]:
    """At which calls the start can be killed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(before, Path(name) / "folder"))
        log = Path(name) / "log"
        with Server(*traced(log, CHANGES), SETTINGS.binary, *FLAGS, folder=folder) as server:
            server.terminate()
            server.wait()
            made = counts(log)
        return [(call, number + 1) for call in CHANGES for number in range(made[call])]


def seen(folder: Path) -> Tables:
    """What is there, read from a copy: who reads a file in its place may change it."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(shutil.copytree(folder, Path(name) / "copy"))
        # What a killed process left in the log is read by those who may write.
        with closing(sqlite3.connect(copy / "converse.db")) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        return tables(copy)


def kill_at(call_: str, number: int, before: Path, behind: Tables) -> bool:
    """Kills a start there and starts again; whether it came so far."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(before, Path(name) / "folder"))
        was = seen(folder)
        strace = traced(Path(name) / "log", (call_,), f"{call_}:error=EIO:signal=KILL:when={number}")
        server = Server(*strace, SETTINGS.binary, *FLAGS, folder=folder)
        was_ready = server.starts()
        server.__exit__()
        assert was_ready or server.process.returncode == -signal.SIGKILL, server.errors
        where = f"killed at {call_} {number}"
        is_whole_behind_a_kill(where, was, seen(folder), behind)
        with Server(SETTINGS.binary, *FLAGS, folder=folder) as server:
            assert "Noted" in call(server, Note={"text": "after all"})
        is_whole_at_the_end(where, was, tables(folder), behind)
        return not was_ready


def kill_everywhere(before: Path, chance: random.Random, most: int) -> tuple[int, int]:
    """Kills at so many places by chance; how often, and of how many places."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(before, Path(name) / "folder"))
        with Server(SETTINGS.binary, *FLAGS, folder=folder):
            behind = tables(folder)
    there = places(before)
    some = chance.sample(there, min(most, len(there)))
    return sum(kill_at(call_, number, before, behind) for call_, number in some), len(there)


def main(folder: Path) -> None:
    chance = random.Random(SETTINGS.seed)
    new, older = folder / "new", folder / "older"
    new.mkdir()
    older.mkdir()
    make_older(older)
    for before, what, most in ((new, "making", SETTINGS.times // 2), (older, "changing", (SETTINGS.times + 1) // 2)):
        kills, there = kill_everywhere(before, chance, most)
        assert kills > 0, "no start was killed"
        print(f"killed {kills} times while {what} the tables, which has {there} places (seed {SETTINGS.seed}): none half made, no row lost")


with tempfile.TemporaryDirectory() as name:
    main(Path(name))

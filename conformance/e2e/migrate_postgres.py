"""The sign_in server is killed while it makes its tables in PostgreSQL, or changes them: argument 1 is its binary.

Between it and the database stands a proxy, which kills the server (SIGKILL) in place of its n-th statement: for all n up to its
being ready, or for as many by chance as --times says. Then the tables are those before or those behind, and nothing between; the
next start makes them those of the classes, and no row is lost.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server
from running.migrating import FLAGS, Tables, call, is_whole_at_the_end, is_whole_behind_a_kill, write_notes
from running.postgres import Cluster, cluster
from running.proxy import Proxy
from running.settings import settings

OLDER = """
DROP TABLE session;
ALTER TABLE note DROP COLUMN _principal;
DROP TABLE converse_keys;
DELETE FROM converse_history;
"""
"""What makes the tables of today those of an older program."""

MADE = """
SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default, is_identity)
    FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


class Scene:
    """A cluster in which databases come and go."""

    def __init__(self, database: Cluster, folder: Path) -> None:
        self._cluster, self._folder, self._number = database, folder, 0

    def copy(self, of: str) -> str:
        """A new database like this one."""
        self._number += 1
        name = f"copy_{self._number}"
        self._cluster.ask(f"CREATE DATABASE {name} TEMPLATE {of}")
        return name

    def drop(self, name: str) -> None:
        self._cluster.ask(f"DROP DATABASE {name} WITH (FORCE)")

    def ask(self, name: str, sql: str) -> list[list[str]]:
        return self._cluster.ask(sql, name)

    def server(self, name: str, of: Path | None = None) -> Server:
        """A server whose rows are in this database, which it finds in this folder."""
        url = f"postgres://postgres@/{name}?host={of or self._cluster.folder}"
        return Server(SETTINGS.binary, *FLAGS, "--store", url, folder=self._folder)

    def tables(self, name: str) -> Tables:
        made = dict(self.ask(name, MADE))
        known = {key.partition(".")[0] for key in made}

        def rows(table: str, columns: str) -> list[tuple]:
            of = f'SELECT {columns} FROM "{table}" ORDER BY 1'
            return [tuple(row) for row in self.ask(name, of)] if table in known else []

        kept = {"note": rows("note", "_id, _at, _key, text"), "user": rows("user", "username, password_hash")}
        return Tables(made, kept, [change for _, change in rows("converse_history", "id, change")])

    def make_older(self) -> str:
        """A database with rows, as a program that had fewer tables and columns left it."""
        name = self.copy("template0")
        with self.server(name) as server:
            write_notes(server)
            server.terminate()
            assert server.wait() == 0
        self.ask(name, OLDER)
        return name

    def statements(self, before: str) -> int:
        """How many a start takes."""
        name = self.copy(before)
        with tempfile.TemporaryDirectory() as way, Proxy(Path(way), self._cluster.folder) as proxy:
            with self.server(name, Path(way)):
                count = proxy.statements
        self.drop(name)
        return count

    def kill_at(self, number: int, before: str, behind: Tables) -> bool:
        """Kills a start there and starts again; whether it came so far."""
        name = self.copy(before)
        was = self.tables(name)
        killed: list[Server] = []
        with tempfile.TemporaryDirectory() as way:
            with Proxy(Path(way), self._cluster.folder, number, lambda: killed[0].process.kill()):
                server = self.server(name, Path(way))
                killed.append(server)
                was_ready = server.starts()
                server.__exit__()
        assert was_ready or server.process.returncode == -signal.SIGKILL, server.errors
        where = f"killed at statement {number}"
        is_whole_behind_a_kill(where, was, self.tables(name), behind)
        with self.server(name) as server:
            assert "Noted" in call(server, Note={"text": "after all"})
        is_whole_at_the_end(where, was, self.tables(name), behind)
        self.drop(name)
        return not was_ready

    def kill_everywhere(self, before: str, chance: random.Random) -> tuple[int, int]:
        """Kills at so many statements by chance; how often, and of how many."""
        name = self.copy(before)
        with self.server(name):
            behind = self.tables(name)
        self.drop(name)
        there = self.statements(before)
        some = chance.sample(range(1, there + 1), min(SETTINGS.times, there))
        return sum(self.kill_at(number, before, behind) for number in some), there


def main(folder: Path) -> None:
    with cluster(folder / "database") as database:
        scene, chance = Scene(database, folder), random.Random(SETTINGS.seed)
        for before, what in (("template0", "making"), (scene.make_older(), "changing")):
            kills, there = scene.kill_everywhere(before, chance)
            assert kills > 0, "no start was killed"
            print(
                f"PostgreSQL: killed {kills} times while {what} the tables, which takes {there} statements (seed {SETTINGS.seed}): "
                "none half made, no row lost"
            )


SETTINGS = settings(__doc__, times=3)
with tempfile.TemporaryDirectory() as name:
    main(Path(name))

"""A server of PostgreSQL of a script's own, which may be killed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import PATIENCE
from .check import Row
from .store import NOTES

SETTINGS = ("-c", "listen_addresses=", "-c", "max_wal_size=64MB", "-c", "shared_buffers=16MB")
"""No port, and little room."""

SEPARATOR = "\x1f"
"""Between the columns of what psql prints."""


def program(name: str) -> Path:
    """The path of one of its programs: of Debian's newest, or as others are found."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / name).exists()]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name)) / name
    found = shutil.which(name)
    assert found, f"there is no {name}, of PostgreSQL: `apt-get install postgresql-15`, as root"
    return Path(found)


class Cluster:
    """A cluster in a folder, for its owner alone, on no port, with its syncs; its server is started and killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        # It refuses to be root's.
        self._owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self.kills = 0

    @property
    def url(self) -> str:
        return f"postgres://postgres@/postgres?host={self.folder}"

    def make(self) -> None:
        """Makes it in a new folder."""
        self.folder.mkdir()
        if self._owner is not None:
            os.chown(self.folder, self._owner, -1)
            # Whoever may not look into the folder above would not get here.
            for parent in self.folder.parents:
                if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        made = subprocess.run(
            [program("initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--data-checksums", "-D", self._data],
            capture_output=True,
            text=True,
            user=self._owner,
            cwd=self.folder,
        )
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        """Starts it; the processes of one that was killed go away first."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with open(self.folder / "log", "ab") as log:
                self._process = subprocess.Popen(
                    [program("postgres"), "-D", self._data, "-k", self.folder, *SETTINGS],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    user=self._owner,
                    cwd=self.folder,
                )
            while self._process.poll() is None:
                if self._asks("SELECT 1").returncode == 0:
                    return
                assert time.monotonic() < deadline, self._log()
                time.sleep(0.02)
            assert time.monotonic() < deadline, self._log()
            time.sleep(0.05)

    def kill(self) -> None:
        """Kills the server's first process, which takes the others with it."""
        self._process.kill()
        self._process.wait(PATIENCE)
        self.kills += 1

    def stop(self) -> None:
        """Ends it, if it is there."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE)

    def ask(self, sql: str, database: str = "postgres") -> list[list[str]]:
        """The rows of a statement, each as texts."""
        asked = self._asks(sql, database)
        assert asked.returncode == 0, asked.stderr
        return [line.split(SEPARATOR) for line in asked.stdout.splitlines()]

    def notes(self) -> list[Row]:
        return [(int(number), key, text) for number, key, text in self.ask(NOTES)]

    def _asks(self, sql: str, database: str = "postgres") -> subprocess.CompletedProcess[str]:
        command = [program("psql"), "-X", "-At", "-F", SEPARATOR, "-h", self.folder, "-U", "postgres", "-c", sql, database]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)

    def _log(self) -> str:
        return (self.folder / "log").read_text()[-2000:]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """One that runs, and is made if the folder is not there."""
    made = Cluster(folder)
    if folder.exists():
        # What runs it runs elsewhere: this is what a disk had of it.
        for lock in ("data/postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (folder / lock).unlink(missing_ok=True)
    else:
        made.make()
    try:
        made.start()
        yield made
    finally:
        made.stop()

"""strace between a server and its system: it counts what is asked, and answers in the system's place."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

from . import PATIENCE

SYNCS = ("fsync", "fdatasync")
"""By which a program waits for the disk."""

CHANGES = ("pwrite64", *SYNCS, "ftruncate", "unlink")
"""What SQLite asks that changes what is on a disk, or says that it is there."""


def traced(log: Path, calls: tuple[str, ...], *injections: str) -> tuple[str, ...]:
    """What goes before a command to have these calls noted, and answered as the injections say.

    The command is the process that is started, and strace a process beside it that ends with it.
    """
    injected = [part for injection in injections for part in ("-e", f"inject={injection}")]
    return ("strace", "-D", "-f", "-qq", "-y", "-o", str(log), "-e", f"trace={','.join(calls)}", *injected)


def counts(log: Path) -> Counter[str]:
    """How often each call was made by the thread that made it most: strace counts for each thread alone."""
    threads: Counter[tuple[str, str]] = Counter()
    for line in log.read_text().splitlines():
        found = re.match(r"(\d+)\s+(\w+)\(", line)
        if found:
            threads[found.groups()] += 1
    most: Counter[str] = Counter()
    for (_, call), count in threads.items():
        most[call] = max(most[call], count)
    return most


class Strace:
    """strace on a server that runs already; use it with `with`."""

    def __init__(
        self, process: int, log: Path, calls: tuple[str, ...], *injections: str, file: Path | None = None
    ) -> None:
        """Of one file alone, if one is named."""
        self.log = log
        command = [part for part in traced(log, calls, *injections) if part not in ("-D", "-qq")]
        if file is not None:
            command += ["-P", str(file)]
        self._process = subprocess.Popen([*command, "-p", str(process)], stderr=subprocess.PIPE, text=True)
        self._attached = threading.Event()
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stderr:
            self._said.append(line)
            self._attached.set()
        self._attached.set()

    def __enter__(self) -> Strace:
        self._attached.wait(PATIENCE)
        if self._process.poll() is not None or not any("attached" in line for line in self._said):
            self.__exit__()
            raise AssertionError(f"strace is not attached: {self._said}")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self._process.stderr.close()

    def injected(self) -> list[str]:
        """The calls that were answered in the system's place."""
        return [line for line in self.log.read_text().splitlines() if "(INJECTED)" in line]

    def waits_for_injections(self) -> list[str]:
        """The same, once there is one."""
        deadline = time.monotonic() + PATIENCE
        while not self.injected():
            assert time.monotonic() < deadline, "nothing was injected"
            time.sleep(0.02)
        return self.injected()


def synced_again(log: Path) -> list[str]:
    """Syncs of SQLite's log by a thread whose sync of it had failed, without opening it anew."""
    poisoned: set[str] = set()
    found = []
    for line in log.read_text().splitlines():
        thread, _, call = line.partition(" ")
        is_sync = call.lstrip().startswith(SYNCS)
        if "-wal" not in call:
            continue
        if is_sync and thread in poisoned:
            found.append(line)
        if is_sync and "(INJECTED)" in call:
            poisoned.add(thread)
        if call.lstrip().startswith("openat"):
            poisoned.discard(thread)
    return found

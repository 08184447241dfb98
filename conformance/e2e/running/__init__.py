"""The server as a process: started on free ports, watched, and gone when the script is, whatever happens."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

PATIENCE = 60.0
"""How many seconds anything may take: so many that only what never comes takes longer, on the slowest machine too."""


def environment(**variables: str) -> dict[str, str]:
    """This process's variables without those that would change how the server runs, and with these."""
    kept = {name: value for name, value in os.environ.items() if name != "PORT" and not name.startswith("CONVERSE_")}
    return kept | variables


class Server:
    """A running server; use it with `with`."""

    def __init__(self, binary: str, *flags: str, folder: Path | None = None, **variables: str) -> None:
        self._own = tempfile.TemporaryDirectory() if folder is None else None
        self._begun = time.monotonic()
        self.ready_after = 0.0
        """How many seconds it took until it was ready."""
        self.process = subprocess.Popen(
            [binary, *flags],
            cwd=folder or self._own.name,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._errors: list[str] = []
        self._ready = threading.Event()
        self._readers = [threading.Thread(target=self._read_lines), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read_lines(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line == "ready\n":
                self.ready_after = time.monotonic() - self._begun
                self._ready.set()
        # At the end nobody need wait any longer.
        self._ready.set()

    def _read_errors(self) -> None:
        self._errors.extend(self.process.stderr)

    def starts(self) -> bool:
        """Waits until it is ready or has ended; whether it is ready."""
        self._ready.wait(PATIENCE)
        return "ready" in self.lines

    def __enter__(self) -> Server:
        if not self.starts():
            self.__exit__()
            raise AssertionError(f"the server is not ready: {self.lines} {self._errors}")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        if self._own is not None:
            self._own.cleanup()

    def told(self, what: str) -> str | None:
        """What the start lines say about `http`, `tcp` and so on."""
        for line in self.lines:
            found = re.match(rf"{what}\s+(.*)", line)
            if found:
                return found.group(1)
        return None

    def address(self, what: str) -> tuple[str, int]:
        """Where `http` or `tcp` is served, as the start lines say."""
        found = re.search(r"([0-9.]+):(\d+)", self.told(what) or "")
        assert found, f"no {what} address in {self.lines}"
        return found.group(1), int(found.group(2))

    def connect(self) -> socket.socket:
        """A connection for JSON lines."""
        return socket.create_connection(self.address("tcp"), PATIENCE)

    def terminate(self) -> None:
        """Tells the server to stop, and does not wait for it."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """The exit code, once the server has ended."""
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code

    @property
    def errors(self) -> str:
        """What stands on standard error, as far as it was read."""
        return "".join(self._errors)

    def complains(self, *words: str) -> None:
        """Waits until standard error has one of these."""
        deadline = time.monotonic() + PATIENCE
        while not any(word in self.errors for word in words):
            assert time.monotonic() < deadline, f"none of {words} in: {self.errors}"
            time.sleep(0.02)


def run(binary: str, *flags: str, folder: Path | None = None, **variables: str) -> tuple[int, str, str]:
    """Runs a server that is not to start; its exit code, standard output and standard error."""
    with tempfile.TemporaryDirectory() as empty:
        process = subprocess.Popen(
            [binary, *flags],
            cwd=folder or empty,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            out, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            raise AssertionError(f"it started, with {flags} {variables}: {out}{errors}") from None
        return process.returncode, out, errors

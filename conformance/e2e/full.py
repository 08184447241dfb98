"""The sign_in server when there is no room for more rows, and when there is again: the path of its binary is argument 1.

Its files may not grow beyond a limit, which is what a full disk looks like to it. It stays up, acknowledges nothing that is
not safe, goes on reading, and goes on writing once there is room, without a restart.
"""

from __future__ import annotations

import json
import resource
import socket
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True

from running import PATIENCE, Server

BINARY = sys.argv[1]
ROOM = 200 * 1024
UNLIMITED = resource.RLIM_INFINITY


class Lines:
    """A connection that speaks JSON lines."""

    def __init__(self, server: Server) -> None:
        self._socket: socket.socket = server.connect()
        self._file = self._socket.makefile("rb")

    def call(self, **message: object) -> dict:
        self._socket.sendall(json.dumps(message).encode() + b"\n")
        return json.loads(self._file.readline())


def note(lines: Lines, text: str) -> dict:
    return lines.call(Note={"text": text})


def fill(lines: Lines) -> list[int]:
    """Sends notes until three in a row are refused: after the first refusals the log is put into the file, and begun anew."""
    acknowledged, refused = [], 0
    for count in range(10_000):
        reply = note(lines, f"{count} " + "x" * 400)
        if "Noted" in reply:
            acknowledged.append(reply["Noted"]["id"])
            refused = 0
            continue
        fault = reply["Fault"]
        assert fault["code"] == "unavailable" and fault["retryable"], fault
        assert "retry_after_ms" in fault and "executed" not in fault, fault
        refused += 1
        if refused == 3:
            return acknowledged
    raise AssertionError("there is room without end")


def main(folder: Path) -> None:
    # A shell that ignores the signal with which the system would end the server becomes the server.
    shell = ("-c", "trap '' XFSZ; exec \"$0\" \"$@\"", BINARY, "--http", "off", "--tcp", "127.0.0.1:0")
    with Server("sh", *shell, folder=folder) as server:
        lines = Lines(server)
        signed_in = lines.call(SignIn={"username": "josh", "password": "basketball"})
        token = signed_in["SignInResponse"]["token"]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (ROOM, UNLIMITED))
        acknowledged = fill(lines)
        assert acknowledged, "there was no room from the start"
        # What is there is read all the same.
        you = lines.call(**{"$auth": token, "WhoAmI": {}})
        assert you == {"You": {"username": "josh"}}, you
        assert server.process.poll() is None
        server.complains("disk", "full", "I/O")

        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
        deadline = time.monotonic() + PATIENCE
        while "Noted" not in (reply := note(lines, "there is room")):
            assert time.monotonic() < deadline, reply
            time.sleep(0.1)
        acknowledged.append(reply["Noted"]["id"])
        server.terminate()
        assert server.wait() == 0
    there = [number for (number,) in sqlite3.connect(folder / "converse.db").execute('SELECT "_id" FROM "note"')]
    assert sorted(there) == sorted(acknowledged), "what is there is not what was acknowledged"
    print(f"{len(acknowledged)} acknowledged, the disk full in between: all there, nothing else, and the server stayed up")


with tempfile.TemporaryDirectory() as name:
    main(Path(name))

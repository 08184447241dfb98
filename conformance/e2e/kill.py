"""What the sign_in server acknowledged is there after it was killed, once: the path of its binary is argument 1.

Eight clients, four over TCP and four over HTTP, send notes under keys of their own, and send each again under the same key
until it is acknowledged. Meanwhile the server is killed (SIGKILL) at moments of chance and started again: 20 times, or as
often as CONVERSE_KILLS says; CONVERSE_SEED repeats a run.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server

BINARY = sys.argv[1]
KILLS = int(os.environ.get("CONVERSE_KILLS", "20"))
SEED = int(os.environ.get("CONVERSE_SEED", "1"))

Row = tuple[int, str, str]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def faults_of(acknowledged: dict[str, int], rows: list[Row], begun: set[str]) -> list[str]:
    """What is wrong with the rows, each a number, a key and the note's text, which is the key as well."""
    faults = []
    numbers: dict[str, int] = {}
    for number, key, text in rows:
        if key in numbers:
            faults.append(f"{key} took effect twice, as {numbers[key]} and {number}")
        numbers[key] = number
        if text != key:
            faults.append(f"{key} has the text of another: {text}")
        if key not in begun:
            faults.append(f"nobody sent {key}")
    for key, number in acknowledged.items():
        if key not in numbers:
            faults.append(f"{key} was acknowledged as {number} and is lost")
        elif numbers[key] != number:
            faults.append(f"{key} was acknowledged as {number} and is {numbers[key]}")
    return faults


def the_checker_finds_what_is_wrong() -> None:
    """Rows that were spoilt on purpose: a checker that finds nothing proves nothing."""
    acknowledged, begun = {"a": 1, "b": 2}, {"a", "b", "c"}
    good: list[Row] = [(1, "a", "a"), (2, "b", "b")]
    assert faults_of(acknowledged, good, begun) == []
    assert faults_of(acknowledged, [*good, (3, "c", "c")], begun) == [], "kept and never acknowledged is no fault"
    spoilt: dict[str, list[Row]] = {
        "lost": good[:1],
        "all lost": [],
        "twice": [*good, (3, "b", "b")],
        "another number": [(1, "a", "a"), (4, "b", "b")],
        "numbers changed places": [(2, "a", "a"), (1, "b", "b")],
        "the text of another": [(1, "a", "b"), (2, "b", "b")],
        "half of a text": [(1, "a", ""), (2, "b", "b")],
        "nobody's": [*good, (3, "d", "d")],
        "a key that was changed": [(1, "a", "a"), (2, "B", "B")],
        "twice under one number": [*good, (2, "b", "b")],
    }
    for what, rows in spoilt.items():
        assert faults_of(acknowledged, rows, begun), f"the checker does not see: {what}"


class Client(threading.Thread):
    """Sends one note after another, each until it is acknowledged."""

    def __init__(self, name: str, port: int, over_http: bool, over: threading.Event) -> None:
        super().__init__(name=name)
        self._port, self._over_http, self._over = port, over_http, over
        self._socket: socket.socket | None = None
        self.acknowledged: dict[str, int] = {}
        self.begun: set[str] = set()
        self.repeated = 0

    def run(self) -> None:
        count = 0
        while not self._over.is_set():
            key = f"{self.name}-{count}"
            self.begun.add(key)
            while True:
                try:
                    reply = self._exchange({"$id": count, "$idempotency_key": key, "Note": {"text": key}})
                except (OSError, http.client.HTTPException, ValueError):
                    self._socket = None
                    reply = {}
                if "Noted" in reply:
                    self.acknowledged[key] = reply["Noted"]["id"]
                    break
                fault = reply.get("Fault", {"retryable": True})
                assert fault["retryable"], reply
                self.repeated += 1
                time.sleep(0.02)
            count += 1

    def _exchange(self, message: dict) -> dict:
        data = json.dumps(message).encode()
        if self._over_http:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            try:
                connection.request("POST", "/", data, {"content-type": "application/json"})
                return json.loads(connection.getresponse().read())
            finally:
                connection.close()
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), 5)
        self._socket.sendall(data + b"\n")
        line = b""
        while not line.endswith(b"\n"):
            part = self._socket.recv(65536)
            if not part:
                raise OSError("the connection ended")
            line += part
        return json.loads(line)


def rows(folder: Path) -> list[Row]:
    connection = sqlite3.connect(folder / "converse.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute('SELECT "_id", "_key", "text" FROM "note" ORDER BY "_id"').fetchall()
    finally:
        connection.close()


def kill_again_and_again(folder: Path) -> None:
    chance = random.Random(SEED)
    tcp, web = free_port(), free_port()
    over = threading.Event()
    clients = [Client(f"{SEED}-{at}", web if at % 2 else tcp, bool(at % 2), over) for at in range(8)]
    flags = ("--tcp", f"127.0.0.1:{tcp}", "--http", f"127.0.0.1:{web}")
    for kill in range(KILLS):
        with Server(BINARY, *flags, folder=folder) as server:
            if kill == 0:
                for client in clients:
                    client.start()
            time.sleep(chance.uniform(0.01, 0.4))
            server.process.kill()
    with Server(BINARY, *flags, folder=folder):
        time.sleep(0.5)
        over.set()
        for client in clients:
            client.join(30)
            assert not client.is_alive(), f"{client.name} gets no acknowledgement"
    acknowledged = {key: number for client in clients for key, number in client.acknowledged.items()}
    begun = set().union(*(client.begun for client in clients))
    there = rows(folder)
    faults = faults_of(acknowledged, there, begun)
    assert not faults, "\n".join(faults[:20])
    repeated = sum(client.repeated for client in clients)
    assert len(acknowledged) > KILLS and repeated > 0, "the server was hardly at work"
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged, {repeated} sent again: 0 lost, 0 twice")


the_checker_finds_what_is_wrong()
with tempfile.TemporaryDirectory() as name:
    kill_again_and_again(Path(name))

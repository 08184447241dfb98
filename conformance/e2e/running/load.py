"""Clients that send notes, each under a key of its own, and each until it is acknowledged: over TCP, HTTP and WebSocket."""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
import time
from typing import Protocol

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from . import PATIENCE

TIMEOUT = 5.0
"""How many seconds a client waits for a reply before it sends again."""

BROKEN = (OSError, http.client.HTTPException, WebSocketException, ValueError)
"""What a connection fails with whose server is killed; half a reply is no JSON."""


class Connection(Protocol):
    """A way to the server, which makes its connection when it is needed."""

    def exchange(self, message: dict) -> dict: ...

    def drop(self) -> None: ...


class Tcp:
    def __init__(self, ports: Ports, timeout: float = TIMEOUT) -> None:
        self._port, self._timeout = ports.tcp, timeout
        self._socket: socket.socket | None = None
        self._rest = b""

    def exchange(self, message: dict) -> dict:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._timeout)
        self._socket.sendall(json.dumps(message).encode() + b"\n")
        while b"\n" not in self._rest:
            part = self._socket.recv(65536)
            if not part:
                raise OSError("the connection ended")
            self._rest += part
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)

    def drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""


class Http:
    def __init__(self, ports: Ports) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", ports.http, timeout=TIMEOUT)

    def exchange(self, message: dict) -> dict:
        self._connection.request("POST", "/", json.dumps(message), {"content-type": "application/json"})
        return json.loads(self._connection.getresponse().read())

    def drop(self) -> None:
        # The next request connects again.
        self._connection.close()


class WebSocket:
    def __init__(self, ports: Ports) -> None:
        self._url = f"ws://127.0.0.1:{ports.http}/ws"
        self._connection = None

    def exchange(self, message: dict) -> dict:
        if self._connection is None:
            self._connection = connect(self._url, open_timeout=TIMEOUT, close_timeout=0.1, proxy=None)
        self._connection.send(json.dumps(message))
        return json.loads(self._connection.recv(TIMEOUT))

    def drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Without the farewell, which a killed server does not answer.
            connection.close_socket()


TRANSPORTS = (Tcp, Http, WebSocket)


def free_port() -> int:
    """A port that nobody has, and nobody is given: one that the system gives to clients may be taken while the server is away,
    by a client that even reaches itself under it."""
    for port in random.sample(range(10_000, 32_768), 100):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError("of 100 ports none is free")


class Ports:
    """Where a server listens that is started again and again."""

    def __init__(self) -> None:
        self.tcp, self.http = free_port(), free_port()

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--tcp", f"127.0.0.1:{self.tcp}", "--http", f"127.0.0.1:{self.http}")


class Client(threading.Thread):
    """Sends one note after another, each until it is acknowledged."""

    def __init__(self, name: str, connection: Connection, over: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._connection, self._over = connection, over
        self.acknowledged: dict[str, int] = {}
        self.begun: set[str] = set()
        self.repeated = 0
        self.refused: dict[str, int] = {}
        self.failure: BaseException | None = None

    def run(self) -> None:
        count = 0
        try:
            while not self._over.is_set():
                self._send(f"{self.name}-{count}", count)
                count += 1
        except BaseException as failure:  # told by whoever waits for the thread
            self.failure = failure
        finally:
            self._connection.drop()

    def _send(self, key: str, number: int) -> None:
        self.begun.add(key)
        while True:
            reply = self._reply(key, number)
            if "Noted" in reply:
                self.acknowledged[key] = reply["Noted"]["id"]
                return
            fault = reply.get("Fault")
            if fault is not None:
                assert fault["retryable"], reply
                self.refused[fault["code"]] = self.refused.get(fault["code"], 0) + 1
            self.repeated += 1
            time.sleep(0.02)

    def _reply(self, key: str, number: int) -> dict:
        try:
            return self._connection.exchange({"$id": number, "$idempotency_key": key, "Note": {"text": key}})
        except BROKEN:
            self._connection.drop()
            return {}


class Load:
    """Three clients for each transport; they begin with `with`, and have ended behind it."""

    def __init__(self, ports: Ports, name: str, each: int = 3) -> None:
        self._over = threading.Event()
        kinds = [kind for kind in TRANSPORTS for _ in range(each)]
        self.clients = [Client(f"{name}-{at}", kind(ports), self._over) for at, kind in enumerate(kinds)]

    def __enter__(self) -> Load:
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def end(self) -> None:
        """Waits until each client has its last acknowledgement."""
        self._over.set()
        for client in self.clients:
            client.join(PATIENCE)
            assert not client.is_alive(), f"{client.name} gets no acknowledgement"
        self.goes_on()

    def goes_on(self) -> None:
        """Fails if a client has met what it should not have."""
        for client in self.clients:
            if client.failure is not None:
                raise AssertionError(f"{client.name}: {client.failure!r}") from client.failure

    def acknowledged(self) -> dict[str, int]:
        """What was acknowledged until now, and under which number."""
        return {key: number for client in self.clients for key, number in client.acknowledged.copy().items()}

    def begun(self) -> set[str]:
        """What was sent, acknowledged or not."""
        return set().union(*(client.begun.copy() for client in self.clients))

    def repeated(self) -> int:
        """How often something was sent again."""
        return sum(client.repeated for client in self.clients)

    def refused(self) -> dict[str, int]:
        """How often each fault came."""
        refused: dict[str, int] = {}
        for client in self.clients:
            for code, count in client.refused.copy().items():
                refused[code] = refused.get(code, 0) + count
        return refused

    def wait_for_more(self, more: int = 1) -> None:
        """Waits until each client has so many acknowledgements more than now."""
        before = [len(client.acknowledged) for client in self.clients]
        deadline = time.monotonic() + PATIENCE
        for client, count in zip(self.clients, before, strict=True):
            while len(client.acknowledged) < count + more:
                self.goes_on()
                assert time.monotonic() < deadline, f"{client.name} gets no acknowledgement; {self.refused()}"
                time.sleep(0.005)


def answered_as_before(ports: Ports, acknowledged: dict[str, int], most: int = 200) -> int:
    """Sends what was acknowledged last again under its keys; the replies are the first ones. Returns how many."""
    connection = Tcp(ports, PATIENCE)
    some = list(acknowledged.items())[-most:]
    for key, number in some:
        reply = connection.exchange({"$idempotency_key": key, "Note": {"text": key}})
        assert reply == {"Noted": {"id": number}}, f"{key} was answered with {number}, and is with {reply}"
    connection.drop()
    return len(some)

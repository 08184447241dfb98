"""Ten thousand connections to the sign_in server, whose binary is argument 1, opened and closed: its memory is the system's
again within a minute.

The server is built as README says, with the feature `jemalloc`. A third of the connections each are HTTP, WebSocket and TCP; over
each a message goes and is answered.
"""

from __future__ import annotations

import resource
import socket
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True

from running import PATIENCE, Server

BINARY = sys.argv[1]
MANY = 10_000
WITHIN = 60.0
"""Seconds until the memory is given back."""
SETTLING = 15.0
"""Seconds until what the start took is given back."""
RATIO = 1.5
"""How much of what the server had before it may have then."""

ASKED = b'{"WhoAmI":{}}'
"""A message of which nothing is kept, nor in any table."""
TOLD = b'"code":"unauthenticated"'

Address = tuple[str, int]


def http(address: Address) -> socket.socket:
    head = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return answered(address, (head % len(ASKED) + ASKED, TOLD))


def websocket(address: Address) -> socket.socket:
    upgrade = (
        b"GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    return answered(address, (upgrade, b"\r\n\r\n"), (bytes([0x81, 0x80 | len(ASKED), 0, 0, 0, 0]) + ASKED, TOLD))


def tcp(address: Address) -> socket.socket:
    return answered(address, (ASKED + b"\n", TOLD))


def answered(address: Address, *steps: tuple[bytes, bytes]) -> socket.socket:
    """A connection over which this was said, and that was heard in turn."""
    client = socket.create_connection(address, PATIENCE)
    for said, expected in steps:
        client.sendall(said)
        heard = b""
        while expected not in heard:
            part = client.recv(4096)
            assert part, f"the server ended the connection after {heard!r}"
            heard += part
    return client


def kib(server: Server) -> int:
    """The memory that the server has."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def settled(server: Server) -> int:
    """The least that it has before anybody comes, as what its start took is given back as well."""
    until, least = time.monotonic() + SETTLING, kib(server)
    while time.monotonic() < until:
        time.sleep(0.5)
        least = min(least, kib(server))
    return least


def opened(server: Server, count: int) -> list[socket.socket]:
    at_http, at_tcp = server.address("http"), server.address("tcp")
    ways = [(http, at_http), (websocket, at_http), (tcp, at_tcp)]
    return [way(address) for way, address in (ways[number % 3] for number in range(count))]


def main() -> None:
    need = MANY + 1_000
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most == resource.RLIM_INFINITY or most >= need, f"{need} files must be allowed: raise the limit, `ulimit -Hn {need}`"
    # The server inherits it.
    resource.setrlimit(resource.RLIMIT_NOFILE, (need, most))
    limits = ["--max-connections", str(2 * MANY), "--max-connections-per-address", str(2 * MANY), "--idle-timeout", "600s"]
    with Server(BINARY, "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0", *limits) as server:
        for client in opened(server, 30):
            client.close()
        start = settled(server)
        clients = opened(server, MANY)
        top = kib(server)
        for client in clients:
            client.close()
        closed = time.monotonic()
        while (left := kib(server)) > RATIO * start:
            after = time.monotonic() - closed
            assert after < WITHIN, f"{start} KiB, {top} with {MANY} connections, and {left} after {after:.0f} s without them"
            time.sleep(0.5)
        after = time.monotonic() - closed
        for client in opened(server, 30):
            client.close()
    print(f"{start} KiB, {top} with {MANY} connections, {left} ({left / start:.2f}) {after:.1f} s after they were closed")


main()

"""Requests that two readers of HTTP might take differently, sent through nginx and HAProxy to the sign_in server, whose
binary is argument 1.

The probes are those of `converse-net/tests/smuggling.rs`. A proxy has one connection to the server for all its clients. The
server must read as many requests from it as the proxy says that it sent, and whoever comes behind a probe must get the
reply to what they sent, and no other. A server that pays no heed to lengths must fail: else this would find nothing.
"""

from __future__ import annotations

import ast
import re
import socket
import socketserver
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True

from running import PATIENCE, Server
from running.front import Front

BINARY = sys.argv[1]
PROBES = Path(__file__).parents[2] / "converse-net/tests/smuggling.rs"

ENOUGH = 5
"""After so many mistakes no more are looked for."""

Count = Callable[[], tuple[int, int]]
"""How many messages a server has read that are nobody's, as those of all probes are; and how many connections it had."""


def probes() -> list[tuple[str, bytes]]:
    """The table of the server's own test, and what its marks stand for."""
    text = PROBES.read_text()
    texts = {name: literal(found) for name, found in re.findall(r'const (\w+): &str =\s+("(?:[^"\\]|\\.)*");', text)}
    rows = re.findall(r'^    \(("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*"), \w+.*\),$', text, re.MULTILINE)
    assert len(rows) > 60, f"{PROBES} has another form now, and {len(rows)} probes were read; mend `probes` here"
    marks = {"{P}": texts["POST"], "{H}": texts["HIDDEN"]}
    read = []
    for name, probe in rows:
        probe = literal(probe)
        for mark, stands_for in marks.items():
            probe = probe.replace(mark, stands_for)
        read.append((literal(name), probe.encode()))
    return read


def literal(text: str) -> str:
    """What a literal of Rust says."""
    return ast.literal_eval(re.sub(r"\\u\{(\w+)\}", lambda found: f"\\u{found[1]:0>4}", text).replace("\\0", "\\x00"))


def said(address: tuple[str, int], request: bytes) -> bytes:
    """All that comes back before the proxy ends the connection, as this end sends nothing more."""
    with socket.create_connection(address, PATIENCE) as client:
        answer = b""
        try:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(65536):
                answer += part
        except (ConnectionResetError, BrokenPipeError):
            # It was refused before it was read whole.
            pass
        return answer


def mark(front: Front, number: int) -> str | None:
    """Sends a message of another client behind a probe; what is wrong with the reply."""
    body = b'{"$id":"mark-%d","Note":{"text":"a note"}}' % number
    head = b"POST / HTTP/1.1\r\nhost: a\r\nx-mark: mark-%d\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    answer = said(front.address, head % (number, len(body)) + body)
    own = answer.startswith(b"HTTP/1.1 200 ") and b'{"$id":"mark-%d","Noted":' % number in answer
    return None if own else f"another client got: {answer!r}"


def behind(front: Front, count: Count) -> list[str]:
    """What went wrong with the server behind a proxy."""
    wrong: list[str] = []
    read_before, connections_before = count()
    for number, (name, probe) in enumerate(probes()):
        out_of_step = None
        said(front.address, probe)
        for twice in range(2):
            out_of_step = out_of_step or mark(front, 2 * number + twice)
        marked = (2 * number + 2) if not out_of_step and not wrong else None
        found = compared(front, count, read_before, marked)
        if out_of_step or found:
            wrong.append(f"{name}: {out_of_step or found}")
        if len(wrong) == ENOUGH:
            return wrong
    _, connections = count()
    made, sent = connections - connections_before, front.forwarded(200) + front.forwarded(401)
    if made >= sent / 2:
        wrong.append(f"{made} connections for {sent} requests: the proxy does not keep them, and this shows nothing")
    if not wrong:
        print(f"{sent} requests forwarded over {made} connections, {front.forwarded(401)} of probes, as many read")
    return wrong


def compared(front: Front, count: Count, before: int, marked: int | None) -> str | None:
    """Whether the server read as many requests as the proxy sent; the proxy may write of the last a little later."""
    until = time.monotonic() + (PATIENCE if marked is not None else 1)
    while True:
        # What the proxy wrote is asked first: it writes of no request that the server has not read.
        noted, sent = front.forwarded(200), front.forwarded(401)
        read = count()[0] - before
        if read == sent and (marked is None or noted == marked):
            return None
        if time.monotonic() > until or read > sent + 1:
            return f"the server read {read} messages of probes, and the proxy sent {sent}"
        time.sleep(0.01)


def counted(server: Server) -> Count:
    """What the server's own metrics say."""
    url = "http://%s:%s/metrics" % server.address("http")

    def count() -> tuple[int, int]:
        with urllib.request.urlopen(url, timeout=PATIENCE) as page:
            text = page.read().decode()
        return total(text, r'converse_faults_total\{[^}]*code="unauthenticated"'), total(
            text, r'converse_connections_total\{[^}]*transport="http"'
        ) - next(asked)

    asked = iter(range(1, sys.maxsize))
    return count


def total(text: str, name: str) -> int:
    return sum(int(value) for value in re.findall(rf"^{name}[^}}]*\}} (\d+)$", text, re.MULTILINE))


class Heedless(socketserver.ThreadingTCPServer):
    """A server to whom every head is a request, wherever it stands: it pays no heed to lengths."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.read, self.connections, self._lock = 0, 0, threading.Lock()
        super().__init__(("127.0.0.1", 0), HeedlessHandler)

    def count(self) -> tuple[int, int]:
        with self._lock:
            return self.read, self.connections


class HeedlessHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with self.server._lock:
            self.server.connections += 1
        try:
            self._answer_all()
        except ConnectionError:
            # The proxy has had enough of it.
            pass

    def _answer_all(self) -> None:
        for line in self.rfile:
            if not re.search(rb"(POST|GET) /\S* HTTP/1.[01]\r?\n$", line):
                continue
            body = b""
            for line in self.rfile:
                if found := re.match(rb"x-mark: (mark-\d+)", line):
                    body = b'{"$id":"%s","Noted":{}}' % found[1]
                if line in (b"\r\n", b"\n"):
                    break
            if not body:
                with self.server._lock:
                    self.server.read += 1
            head = b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n" % (200 if body else 401, len(body))
            self.wfile.write(head + body)


FRONTS = [("nginx", True), ("nginx", False), ("haproxy", True)]


def main() -> None:
    for program, buffering in FRONTS:
        print(f"{program}, {'which reads requests whole' if buffering and program == 'nginx' else 'as they come'}:", end=" ")
        # The proxies are not those of this machine to whom the server talks as to a browser: any name will do.
        with Server(BINARY, "--http", "127.0.0.1:0", "--hosts", "*") as server, tempfile.TemporaryDirectory() as folder:
            with Front(program, Path(folder), server.address("http"), buffering) as front:
                wrong = behind(front, counted(server))
        assert not wrong, "\n".join(wrong)
        with Heedless() as heedless, tempfile.TemporaryDirectory() as folder:
            threading.Thread(target=heedless.serve_forever, daemon=True).start()
            with Front(program, Path(folder), heedless.server_address, buffering) as front:
                found = "\n".join(behind(front, heedless.count))
                assert "a request inside a body: " in found, f"{program}: without heed to lengths this is found: {found}"
            heedless.shutdown()


main()

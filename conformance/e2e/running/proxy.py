"""A way to PostgreSQL that ends at the n-th statement."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
PROTOCOL = 196608
"""The number of the protocol's version 3, which the first message with a name holds."""


class Proxy:
    """Between the program and the server; use it with `with`.

    Statements are counted over all connections, as they are to be run: simple queries, and executions of prepared ones.
    Behind the n-th is what `at` is called in place of, and nothing is sent any more.
    """

    def __init__(self, folder: Path, server: Path, number: int | None = None, at: Callable[[], None] | None = None) -> None:
        self.statements = 0
        self._server, self._number, self._at = server, number, at
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server / SOCKET))
            threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
            threading.Thread(target=answer, args=(server, client), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        """From the program to the server, message by message."""
        try:
            with client.makefile("rb") as asked:
                is_named = False
                while True:
                    head = asked.read(5 if is_named else 4)
                    if len(head) < 4:
                        break
                    (length,) = struct.unpack("!I", head[-4:])
                    rest = asked.read(length - 4)
                    if is_named and head[:1] in b"QE" and not self._may_pass():
                        break
                    server.sendall(head + rest)
                    is_named = is_named or struct.unpack("!I", rest[:4])[0] == PROTOCOL
        except OSError:
            pass
        hang_up(server)

    def _may_pass(self) -> bool:
        with self._lock:
            self.statements += 1
            if self.statements == self._number and self._at:
                self._at()
            return self._number is None or self.statements < self._number


def answer(server: socket.socket, client: socket.socket) -> None:
    """From the server to the program."""
    try:
        while part := server.recv(65536):
            client.sendall(part)
    except OSError:
        pass
    hang_up(client)


def hang_up(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()

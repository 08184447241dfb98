"""How the sign_in server starts, and how it says that it cannot: the path of its binary is argument 1.

Every error is one line that says what to do, with exit code 2 for the configuration and 1 for the rest.
"""

from __future__ import annotations

import http.client
import shlex
import socket
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server, run
from running.load import free_port

BINARY = sys.argv[1]
ANY = "127.0.0.1:0"


def refused(code: int, *words: str, flags: tuple[str, ...] = (), file: str | None = None, **variables: str) -> None:
    """The server does not start; it ends with the code and one line that holds the words."""
    # Tables that are made are told of too.
    variables = {"CONVERSE_STORE": "memory:"} | variables
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if file is not None:
            (folder / "converse.toml").write_text(file)
        got, out, errors = run(BINARY, *flags, folder=folder, **variables)
    asked = f"{' '.join(flags)} {variables or ''} {file or ''}".strip()
    assert got == code, f"{asked}: exit code {got}, not {code}: {errors}"
    assert out == "", f"{asked}: {out}"
    lines = errors.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), f"{asked}: {errors}"
    for word in words:
        assert word in lines[0], f"{asked}: no `{word}` in {lines[0]}"
    print(f"{asked}\n    {lines[0]}")


def what_cannot_be_used() -> None:
    quiet = ("--http", "off", "--tcp", "off")
    # Flags.
    refused(2, "--help", flags=("--no-such-flag", "1"))
    refused(2, "--http", "--help", flags=("--htpp", ANY))
    refused(2, "--help", flags=("--http",))
    refused(2, "stray", flags=("stray",))
    refused(2, "--http", "127.0.0.1:7117", flags=("--http", "127.0.0.1:99999"))
    refused(2, "--tcp", "off", flags=("--tcp", "7118"))
    refused(2, "--max-message", "1MiB", flags=("--max-message", "1MB"))
    refused(2, "--max-depth", "1 to 512", flags=("--max-depth", "0"))
    refused(2, "--handler-timeout", "30s", flags=("--handler-timeout", "30"))
    refused(2, "--string-bodies", "yes or no", flags=("--string-bodies", "maybe"))
    refused(2, "--log", "info", flags=(*quiet, "--log", "converse=loud"))
    refused(2, "no-such-file.toml", flags=("--config", "no-such-file.toml"))
    # Variables.
    refused(2, "CONVERSE_HTTP", "127.0.0.1:7117", CONVERSE_HTTP="everywhere")
    refused(2, "CONVERSE_MAX_DEPTH", "1 to 512", CONVERSE_MAX_DEPTH="deep")
    refused(2, "CONVERSE_DRAIN_TIMEOUT", "500ms", CONVERSE_DRAIN_TIMEOUT="soon")
    refused(2, "PORT", "65535", PORT="http")
    refused(2, "PORT", "65535", PORT="65536")
    # The file.
    refused(2, "converse.toml", "line 2", file='tcp = "off"\nhttp = \n')
    refused(2, "converse.toml", "htpp", "http", file='htpp = "off"\n')
    refused(2, "max_depth", "converse.toml", "1 to 512", file="max_depth = 5000\n")
    refused(2, "max_depth", "converse.toml", file="[max_depth]\na = 1\n")
    refused(2, "http", "converse.toml", "127.0.0.1:7117", file="http = true\n")


def what_cannot_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        refused(1, address, "in use", "--http", "CONVERSE_HTTP", flags=("--http", address, "--tcp", "off"))
        refused(1, address, "in use", "--tcp", "CONVERSE_TCP", flags=("--tcp", address, "--http", "off"))
    # An address of no machine at all: TEST-NET-1 (RFC 5737).
    refused(1, "192.0.2.1:7117", "127.0.0.1", flags=("--http", "192.0.2.1:7117", "--tcp", "off"))


def what_it_tells() -> None:
    code, out, errors = run(BINARY, "--help")
    assert (code, errors) == (0, ""), (code, errors)
    for flag in ("--http", "--tcp", "--max-message", "--handler-timeout", "--config", "--log"):
        assert flag in out, f"--help does not list {flag}"
    with Server(BINARY, "--http", ANY, "--tcp", ANY) as server:
        assert server.lines[-1] == "ready", server.lines
        for what in ("http", "tcp", "websocket"):
            assert server.address(what)[1] != 0, f"{what}: a port that the system chose is printed"
        assert "SignIn" in (server.told("answered") or ""), server.lines
        assert server.told("open") == "to everyone: SignIn, SignUp, Note; the rest to those whom an authenticator knows", server.lines
        words = shlex.split(server.told("try") or "")
        connection = http.client.HTTPConnection(*server.address("http"), timeout=30)
        connection.request("POST", "/", words[words.index("-d") + 1], {"content-type": "application/json"})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        assert response.status == 200, f"what it says to try fails: {words}: {body!r}"
        print(f"{' '.join(words)}\n    {body.decode()}")
        server.terminate()
        assert server.wait() == 0, server.errors


def which_source_wins() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "converse.toml").write_text('http = "off"\ntcp = "127.0.0.1:0"\n')
        with Server(BINARY, folder=folder) as server:
            assert server.told("http") is None and server.told("tcp"), server.lines
        with Server(BINARY, folder=folder, CONVERSE_HTTP=ANY, CONVERSE_TCP="off") as server:
            assert server.told("http") and server.told("tcp") is None, server.lines
        with Server(BINARY, "--http", "off", "--tcp", ANY, folder=folder, CONVERSE_HTTP=ANY, CONVERSE_TCP="off") as server:
            assert server.told("http") is None and server.told("tcp"), server.lines
        port = free_port()
        with Server(BINARY, folder=folder, PORT=str(port)) as server:
            assert server.told("http") == f"http://0.0.0.0:{port}", server.lines
        with Server(BINARY, "--http", ANY, folder=folder, PORT=str(port)) as server:
            assert server.address("http")[1] != port, server.lines
        other = folder / "other.toml"
        other.write_text('http = "127.0.0.1:0"\ntcp = "off"\n')
        with Server(BINARY, "--config", "other.toml", folder=folder) as server:
            assert server.told("http") and server.told("tcp") is None, server.lines
    print("flags, then variables, then PORT, then the file")


def how_it_stops() -> None:
    # Whoever starts it may tell it to stop as soon as it is ready: what is lost between is lost by chance.
    for _ in range(20):
        with Server(BINARY, "--http", "off", "--tcp", ANY, CONVERSE_STORE="memory:") as server:
            server.terminate()
            assert server.wait() == 0, "SIGTERM right after `ready` is not heard"
    print("told to stop as soon as it is ready, it stops")


what_cannot_be_used()
what_cannot_be_had()
what_it_tells()
which_source_wins()
how_it_stops()

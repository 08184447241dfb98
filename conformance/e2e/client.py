"""The example `client` against the sign_in server, whose binary is argument 1: what a user sees who tries both."""

from __future__ import annotations

import os
import subprocess
import sys

sys.dont_write_bytecode = True

from running import Server

BINARY = sys.argv[1]
ANY = "127.0.0.1:0"

SAID = """\
the server takes us for josh
with another password: wrong name or password
josh is here already
refused, validation: 2 validation errors for SignUp
  /username: must match the pattern ^[a-z][a-z0-9_]*$ [string_pattern_mismatch]
  /password: must have at least 8 characters [string_too_short]
signed out
"""


def client(url: str) -> subprocess.CompletedProcess[str]:
    # The first run compiles it.
    cargo = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--example", "client", "--", url]
    return subprocess.run(cargo, capture_output=True, text=True, timeout=240)


def main() -> None:
    with Server(BINARY, "--http", ANY, "--tcp", ANY) as server:
        tcp = server.told("tcp").split()[0]
        for url in (server.told("websocket"), server.told("http"), f"tcp://{tcp}"):
            ended = client(url)
            assert ended.returncode == 0 and ended.stdout == SAID, f"{url}: {ended.stdout}{ended.stderr}"
    ended = client(f"tcp://{tcp}")
    assert ended.returncode == 1 and "is the server running" in ended.stderr, ended.stderr
    print("the client does what it says over WebSocket, HTTP and TCP, and without a server")


main()

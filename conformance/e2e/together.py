"""Eight sign_in servers that start at once on one new file: the path of their binary is argument 1.

One makes the tables, the others find them made; then all of them write to the file, and each reads what the others wrote.
Three times; and three times more a server is killed while it starts.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server

BINARY = sys.argv[1]
FLAGS = ("--http", "off", "--tcp", "127.0.0.1:0")
MANY = 8


def call(server: Server, **message: object) -> dict:
    with server.connect() as connection, connection.makefile("rb") as replies:
        connection.sendall(json.dumps(message).encode() + b"\n")
        return json.loads(replies.readline())


def changes(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "converse.db")
    try:
        return [change for (change,) in connection.execute('SELECT "change" FROM "converse_history" ORDER BY "id"')]
    finally:
        connection.close()


def start_together(folder: Path) -> None:
    with ExitStack() as stack:
        servers = [Server(BINARY, *FLAGS, folder=folder) for _ in range(MANY)]
        for server in servers:
            # All of them end, also if one does not start.
            stack.push(server)
        for server in servers:
            server.__enter__()
        made = changes(folder)
        assert len(made) == len(set(made)) and any("table user" in change for change in made), made
        with ThreadPoolExecutor(MANY) as pool:
            said = list(pool.map(lambda at: call(servers[at], Note={"text": f"by {at}"}), range(MANY)))
        numbers = sorted(reply["Noted"]["id"] for reply in said)
        assert numbers == list(range(1, MANY + 1)), said
        # What one signs in, another knows.
        signed_in = call(servers[0], SignIn={"username": "josh", "password": "basketball"})
        token = signed_in["SignInResponse"]["token"]
        you = call(servers[-1], **{"$auth": token, "WhoAmI": {}})
        assert you == {"You": {"username": "josh"}}, you


def kill_while_it_starts(folder: Path, chance: random.Random) -> None:
    server = Server(BINARY, *FLAGS, folder=folder)
    time.sleep(chance.uniform(0.0, 0.05))
    server.__exit__()
    with Server(BINARY, *FLAGS, folder=folder) as server:
        assert "Noted" in call(server, Note={"text": "after all"})
    made = changes(folder)
    assert len(made) == len(set(made)), made


chance = random.Random(1)
for _ in range(3):
    with tempfile.TemporaryDirectory() as name:
        start_together(Path(name))
    with tempfile.TemporaryDirectory() as name:
        kill_while_it_starts(Path(name), chance)
print(f"{MANY} servers on one new file, three times: the tables made once; killed at its start, one starts again")

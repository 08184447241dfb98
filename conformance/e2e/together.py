"""Eight sign_in servers that start at once on one new file: the path of their binary is argument 1.

One makes the tables, the others find them made; then all of them write to the file, and each reads what the others wrote.
Three times, or as often as --times says.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server
from running.settings import settings
from running.store import opened

SETTINGS = settings(__doc__, times=3)
FLAGS = ("--http", "off", "--tcp", "127.0.0.1:0")
MANY = 8


def call(server: Server, **message: object) -> dict:
    with server.connect() as connection, connection.makefile("rb") as replies:
        connection.sendall(json.dumps(message).encode() + b"\n")
        return json.loads(replies.readline())


def changes(folder: Path) -> list[str]:
    with opened(folder / "converse.db") as connection:
        return [change for (change,) in connection.execute('SELECT "change" FROM "converse_history" ORDER BY "id"')]


def start_together(folder: Path) -> None:
    with ExitStack() as stack:
        servers = [Server(SETTINGS.binary, *FLAGS, folder=folder) for _ in range(MANY)]
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


for _ in range(SETTINGS.times):
    with tempfile.TemporaryDirectory() as name:
        start_together(Path(name))
print(f"{MANY} servers on one new file, {SETTINGS.times} times: the tables made once, and all of them write and read")

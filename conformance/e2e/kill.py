"""What the sign_in server acknowledged is there after it was killed, once: the path of its binary is argument 1.

Nine clients, three over each of TCP, HTTP and WebSocket, send notes under keys of their own, and send each again under the
same key until it is acknowledged. Meanwhile the server is killed (SIGKILL) at moments of chance and started again: 20 times,
or as often as --times says. With --store postgres every fifth time it is not the server that is killed, but its database.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server
from running.check import it_finds_what_is_wrong, nothing_is_wrong
from running.load import Load, Ports, answered_as_before
from running.place import Place, place
from running.settings import settings

OF_DATABASE = 5
"""Every how many kills it is the database, if it is a process."""


def kill_once(at: int, chance: random.Random, there: Place, ports: Ports, load: Load) -> float:
    """Starts a server, has something killed, and returns how long the start took."""
    with Server(SETTINGS.binary, *ports.flags, *there.flags, folder=there.folder) as server:
        time.sleep(chance.uniform(0.01, 0.4))
        if there.database and at % OF_DATABASE == 0:
            there.database.kill()
            there.database.start()
            # The server goes on by itself.
            load.wait_for_more()
        server.process.kill()
    load.goes_on()
    return server.ready_after


def kill_again_and_again(there: Place) -> None:
    chance = random.Random(SETTINGS.seed)
    ports = Ports()
    with Load(ports, str(SETTINGS.seed)) as load:
        starts = sorted(kill_once(at, chance, there, ports, load) for at in range(SETTINGS.times))
        with Server(SETTINGS.binary, *ports.flags, *there.flags, folder=there.folder):
            load.wait_for_more()
            load.end()
            nothing_is_wrong(load.acknowledged(), there.notes(), load.begun())
            replayed = answered_as_before(ports, load.acknowledged())
            acknowledged = load.acknowledged()
            nothing_is_wrong(acknowledged, there.notes(), load.begun())
    assert len(acknowledged) > SETTINGS.times and load.repeated() > 0, "the server was hardly at work"
    of_database = f", and {there.database.kills} of its database" if there.database else ""
    print(
        f"{SETTINGS.times} kills of the server{of_database} (seed {SETTINGS.seed}), {len(acknowledged)} acknowledged, "
        f"{load.repeated()} sent again: 0 lost, 0 twice, {replayed} of {replayed} answered as before; "
        f"started again in {starts[len(starts) // 2] * 1000:.0f} ms (median), {starts[-1] * 1000:.0f} ms (longest)"
    )


SETTINGS = settings(__doc__, times=20)
print(f"the check sees all of {it_finds_what_is_wrong()} mistakes that were planted")
with tempfile.TemporaryDirectory() as name, place(Path(name), SETTINGS.store) as where:
    kill_again_and_again(where)

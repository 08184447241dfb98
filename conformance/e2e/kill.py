"""What the sign_in server acknowledged is there after it was killed, once: the path of its binary is argument 1.

Nine clients, three over each of TCP, HTTP and WebSocket, send notes under keys of their own, and send each again under the
same key until it is acknowledged. Meanwhile the server is killed (SIGKILL) at moments of chance and started again: 20 times,
or as often as --times says.
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
from running.settings import settings
from running.store import notes


def kill_again_and_again(folder: Path) -> None:
    chance = random.Random(SETTINGS.seed)
    ports = Ports()
    starts: list[float] = []
    with Server(SETTINGS.binary, *ports.flags, folder=folder) as server, Load(ports, str(SETTINGS.seed)) as load:
        load.wait_for_more()
        server.process.kill()
        for _ in range(SETTINGS.times - 1):
            with Server(SETTINGS.binary, *ports.flags, folder=folder) as server:
                starts.append(server.ready_after)
                time.sleep(chance.uniform(0.01, 0.4))
                server.process.kill()
            load.goes_on()
        with Server(SETTINGS.binary, *ports.flags, folder=folder) as server:
            starts.append(server.ready_after)
            load.wait_for_more()
            load.end()
            replayed = answered_as_before(ports, load.acknowledged())
    acknowledged = load.acknowledged()
    nothing_is_wrong(acknowledged, notes(folder), load.begun())
    assert len(acknowledged) > SETTINGS.times and load.repeated() > 0, "the server was hardly at work"
    starts.sort()
    print(
        f"{SETTINGS.times} kills (seed {SETTINGS.seed}), {len(acknowledged)} acknowledged, {load.repeated()} sent again: "
        f"0 lost, 0 twice, {replayed} of {replayed} answered as before; "
        f"started again in {starts[len(starts) // 2] * 1000:.0f} ms (median), {starts[-1] * 1000:.0f} ms (longest)"
    )


SETTINGS = settings(__doc__, times=20)
print(f"the check sees all of {it_finds_what_is_wrong()} mistakes that were planted")
with tempfile.TemporaryDirectory() as name:
    kill_again_and_again(Path(name))

"""What the sign_in server acknowledged is there after a power cut: the path of its binary is argument 1.

Its folder is on a disk of which there are clones (`running/disk.py`). Under load, at moments of chance, one is made: 5 times, or
as often as --times says. A server is started on each. What was acknowledged before the clone was begun must be in it, the file
whole, and a key must be answered as before. With `durability = "fast"` something must be lost: else this proves nothing.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

from running import PATIENCE, Server
from running.apart import apart
from running.check import it_finds_what_is_wrong, lost, nothing_is_wrong
from running.disk import Disk, disk
from running.load import Load, Ports, Tcp, answered_as_before
from running.place import place
from running.settings import settings
from running.trace import SYNCS, Strace

CONTROLS = 5
"""How often the power is cut where it must harm."""


@dataclass
class Told:
    """What the cuts came to."""

    acknowledged: int = 0
    """What should have been there, of all cuts together."""
    lost: int = 0
    replayed: int = 0


def cut_under_load(powered: Disk, durability: str, times: int, chance: random.Random) -> Told:
    """Cuts the power so often; fails with what is wrong, unless it is meant to be."""
    ports, told = Ports(), Told()
    folder = powered.folder / durability
    folder.mkdir()
    with place(folder, SETTINGS.store) as there:
        flags = (*ports.flags, *there.flags, "--durability", durability)
        with Server(SETTINGS.binary, *flags, folder=folder), Load(ports, durability) as load:
            load.wait_for_more()
            for _ in range(times):
                time.sleep(chance.uniform(0.05, 0.5))
                acknowledged = load.acknowledged()
                with powered.cut() as after:
                    told.acknowledged += len(acknowledged)
                    look(after / durability, durability, acknowledged, load, told)
                load.goes_on()
            load.end()
    return told


def look(folder: Path, durability: str, acknowledged: dict[str, int], load: Load, told: Told) -> None:
    """What the server finds that is started behind a cut."""
    ports = Ports()
    with place(folder, SETTINGS.store) as there, Server(SETTINGS.binary, *ports.flags, *there.flags, folder=folder):
        found = there.notes()
        told.lost += lost(acknowledged, found)
        if durability == "full":
            nothing_is_wrong(acknowledged, found, load.begun())
            told.replayed += answered_as_before(ports, acknowledged)


def killed_before_the_sync(powered: Disk, log: Path) -> None:
    """A server is killed when it has written, and the disk has not: what its next start finds may never have got there.

    The message is sent again under its key. Whatever is answered then, also without calling the handler, is a promise.
    """
    ports = Ports()
    folder = powered.folder / "killed"
    folder.mkdir()
    with Server(SETTINGS.binary, *ports.flags, folder=folder) as server:
        tcp = Tcp(ports, PATIENCE)
        first = tcp.exchange({"$idempotency_key": "first", "Note": {"text": "first"}})
        with Strace(server.process.pid, log, SYNCS, f"{','.join(SYNCS)}:error=EIO:signal=KILL:when=1"):
            try:
                raise AssertionError(f"answered before it was synced: {tcp.exchange(second())}")
            except OSError:
                server.process.wait()
    with Server(SETTINGS.binary, *ports.flags, folder=folder):
        tcp = Tcp(ports, PATIENCE)
        acknowledged = {"first": first["Noted"]["id"], "second": tcp.exchange(second())["Noted"]["id"]}
        with powered.cut() as after, place(after / "killed", "sqlite") as there:
            with Server(SETTINGS.binary, *Ports().flags, folder=there.folder):
                nothing_is_wrong(acknowledged, there.notes(), set(acknowledged))
    print("killed between write and sync, started, the message sent again, the power cut: it is there")


def second() -> dict:
    return {"$idempotency_key": "second", "Note": {"text": "second"}}


SETTINGS = settings(__doc__, times=5)
apart(with_disks=True)
it_finds_what_is_wrong()
with tempfile.TemporaryDirectory() as name, disk(Path(name)) as powered:
    chance = random.Random(SETTINGS.seed)
    control = cut_under_load(powered, "fast", CONTROLS, chance)
    assert control.lost > 0, (
        f"with durability = fast {CONTROLS} power cuts lost nothing of {control.acknowledged} acknowledged: "
        "what this machine calls a cut harms nothing, so nothing is proved"
    )
    print(f"the control: {CONTROLS} cuts with durability = fast lost {control.lost} of {control.acknowledged}, as they must")
    if SETTINGS.store == "sqlite":
        killed_before_the_sync(powered, Path(name) / "log")
    told = cut_under_load(powered, "full", SETTINGS.times, chance)
    print(
        f"{SETTINGS.times} power cuts of {SETTINGS.store} (seed {SETTINGS.seed}), {told.acknowledged} to be found: {told.lost} lost, 0 twice, "
        f"every file whole, {told.replayed} keys answered as before"
    )

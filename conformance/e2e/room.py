"""The sign_in server on a disk that is full, under load: the path of its binary is argument 1.

Its folder is a small tmpfs, which another file fills up, and leaves again: once, or as often as --times says. While there is no
room nobody is acknowledged anything, what is told is worth a retry, and who only reads is answered; once there is room it goes on
by itself. `full.py` does it with a limit on the size of files, and without load.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True

from running import PATIENCE, Server
from running.apart import apart, mounted
from running.check import it_finds_what_is_wrong, nothing_is_wrong
from running.load import Load, Ports, Tcp, answered_as_before
from running.settings import settings
from running.store import notes

SIZE = "16m"


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """A folder in which there is no room."""
    filler = folder / "filler"
    try:
        with open(filler, "wb", buffering=0) as file:
            with_room = True
            while with_room:
                try:
                    with_room = file.write(b"x" * 4096) > 0
                except OSError:
                    with_room = False
        yield
    finally:
        filler.unlink()


def wait_for_refusals(load: Load) -> None:
    """Waits until nobody is acknowledged anything any more."""
    before, deadline = load.refused().get("unavailable", 0), time.monotonic() + PATIENCE
    while load.refused().get("unavailable", 0) < before + 4 * len(load.clients):
        load.goes_on()
        assert time.monotonic() < deadline, f"there is room without end: {load.refused()}"
        time.sleep(0.01)


def main(place: Path) -> None:
    ports = Ports()
    with Server(SETTINGS.binary, *ports.flags, folder=place) as server, Load(ports, "room") as load:
        reader = Tcp(ports, PATIENCE)
        signed_in = reader.exchange({"SignIn": {"username": "josh", "password": "basketball"}})
        who = {"$auth": signed_in["SignInResponse"]["token"], "WhoAmI": {}}
        for _ in range(SETTINGS.times):
            load.wait_for_more()
            with filled(place):
                wait_for_refusals(load)
                assert reader.exchange(who) == {"You": {"username": "josh"}}, "who only reads is not answered"
                assert server.process.poll() is None, server.errors
            load.wait_for_more(2)
        load.end()
        replayed = answered_as_before(ports, load.acknowledged())
        server.terminate()
        assert server.wait() == 0, server.errors
    nothing_is_wrong(load.acknowledged(), notes(place), load.begun())
    print(
        f"{SETTINGS.times} times without room on {SIZE}, {len(load.acknowledged())} acknowledged, {load.refused()} refused: 0 lost, "
        f"0 twice, {replayed} of {replayed} answered as before, reads answered, one server throughout"
    )


SETTINGS = settings(__doc__, times=1)
apart()
it_finds_what_is_wrong()
with tempfile.TemporaryDirectory() as name, mounted("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs") as place:
    main(place)

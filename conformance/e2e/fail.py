"""The sign_in server on a disk that fails now and then: the path of its binary is argument 1.

Under load strace answers the n-th sync, then the n-th write, of the thread that writes with EIO, in the system's place: for n up
to 3, or as --times says; and now and then the sync that puts the log into the file. One server lives through all of them. Nobody is acknowledged what was not synced, what is told
is worth a retry, and the server goes on by itself, with its file opened anew: a sync that failed is not tried again.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from running import Server
from running.check import it_finds_what_is_wrong, nothing_is_wrong
from running.load import Load, Ports, answered_as_before
from running.settings import settings
from running.store import notes
from running.trace import SYNCS, Strace, synced_again

WRITES = ("pwrite64",)


def fail(server: Server, load: Load, calls: tuple[str, ...], number: int, log: Path, file: Path | None = None) -> bool:
    """Has the n-th of these calls fail, on this file; whether it was the log, whose failure somebody must be told."""
    refused = load.refused().get("unavailable", 0)
    injection = f"{','.join(calls)}:error=EIO:when={number}"
    with Strace(server.process.pid, log, (*SYNCS, *WRITES, "openat"), injection, file=file) as strace:
        injected = strace.waits_for_injections()
        load.wait_for_more(2)
    assert server.process.poll() is None, f"{injection}: the server ended: {server.errors}"
    again = synced_again(log)
    assert not again, f"{injection}: a log whose sync failed was synced again: {again}"
    of_log = any("-wal" in line for line in injected)
    told = load.refused().get("unavailable", 0) - refused
    assert told > 0 or not of_log, f"{injection}: nobody was told of {injected}"
    return of_log


def main(folder: Path) -> None:
    place = folder / "place"
    place.mkdir()
    ports = Ports()
    of_log = of_file = 0
    with Server(SETTINGS.binary, *ports.flags, folder=place) as server, Load(ports, "fail") as load:
        load.wait_for_more()
        for number in range(1, SETTINGS.times + 1):
            for calls in (SYNCS, WRITES):
                of_log += fail(server, load, calls, number, folder / f"{calls[0]}-{number}")
            if number % 10 == 1:
                of_file += not fail(server, load, SYNCS, 1, folder / f"file-{number}", place / "converse.db")
        load.end()
        replayed = answered_as_before(ports, load.acknowledged())
        server.terminate()
        assert server.wait() == 0, server.errors
    nothing_is_wrong(load.acknowledged(), notes(place), load.begun())
    assert of_log > 0 and of_file > 0, f"of the log failed {of_log}, of the file {of_file}"
    print(
        f"{of_log} failures of the log and {of_file} of the file, {len(load.acknowledged())} acknowledged, {load.refused()} refused: "
        f"0 lost, 0 twice, {replayed} of {replayed} answered as before, one server throughout"
    )


SETTINGS = settings(__doc__, times=3)
it_finds_what_is_wrong()
with tempfile.TemporaryDirectory() as name:
    main(Path(name))

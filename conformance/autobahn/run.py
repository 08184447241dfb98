"""Autobahn's WebSocket test suite against converse, both its ends: `cargo xtask autobahn` runs it.

The server is the program `echo.rs`, the client a test of converse-net that is otherwise ignored. A
connection of converse's carries texts or bytes, as was agreed: cases about bytes agree to `msgpack`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter

sys.dont_write_bytecode = True

import txaio

txaio.use_twisted()

import suite
from fuzzer import Answer, Ask, Verdict
from twisted.internet import defer, reactor

BYTES = ("1.2.", "9.2.", "9.4.", "9.6.", "9.8.")
"""The cases whose messages are binary."""

GOOD = {"OK", "INFORMATIONAL"}

FAST = "what is no UTF-8 is found once its frame is whole, and not before; nothing of it was used by then"

EXPLAINED = {"6.4.3": FAST, "6.4.4": FAST}
"""Cases that may be NON-STRICT, and why."""

AT_ONCE = 8
"""How many cases run at a time. Most of them wait."""

CLIENT = ["test", "--quiet", "-p", "converse-net", "--lib", "echoes_for_autobahn", "--", "--ignored", "--exact"]
CLIENT += ["client::echo::echoes_for_autobahn"]

LONGEST = 600
"""How many seconds all may take."""


def cargo(*arguments: str) -> list[str]:
    return [os.environ.get("CARGO", "cargo"), *arguments]


def built() -> str:
    """The path of the echo, which is built if it has to be."""
    command = cargo("build", "--quiet", "-p", "conformance", "--example", "echo")
    command += ["--message-format", "json-render-diagnostics"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    paths = [json.loads(line).get("executable") for line in said.splitlines()]
    return next(path for path in reversed(paths) if path)


def parts(cases: dict[str, type]) -> list[tuple[str | None, list[tuple[str, type]]]]:
    """The cases of each subprotocol."""
    binary = [case for case in cases.items() if case[0].startswith(BYTES)]
    text = [case for case in cases.items() if not case[0].startswith(BYTES)]
    return [(None, text), ("msgpack", binary)]


@defer.inlineCallbacks
def against_server(cases: dict[str, type]):
    """Runs every case against our server."""
    echo = subprocess.Popen([built()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = echo.stdout.readline().strip()
    places, verdicts = defer.DeferredSemaphore(AT_ONCE), []

    def ask(protocol: str | None, name: str, case: type) -> defer.Deferred:
        told = defer.Deferred()
        factory = Ask(url, protocol, name, case, told.callback)
        reactor.connectTCP(factory.host, factory.port, factory)
        return told.addCallback(verdicts.append)

    try:
        runs = [places.run(ask, protocol, *case) for protocol, some in parts(cases) for case in some]
        yield defer.gatherResults(runs)
    finally:
        echo.stdin.close()
        echo.wait(60)
    return verdicts


@defer.inlineCallbacks
def against_client(cases: dict[str, type]):
    """Lets our client run every case against the suite."""
    verdicts, urls = [], []
    for protocol, some in parts(cases):
        port = reactor.listenTCP(0, Answer(protocol, some, verdicts.append), interface="127.0.0.1")
        urls.append(f"ws://127.0.0.1:{port.getHost().port}")
    ended = defer.Deferred()

    def run() -> None:
        done = subprocess.run(cargo(*CLIENT), env=os.environ | {"CONVERSE_AUTOBAHN": " ".join(urls)})
        reactor.callFromThread(ended.callback, done.returncode)

    threading.Thread(target=run, daemon=True).start()
    code = yield ended
    assert code == 0, "the client's test failed"
    return verdicts


def judged(end: str, cases: dict[str, type], verdicts: list[Verdict]) -> bool:
    """Says what came of the cases; whether all are good."""
    behavior, close = (Counter(getattr(it, what) for it in verdicts) for what in ("behavior", "close"))
    shown = ", ".join(f"{count} {name}" for name, count in sorted(behavior.items()))
    print(f"{end}: {len(verdicts)} of {len(cases)} cases: {shown}; of the closing handshakes: {dict(close)}")
    bad = [it for it in verdicts if it.behavior not in GOOD or it.close not in GOOD]
    unexplained = [it for it in bad if it.behavior not in GOOD | {"NON-STRICT"} or it.case not in EXPLAINED]
    for it in bad:
        print(f"  {it.case} {it.behavior}, close {it.close}: {EXPLAINED.get(it.case, it.why)}")
    return not unexplained and sorted(it.case for it in verdicts) == sorted(cases)


@defer.inlineCallbacks
def run(results: dict[str, bool]):
    cases = suite.cases()
    wanted = tuple(sys.argv[1:])
    cases = {name: case for name, case in cases.items() if not wanted or name.startswith(wanted)}
    for end, against in (("server", against_server), ("client", against_client)):
        verdicts = yield against(cases)
        results[end] = judged(end, cases, verdicts)


def main() -> int:
    results: dict[str, bool] = {}

    def failed(failure) -> None:
        print(failure.getTraceback())

    reactor.callWhenRunning(lambda: run(results).addErrback(failed).addBoth(lambda _: reactor.stop()))
    late = reactor.callLater(LONGEST, lambda: (print(f"not done within {LONGEST} s"), reactor.stop()))
    late and reactor.run()
    return 0 if results == {"server": True, "client": True} else 1


sys.exit(main())

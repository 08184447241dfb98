"""The other end of a connection, for one case: Autobahn's own protocol, with what the suite's cases call it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autobahn.twisted.websocket import (
    WebSocketClientFactory,
    WebSocketClientProtocol,
    WebSocketServerFactory,
    WebSocketServerProtocol,
)
from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet import reactor

PATIENCE = 10
"""How many times as long as in the suite a case waits that only ends if it must: machines may be busy."""

OPTIONS = {"failByDrop": False, "closeHandshakeTimeout": PATIENCE}
"""As the suite has them, but for the seconds."""


@dataclass
class Verdict:
    """What a case came to: of what was said, and of how the connection ended."""

    case: str
    behavior: str
    close: str
    why: str


def octets(payload: str | bytes) -> bytes:
    return payload if isinstance(payload, bytes) else payload.encode("latin-1")


class Fuzzer:
    """Runs the case that its factory holds. A mixin, which comes before the protocol."""

    createWirelog = False

    def begin(self, name: str, case: type | None) -> None:
        self.logFrames = True
        self.connectionWasOpen = False
        self.broken: Exception | None = None
        self.txFrameStats: dict[int, int] = {}
        self.name, self.runCase = name, case(self) if case else None

    def onOpen(self) -> None:
        self.connectionWasOpen = True
        if self.runCase:
            self.runs(self.runCase.onOpen)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.runCase:
            self.runs(self.runCase.onMessage, payload.decode("latin-1"), isBinary)

    def onPong(self, payload: bytes) -> None:
        if self.runCase:
            self.runs(self.runCase.onPong, payload.decode("latin-1"))

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if self.runCase:
            self.runs(self.runCase.onClose, wasClean, code, reason)

    def runs(self, part: Callable[..., None], *what: object) -> None:
        """Runs a part of the case. One that fails ends the connection, and is no good case of ours either."""
        try:
            part(*what)
        except Exception as error:
            self.broken = error
            self.dropConnection(abort=True)

    def ended(self) -> None:
        """The connection is gone: what came of it."""
        if self.runCase:
            case = self.runCase
            self.runs(case.onConnectionLost, self.failedByMe)
            if self.broken:
                case.behavior, case.result = "BROKEN", f"The case itself failed: {self.broken!r}."
            why = f"{case.result} {case.resultClose} (close code {self.remoteCloseCode}, {self.wasNotCleanReason})"
            self.factory.tell(Verdict(self.name, case.behavior, case.behaviorClose, why))

    def sendFrame(self, opcode: int, payload: str | bytes = b"", **how: object) -> None:
        super().sendFrame(opcode, octets(payload), **how)

    def sendMessage(self, payload: str | bytes, isBinary: bool = False, **how: object) -> None:
        super().sendMessage(octets(payload), isBinary, **how)

    def sendMessageFrameData(self, payload: str | bytes, sync: bool = False) -> int | None:
        return super().sendMessageFrameData(octets(payload), sync)

    def sendCloseFrame(self, code: int | None = None, reasonUtf8: str | bytes | None = None, isReply: bool = False) -> None:
        super().sendCloseFrame(code, None if reasonUtf8 is None else octets(reasonUtf8), isReply)

    def logTxFrame(self, frameHeader: object, *_: object) -> None:
        self.txFrameStats[frameHeader.opcode] = self.txFrameStats.get(frameHeader.opcode, 0) + 1

    def logRxFrame(self, *_: object) -> None:
        pass

    def enableWirelog(self, enable: bool) -> None:
        self.createWirelog = enable

    def continueLater(self, delay: float, run: Callable[[], None], tag: str | None = None) -> None:
        self.later(delay, run)

    def killAfter(self, delay: float) -> None:
        self.later(delay * PATIENCE, self._fail_connection)

    def closeAfter(self, delay: float) -> None:
        self.later(delay, self.sendClose)

    def later(self, delay: float, run: Callable[[], None]) -> None:
        """Runs this after so many seconds, if the connection is still there."""
        reactor.callLater(delay, lambda: None if self.state == WebSocketProtocol.STATE_CLOSED else self.runs(run))


class ClientEnd(Fuzzer, WebSocketClientProtocol):
    def connectionMade(self) -> None:
        self.begin(self.factory.name, self.factory.case)
        WebSocketClientProtocol.connectionMade(self)

    def connectionLost(self, reason: object) -> None:
        WebSocketClientProtocol.connectionLost(self, reason)
        self.ended()


class ServerEnd(Fuzzer, WebSocketServerProtocol):
    def onConnect(self, request: object) -> str | None:
        """The client asks for a case by its path, or how many there are."""
        self.begin(*self.factory.chosen(request.path))
        return self.factory.spoken if self.factory.spoken in request.protocols else None

    def onOpen(self) -> None:
        if self.runCase is None:
            self.sendMessage(str(self.factory.count).encode())
            self.sendClose()
        else:
            Fuzzer.onOpen(self)

    def connectionLost(self, reason: object) -> None:
        WebSocketServerProtocol.connectionLost(self, reason)
        if hasattr(self, "runCase"):
            self.ended()


class Ask(WebSocketClientFactory):
    """One connection to a server, for one case."""

    protocol = ClientEnd

    def __init__(self, url: str, protocol: str | None, name: str, case: type, tell: Callable[[Verdict], None]) -> None:
        super().__init__(url, protocols=[protocol] if protocol else [])
        self.name, self.case, self.tell = name, case, tell
        # Texts of megabytes are there for the time that they take, not for what they say.
        self.setProtocolOptions(**OPTIONS, serverConnectionDropTimeout=PATIENCE)
        self.setProtocolOptions(utf8validateIncoming=not name.startswith("9."))


class Answer(WebSocketServerFactory):
    """Gives a client its cases, one after another: `/case/7` is the eighth of them, `/count` says how many there are."""

    protocol = ServerEnd

    def __init__(self, protocol: str | None, cases: list[tuple[str, type]], tell: Callable[[Verdict], None]) -> None:
        super().__init__(protocols=[protocol] if protocol else [])
        self.spoken, self.cases, self.count, self.tell = protocol, cases, len(cases), tell
        self.setProtocolOptions(**OPTIONS)

    def chosen(self, path: str) -> tuple[str, type | None]:
        return ("", None) if path == "/count" else self.cases[int(path.rsplit("/", 1)[1])]

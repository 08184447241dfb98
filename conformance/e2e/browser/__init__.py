"""Chromium without a window, driven over its DevTools protocol; no other library than `websockets`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from websockets.sync.client import connect

PATIENCE = 60.0
"""How many seconds anything may take."""

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program() -> str:
    """The browser: what the variable CHROMIUM says, or what is installed."""
    for name in (os.environ.get("CHROMIUM"), *PROGRAMS):
        found = name and shutil.which(name)
        if found:
            return found
    raise AssertionError("there is no Chromium: run `apt-get install chromium`, or set CHROMIUM to its path")


class Browser:
    """A running browser with a profile of its own; use it with `with`."""

    def __enter__(self) -> Browser:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # Inside a container the browser's own sandbox cannot be set up; the pages are ours.
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        flags += ["--remote-debugging-port=0", f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen([program(), *flags], stderr=subprocess.PIPE, text=True)
        self._reader: threading.Thread | None = None
        said = []
        for line in self._process.stderr:
            said.append(line)
            found = re.match(r"DevTools listening on (ws://\S+)", line)
            if found:
                break
        else:
            self.__exit__()
            raise AssertionError(f"Chromium does not start: {''.join(said)}")
        # What it says later is read as well: it would wait if nobody did.
        self._reader = threading.Thread(target=self._process.stderr.read, daemon=True)
        self._reader.start()
        self._socket = connect(found.group(1), max_size=None, proxy=None)
        self._next = 0
        self._events: list[dict[str, Any]] = []
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)
        if self._reader is not None:
            self._reader.join(PATIENCE)
        self._process.stderr.close()
        self._profile.cleanup()

    def command(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._next += 1
        message = {"id": self._next, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self._socket.recv(PATIENCE))
            if answer.get("id") == self._next:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self._events.append(answer)

    def open(self, url: str) -> Page:
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log"):
            page.command(f"{domain}.enable")
        page.command("Page.navigate", url=url)
        page.until("the page is loaded", "document.readyState === 'complete' && location.href !== 'about:blank'")
        return page

    def complaints(self) -> list[str]:
        """What the pages' consoles have as errors until now."""
        found = []
        for event in self._events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(parameters["exceptionDetails"]))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"]["text"])
        self._events.clear()
        return found


    def complains(self, text: str) -> None:
        """Waits until a page's console has an error with this text; what is told of it may come behind what caused it."""
        end = time.monotonic() + PATIENCE
        while not any(text in complaint for complaint in self.complaints()):
            assert time.monotonic() < end, f"no page complains: {text}"
            # Whatever is asked, what was told meanwhile is read.
            self.command("Browser.getVersion")
            time.sleep(0.02)


class Page:
    """A tab."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.command(method, self._session, **parameters)

    def value(self, expression: str) -> Any:
        """What a script's expression gives."""
        result = self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, f"{expression}: {result['exceptionDetails']}"
        return result["result"].get("value")

    def until(self, what: str, expression: str, fits: Callable[[Any], bool] = bool) -> Any:
        """Waits until an expression's value fits, and returns it."""
        end = time.monotonic() + PATIENCE
        while not fits(value := self.value(expression)):
            assert time.monotonic() < end, f"it never came to this: {what}; it is {value!r}"
            time.sleep(0.02)
        return value

    def type(self, selector: str, text: str) -> None:
        """Types into a field, in place of what is there, as a person does."""
        self.value(f"document.querySelector({json.dumps(selector)}).select()")
        self.command("Input.insertText", text=text)

    def press_enter(self) -> None:
        for kind in ("keyDown", "keyUp"):
            enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
            self.command("Input.dispatchKeyEvent", type=kind, **enter, **({"text": "\r"} if kind == "keyDown" else {}))

    def click(self, selector: str) -> None:
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def texts(self, selector: str) -> str:
        """An expression for the texts of all elements that a selector finds."""
        return f"[...document.querySelectorAll({json.dumps(selector)})].map((each) => each.textContent)"

    def close(self) -> None:
        self._browser.command("Target.closeTarget", targetId=self._target)

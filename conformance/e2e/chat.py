"""The example `chat` in Chromium: pages meet in a room, talk, and see who leaves; pages of the server's own, pages of
another origin that it knows, and pages of one that it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

sys.dont_write_bytecode = True

from browser import Browser, Page
from running import Server

HOSTILE = "<img src=x onerror='document.title=1'> & \"quotes\""


def built() -> str:
    """The path of the example, which is built if it has to be."""
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "-p", "converse", "--features", "http1"]
    cargo += ["--example", "chat", "--message-format", "json-render-diagnostics"]
    said = subprocess.run(cargo, check=True, stdout=subprocess.PIPE, text=True).stdout
    paths = [json.loads(line).get("executable") for line in said.splitlines()]
    return next(path for path in reversed(paths) if path)


def enter(page: Page, name: str) -> None:
    page.until("it is connected", "document.querySelector('#state').textContent", lambda it: it == "connected")
    page.type("#name", name)
    page.press_enter()


def say(page: Page, text: str) -> None:
    page.type("#text", text)
    page.press_enter()


def here(page: Page, *names: str) -> None:
    page.until(f"{names} are here", page.texts("#here li"), lambda it: it == list(names))


def log(page: Page, *lines: str) -> None:
    page.until(f"the last lines are {lines}", page.texts("#log li"), lambda it: it[-len(lines) :] == list(lines))


def talk(browser: Browser, url: str, own: bool) -> list[Page]:
    anna, josh = browser.open(url), browser.open(url)
    enter(anna, "anna")
    here(anna, "anna")
    enter(josh, "anna")
    problem = "document.querySelector('#problem').textContent"
    josh.until("the name is taken", problem, lambda it: it.startswith("somebody in this room has the name"))
    enter(josh, "josh")
    here(anna, "anna", "josh")
    here(josh, "anna", "josh")
    log(anna, "anna came", "josh came")
    log(josh, "josh came")

    say(anna, "hello")
    log(josh, "anna: hello")
    say(josh, HOSTILE)
    log(anna, "josh came", "anna: hello", f"josh: {HOSTILE}")
    assert anna.value("document.querySelectorAll('#log img').length") == 0 and anna.value("document.title") == "Chat"

    carol = browser.open(url)
    carol.type("#room", "hall")
    enter(carol, "carol")
    here(carol, "carol")
    say(carol, "nobody hears me")
    log(carol, "carol: nobody hears me")
    carol.click("#leave")
    carol.until("she is outside", "document.querySelector('#inside').hidden")
    carol.close()

    josh.close()
    log(anna, f"josh: {HOSTILE}", "josh left")
    here(anna, "anna")
    assert anna.value(anna.texts("#log li")).count("carol: nobody hears me") == 0

    complaints = browser.complaints()
    assert complaints == [], complaints
    if not own:
        return [anna]
    # The policy is in force: what is not the page's own does not run.
    inline = "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
    anna.value(f"(() => {{ {inline} document.head.append(script); }})()")
    assert anna.value("window.ran === undefined")
    browser.complains("Content Security Policy")
    return [anna]


KINDS = {"": "text/html", "chat.js": "text/javascript", "style.css": "text/css"}
FILES = Path("converse/examples/chat/page")


class Elsewhere(ThreadingHTTPServer):
    """The page's files, from a server that knows no messages."""

    messages = ""
    """Where the messages are."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.removeprefix("/chat").removeprefix("/")
        if name not in KINDS:
            # What browsers ask for by themselves.
            self.send_response(204)
            return self.end_headers()
        text = (FILES / (name or "index.html")).read_text()
        if name == "":
            place = '<meta name="server" content="">'
            assert place in text
            text = text.replace(place, place.replace('""', json.dumps(self.server.messages)))
        self.send_response(200)
        self.send_header("Content-Type", KINDS[name])
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def post(server: str) -> str:
    """An expression that sends a message over HTTP, as a page would: the reply's class, or that it may not be read."""
    how = "{method: 'POST', headers: {'content-type': 'application/json'}, body: '{\"Leave\":{}}'}"
    return f"fetch('{server}', {how}).then((it) => it.json()).then((it) => Object.keys(it)[0], () => 'refused')"


def refused(browser: Browser, server: Server, origin: str, stranger: Elsewhere) -> None:
    """A page that the server does not know can do nothing, and the log says what would let it, beside the origin that may."""
    page = browser.open(f"{stranger.origin}/chat")
    socket = json.dumps(stranger.messages)
    tried = f"new Promise((done) => {{ const it = new WebSocket({socket}); it.onopen = it.onclose = ({{type}}) => done(type) }})"
    assert page.value(tried) == "close", "a page of a foreign origin has a WebSocket"
    assert page.value("document.querySelector('#state').textContent") == "connecting"
    assert page.value(post(server.told("http"))) == "refused"
    allowing = f'origins = ["{origin}", "{stranger.origin}"]'
    server.complains(allowing)
    page.close()


def main() -> None:
    with Browser() as browser, elsewhere() as known, elsewhere() as stranger:
        flags = ("--http", "127.0.0.1:0", "--tcp", "off", "--origins", known.origin)
        with Server(built(), *flags) as server:
            address = server.told("http")
            known.messages = stranger.messages = f"{address.replace('http', 'ws')}/ws"
            for origin in (address, known.origin):
                for page in talk(browser, f"{origin}/chat", own=origin == address):
                    page.close()
            page = browser.open(f"{known.origin}/chat")
            assert page.value(post(address)) == "Done", "a page of a known origin may not read what it is answered"
            refused(browser, server, known.origin, stranger)
    print("pages of the chat meet in a room, talk, and see who leaves; pages of foreign origins are refused")


main()

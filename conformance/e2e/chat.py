"""The example `chat` in Chromium: pages meet in a room, talk, and see who leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys

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


def talk(browser: Browser, url: str) -> None:
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
    # The policy is in force: what is not the page's own does not run.
    inline = "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
    anna.value(f"(() => {{ {inline} document.head.append(script); }})()")
    assert anna.value("window.ran === undefined")
    assert any("Content Security Policy" in complaint for complaint in browser.complaints())


def main() -> None:
    with Server(built(), "--http", "127.0.0.1:0", "--tcp", "off") as server, Browser() as browser:
        talk(browser, f"{server.told('http')}/chat")
    print("pages of the chat meet in a room, talk, and see who leaves")


main()

"""converse and pydantic, on the same classes and the same messages: the same verdict, rule and place.

Valid bodies of each class of `conformance/pydantic/classes.py` are mutated, and judged by pydantic and by
`conformance/examples/judge/`. Any disagreement fails, unless it is one of the known differences, each of
which is a row of `docs/validation.md`; a known difference that is none any more fails too.

Both are asked twice: as strict as they are by default, and in pydantic's lax mode, which is `coerce` here.

`CONVERSE_SEED` makes another run, `CONVERSE_ROUNDS` (payloads a class) a longer one, `CONVERSE_JUDGE` is the
judge's binary, if it is built. `--mode strict` or `--mode lax` asks once.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "conformance" / "pydantic"))

from bodies import CLASSES, OTHER_FORMS, TABLE
from known import KNOWN, LAX, Known
from mutate import mutated
from pydantic import ValidationError

ROUNDS = 2000


@dataclass
class Mode:
    """How strict both are."""

    strict: bool
    # What the judge is told.
    flags: list[str]
    # The differences that are known.
    known: list[Known]
    # What else is worth trying in every field.
    worth_trying: list[Any]


MODES = {"strict": Mode(True, [], KNOWN, []), "lax": Mode(False, ["--lax"], [*LAX, *KNOWN], OTHER_FORMS)}
# pydantic's types of errors, where ours have other names: JSON has one kind of list, and of object.
RULES = {
    "extra_forbidden": "unknown_field",
    "finite_number": "number_out_of_range",
    "set_type": "list_type",
    "tuple_type": "list_type",
    "model_attributes_type": "model_type",
    "literal_error": "enum",
    "no_such_variant": "union_tag_invalid",
    "datetime_from_date_parsing": "datetime_parsing",
    "date_from_datetime_parsing": "date_parsing",
    "date_from_datetime_inexact": "date_parsing",
    "uuid_type": "string_type",
    "url_type": "string_type",
    "date_type": "string_type",
    "time_type": "string_type",
    "datetime_type": "string_type",
    "timezone_aware": "datetime_parsing",
    "time_delta_type": "string_type",
    "decimal_type": "string_type",
}
# The tags that stand in a `loc` of pydantic's and nowhere in the message; those that begin with # are ours.
TAGS = {"round", "square", "dot", "count", "named", "nothing"}
TEXT = ("bad_json", "bad_string", "too_deep", "bad_envelope")


@dataclass
class Verdict:
    """What the two say of one place of one message."""

    model: str
    text: str
    body: Any
    pointer: str
    ours: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs

    @property
    def value(self) -> Any:
        """What stands there."""
        value = self.body
        for step in self.pointer.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (KeyError, IndexError, TypeError, ValueError):
                return None
        return value

    def __str__(self) -> str:
        text = self.text if len(self.text) < 300 else f"{self.text[:300]}…"
        return f"{self.model} {text}\n    at {self.pointer!r}: converse {self.ours}, pydantic {self.theirs}"


def pointer(loc: tuple[int | str, ...], body: Any) -> str:
    """A place of pydantic's as a JSON Pointer: without the tags of unions, and without the word for keys."""
    steps = []
    for step in loc:
        if isinstance(step, str):
            here = isinstance(body, dict) and step in body
            if step == "[key]" or step.startswith("#") or (step in TAGS and not here):
                continue
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            body = None
        steps.append(as_step(step))
    return "".join(steps)


def as_step(key: int | str) -> str:
    """A step of a JSON Pointer."""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


def rule(model: str, kind: str) -> str:
    """Our name of a type of error."""
    # A value that is no object where an object with a tag is expected.
    if kind == "dict_type" and model in ("Inside", "Beside"):
        return "model_type"
    return RULES.get(kind, kind)


def pydantics(mode: Mode, model: str, text: str, body: Any) -> dict[str, Any]:
    """What pydantic says of a body, in the words of the judge."""
    try:
        return {"ok": CLASSES[model].model_validate_json(text, strict=mode.strict).written()}
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(issue["type"] == "json_invalid" for issue in found):
        return {"code": "bad_json", "errors": []}
    errors = {(pointer(issue["loc"], body), rule(model, issue["type"])) for issue in found}
    return {"code": "validation", "errors": sorted(errors)}


def unlike(a: Any, b: Any, at: str = "") -> list[tuple[str, Any, Any]]:
    """Where two values are not the same in JSON: true is not 1, and 1.0 is."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return [found for key in a for found in unlike(a[key], b[key], at + as_step(key))]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [
            found
            for key, (one, other) in enumerate(zip(a, b, strict=True))
            for found in unlike(one, other, at + as_step(key))
        ]
    equal = a is b if isinstance(a, bool) or isinstance(b, bool) else a == b
    return [] if equal else [(at, a, b)]


def verdicts(model: str, text: str, ours: dict[str, Any], theirs: dict[str, Any], body: Any) -> list[Verdict]:
    """What the two say of each place of which either says something; nothing, where both take the message alike."""

    def verdict(at: str, our: list[str], their: list[str]) -> Verdict:
        return Verdict(model, text, body, at, our, their)

    if ours.get("more"):
        # Only 64 are listed: no place can be compared.
        return [verdict("", ["refused"], ["refused"] if "code" in theirs else [])]
    if ours.get("code") == "internal":
        return [verdict("", ["internal"], [])]
    texts = ours.get("code") in TEXT, theirs.get("code") in TEXT
    if any(texts):
        return [verdict("", ["text"] * texts[0], ["text"] * texts[1])]
    if "ok" in ours and "ok" in theirs:
        written = unlike(ours["ok"], theirs["ok"])
        return [verdict(at, [f"writes {our!r}"], [f"writes {their!r}"]) for at, our, their in written]
    places: dict[str, Verdict] = {}
    for at, rule in ours.get("errors", []):
        places.setdefault(at, verdict(at, [], [])).ours.append(rule)
    for at, rule in theirs.get("errors", []):
        places.setdefault(at, verdict(at, [], [])).theirs.append(rule)
    return list(places.values())


def judged(mode: Mode, payloads: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """What converse says of each body."""
    lines = "".join(f"{model}\t{text}\n" for model, text in payloads)
    done = subprocess.run([judge(), *mode.flags], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(payloads), f"{len(answers)} answers of {len(payloads)} payloads"
    return answers


def judge() -> str:
    """The path of the judge's binary, built where it is not given."""
    given = os.environ.get("CONVERSE_JUDGE")
    if given:
        return given
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "-p", "conformance", "--example", "judge"]
    cargo += ["--message-format", "json-render-diagnostics"]
    built = subprocess.run(cargo, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    (binary,) = [message["executable"] for message in messages if message.get("executable")]
    return binary


def excused(mode: Mode, found: Verdict, among: list[Verdict]) -> str | None:
    """The name of the known difference that this one is."""
    return next((known.name for known in mode.known if known.excuses(found, among)), None)


def read(text: str) -> Any:
    """The body as a value; nothing where it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def compared(mode: Mode, payloads: list[tuple[str, str]]) -> list[list[Verdict]]:
    result = []
    for (model, text), ours in zip(payloads, judged(mode, payloads), strict=True):
        body = read(text)
        result.append(verdicts(model, text, ours, pydantics(mode, model, text, body), body))
        OUTCOMES["refused" if "code" in ours else "accepted"] += 1
    return result


def the_page_has_the_known_ones() -> None:
    page = (ROOT / "docs" / "validation.md").read_text()
    listed = {
        line.split("`")[1] for line in page.split("## Known differences")[1].splitlines() if line.startswith("| `")
    }
    names = {known.name for known in [*KNOWN, *LAX]}
    assert names == listed, f"known.py and docs/validation.md differ in {sorted(names ^ listed)}"


def the_known_ones_are_still_there(mode: Mode) -> None:
    wrong = []
    # What is known of the strict mode need not hold in the lax one.
    listed = KNOWN if mode.strict else LAX
    for known, found in zip(listed, compared(mode, [(known.model, known.text) for known in listed]), strict=True):
        if not any(one.differs for one in found):
            wrong.append(f"{known.name}: agreed on; strike it out of known.py and of docs/validation.md")
        wrong += [f"{known.name}: {one}" for one in found if one.differs and not known.excuses(one, found)]
    assert not wrong, "\n".join(wrong)


def nothing_else_differs(mode: Mode, seed: int, rounds: int) -> None:
    payloads = []
    for model, valid, worth_trying in TABLE:
        dice = random.Random(f"{seed} {model.__name__}")
        payloads += [(model.__name__, mutated(valid, [*worth_trying, *mode.worth_trying], dice)) for _ in range(rounds)]
    known: Counter[str] = Counter()
    unknown: dict[tuple[str, ...], Verdict] = {}
    unexcused = 0
    for found in compared(mode, payloads):
        for one in filter(lambda one: one.differs, found):
            name = excused(mode, one, found)
            if name is not None:
                known[name] += 1
            else:
                unexcused += 1
                key = (one.model, *one.ours, "|", *one.theirs)
                shown = unknown.setdefault(key, one)
                if len(one.text) < len(shown.text):
                    unknown[key] = one
    print(f"{len(TABLE)} classes, {len(payloads)} payloads, {dict(OUTCOMES)}")
    print("known differences: " + ", ".join(f"{name} {count}" for name, count in sorted(known.items())))
    if unknown:
        print("\n".join(map(str, unknown.values())))
        raise SystemExit(f"{unexcused} differences of {len(unknown)} kinds; CONVERSE_SEED={seed} repeats them")
    assert min(OUTCOMES.values()) > len(payloads) / 10, "both verdicts are frequent"


OUTCOMES: Counter[str] = Counter()


def main() -> None:
    asked = [sys.argv[sys.argv.index("--mode") + 1]] if "--mode" in sys.argv else list(MODES)
    if not set(asked) <= MODES.keys():
        raise SystemExit(f"there is no mode {asked[0]!r}; there are {', '.join(MODES)}")
    seed = int(os.environ.get("CONVERSE_SEED") or 1)
    rounds = int(os.environ.get("CONVERSE_ROUNDS") or ROUNDS)
    os.environ["CONVERSE_JUDGE"] = judge()
    began = time.monotonic()
    the_page_has_the_known_ones()
    for name in asked:
        print(f"{name}:")
        OUTCOMES.clear()
        the_known_ones_are_still_there(MODES[name])
        nothing_else_differs(MODES[name], seed, rounds)
    print(f"{time.monotonic() - began:.0f} s")


main()

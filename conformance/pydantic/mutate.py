"""Messages with mistakes: a valid body, changed in a few places and spelt in odd ways."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any


class Raw(str):
    """A value as it is spelt."""


# What stands in for a value, whatever it was.
STAND_INS = [
    *[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "2",
        "10",
        "255",
        "256",
        "-129",
        "1.0",
        "1e2",
        "1E+2",
        "1.5",
        "-0.0",
    ],
    *["0.1e1", "100e-2", "1e-2", "1e400", "-1e400", "1e-400", "1e19", "1e38", "-1e38", "12345678901234567890"],
    *["9007199254740991.0", "9007199254740992.0", "9007199254740994.0", "9007199254740993", "-9007199254740992.0"],
    *["9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616"],
    *["340282366920938463463374607431768211456", "1" + "0" * 60, "0.1", "0.30000000000000004", "2.5e-3"],
    *[
        '""',
        '"a"',
        '"ab"',
        '"abc"',
        '"abcd"',
        '"1"',
        '"1.0"',
        '"true"',
        '"null"',
        '" "',
        '"é"',
        '"😀😀😀"',
        '"\\u00e9"',
    ],
    *['"\\ud83d\\ude00"', '"a\\nb"', '"\\/"', '"\\u0061"', '"x y"', '"' + "long " * 200 + '"', '"12345"', '"None"'],
    *[
        "[]",
        "[1]",
        "[null]",
        "[[]]",
        "[true]",
        '["a"]',
        "[1,2]",
        "[1,1]",
        "[1.0,1]",
        "{}",
        '{"a":1}',
        '{"x":1}',
        '{"":{}}',
    ],
    *['{"name":"a"}', '{"0":0}', '{"a":null}', "[{}]", "[[1],[2]]", "[1,2,3,4,5]"],
]
# The same, where the text itself is in question; rare, because nothing else is compared then.
ODD_TEXTS = ["NaN", "-Infinity", '"\\u0000"', '"\\ud800"', "01", "1.", ".5", "+1", "tru", "'a'", '"\t"', "[1,]", "{,}"]
NAMES = [
    "a",
    "b",
    "c",
    "x",
    "y",
    "name",
    "type",
    "t",
    "n~/m",
    "unknown",
    "",
    "~/",
    "é",
    "__proto__",
    "Full-Name",
    "full_name",
]


def mutated(valid: Any, worth_trying: list[Any], dice: Random) -> str:
    """A body that is valid, or was."""
    body = {"body": copy.deepcopy(valid)}
    for _ in range(dice.choice([0, 1, 1, 1, 1, 2, 2, 3, 5])):
        holder, key = place(body, dice)
        change(holder, key, worth_trying, dice)
    return spelt(body["body"], dice)


def place(body: Any, dice: Random) -> tuple[Any, Any]:
    """Some value, by what holds it: near the top often enough."""
    holder, key = body, "body"
    while isinstance(holder[key], dict | list) and holder[key] and dice.random() < 0.85:
        holder = holder[key]
        key = dice.choice(list(holder)) if isinstance(holder, dict) else dice.randrange(len(holder))
    return holder, key


def change(holder: Any, key: Any, worth_trying: list[Any], dice: Random) -> None:
    value = holder[key]
    match dice.randrange(12):
        case 0 | 1 | 2:
            holder[key] = Raw(dice.choice(STAND_INS))
        case 3 | 4 | 5 | 6:
            holder[key] = copy.deepcopy(dice.choice(worth_trying))
        case 7 if key != "body":
            del holder[key]
        case 8 if isinstance(holder, dict) and key != "body":
            holder[dice.choice(NAMES)] = dice.choice([value, Raw(dice.choice(STAND_INS))])
        case 9 if isinstance(value, list):
            value.extend(copy.deepcopy(dice.choice([value, worth_trying])[:4]))
        case 9 if isinstance(value, dict):
            items = list(value.items())
            dice.shuffle(items)
            value.clear()
            value.update(items)
        case 9 if isinstance(value, str) and not isinstance(value, Raw):
            holder[key] = dice.choice(
                [value + "x", value[1:], value.upper(), f" {value} ", value * 9, value + "\u0301"]
            )
        case 9 if isinstance(value, int | float) and not isinstance(value, bool):
            half = value / 2 if abs(value) < 2**99 else 0
            holder[key] = dice.choice([value + 1, value - 1, -value, half, value * 10, str(value)])
        case 10:
            holder[key] = dice.choice([[value], {"a": value}, None])
        case 11 if dice.random() < 0.1:
            holder[key] = Raw(dice.choice(ODD_TEXTS))
        case _:
            holder[key] = Raw(dice.choice(STAND_INS))


def spelt(value: Any, dice: Random) -> str:
    """A value as JSON, now and then in another spelling."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        blank = " " if dice.random() < 0.05 else ""
        members = (f"{blank}{text(name, dice)}{blank}:{spelt(inner, dice)}" for name, inner in value.items())
        return "{" + ",".join(members) + blank + "}"
    if isinstance(value, list):
        return "[" + ",".join(spelt(inner, dice) for inner in value) + "]"
    if isinstance(value, str):
        return text(value, dice)
    if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.05:
        return dice.choice([f"{value}.0", f"{value}e0", f"{value}00e-2", f"{value}.000E+0"])
    return json.dumps(value)


def text(value: str, dice: Random) -> str:
    if dice.random() < 0.03:
        return json.dumps(value, ensure_ascii=True).replace("/", "\\/")
    return json.dumps(value, ensure_ascii=False)

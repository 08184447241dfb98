"""What was acknowledged, beside what is there."""

from __future__ import annotations

Row = tuple[int, str, str]
"""A note as it is kept: its number, its key, and its text, which is the key as well."""


def faults_of(acknowledged: dict[str, int], rows: list[Row], begun: set[str]) -> list[str]:
    """What is wrong with the rows."""
    faults = []
    numbers: dict[str, int] = {}
    for number, key, text in rows:
        if key in numbers:
            faults.append(f"{key} took effect twice, as {numbers[key]} and {number}")
        numbers[key] = number
        if text != key:
            faults.append(f"{key} has the text of another: {text}")
        if key not in begun:
            faults.append(f"nobody sent {key}")
    for key, number in acknowledged.items():
        if key not in numbers:
            faults.append(f"{key} was acknowledged as {number} and is lost")
        elif numbers[key] != number:
            faults.append(f"{key} was acknowledged as {number} and is {numbers[key]}")
    return faults


def lost(acknowledged: dict[str, int], rows: list[Row]) -> int:
    """How many that were acknowledged are not there."""
    return len(acknowledged.keys() - {key for _, key, _ in rows})


def nothing_is_wrong(acknowledged: dict[str, int], rows: list[Row], begun: set[str]) -> None:
    """Fails with the first things that are wrong."""
    faults = faults_of(acknowledged, rows, begun)
    assert not faults, f"{len(faults)} faults, {lost(acknowledged, rows)} lost:\n" + "\n".join(faults[:20])


def it_finds_what_is_wrong() -> int:
    """Tries rows that were spoilt on purpose, and returns how many: a check that finds nothing proves nothing."""
    acknowledged, begun = {"a": 1, "b": 2}, {"a", "b", "c"}
    good: list[Row] = [(1, "a", "a"), (2, "b", "b")]
    assert faults_of(acknowledged, good, begun) == []
    assert faults_of(acknowledged, [*good, (3, "c", "c")], begun) == [], "kept and never acknowledged is no fault"
    spoilt: dict[str, list[Row]] = {
        "lost": good[:1],
        "all lost": [],
        "twice": [*good, (3, "b", "b")],
        "another number": [(1, "a", "a"), (4, "b", "b")],
        "numbers changed places": [(2, "a", "a"), (1, "b", "b")],
        "the text of another": [(1, "a", "b"), (2, "b", "b")],
        "half of a text": [(1, "a", ""), (2, "b", "b")],
        "nobody's": [*good, (3, "d", "d")],
        "a key that was changed": [(1, "a", "a"), (2, "B", "B")],
        "twice under one number": [*good, (2, "b", "b")],
    }
    for what, rows in spoilt.items():
        assert faults_of(acknowledged, rows, begun), f"the check does not see: {what}"
    return len(spoilt)

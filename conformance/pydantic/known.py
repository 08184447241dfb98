"""The known differences between converse and pydantic: rows of `docs/validation.md`, by the same names.

Each has a message on which the two differ, and says which differences are it, as narrowly as it can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BOUNDS = {"greater_than_equal", "greater_than", "less_than_equal", "less_than", "multiple_of"}
CONSTRAINTS = BOUNDS | {
    *["string_too_short", "string_too_long", "string_pattern_mismatch"],
    *["too_short", "too_long", "unique_items", "value_error", "url_parsing"],
}


@dataclass
class Known:
    """A difference that is meant, or a defect that is known."""

    name: str
    model: str
    # A body on which the two differ.
    text: str
    # Whether a difference, among those of its message, is this one.
    excuses: Callable[[Any, list[Any]], bool]


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def texts(found: Any, _: list[Any]) -> bool:
    """Not JSON to converse, or no text that it takes; pydantic reads it."""
    signs = ("NaN", "Infinity", "\\u0000")
    return (found.ours, found.theirs) == (["text"], []) and any(sign in found.text for sign in signs)


def every_rule(found: Any, _: list[Any]) -> bool:
    """pydantic stops at a value's first broken rule."""
    return bool(found.theirs) and set(found.theirs) < set(found.ours) <= CONSTRAINTS


def alias_twins(found: Any, _: list[Any]) -> bool:
    """A field that stands twice, under two of its names."""
    names = {"Aliased": {"Full-Name", "full_name", "n~/m"}, "SignIn": {"username", "name"}}.get(found.model, set())
    return found.ours == ["text"] and isinstance(found.body, dict) and len(names & found.body.keys()) > 1


def type_bounds(found: Any, _: list[Any]) -> bool:
    ours = found.ours in (["less_than_equal"], ["greater_than_equal"])
    # In lax mode it may stand in a text.
    value = int(found.value) if isinstance(found.value, str) and found.value.isdigit() else found.value
    beyond = isinstance(value, int | float) and abs(value) >= 2**31
    return ours and beyond and bool(found.theirs) and set(found.theirs) <= BOUNDS


def beyond(found: Any, _: list[Any]) -> bool:
    large = isinstance(found.value, float) and abs(found.value) > 1e37
    return large and found.ours in (["less_than_equal"], ["greater_than_equal"]) and found.theirs == ["int_from_float"]


def length_first(found: Any, among: list[Any]) -> bool:
    """pydantic counts before it looks at the items; converse looks at the items, and then counts what is good."""
    if found.theirs == ["too_long"] and not found.ours:
        return any(other.pointer.startswith(found.pointer + "/") and other.ours for other in among)
    counted = (other for other in among if "too_long" in other.theirs)
    return not found.theirs and any(found.pointer.startswith(other.pointer + "/") for other in counted)


def tuple_length(found: Any, among: list[Any]) -> bool:
    """pydantic names the item that is missing; of a list of fixed length it counts only good items."""
    if found.model != "Tuples":
        return False
    if found.pointer == "/point":
        return (found.ours, found.theirs) == (["too_short"], []) and any(other.pointer == "/point/0" for other in among)
    if found.ours == ["too_short"] and not found.theirs:
        return any(other.theirs == ["missing"] and other.pointer.startswith(found.pointer + "/") for other in among)
    holder = found.pointer.rsplit("/", 1)[0]
    return (found.ours, found.theirs) == ([], ["missing"]) and any(other.pointer == holder for other in among)


def tag_place(found: Any, among: list[Any]) -> bool:
    """pydantic names the object, converse the tag."""
    invalid = ["union_tag_invalid"]
    tags = [other.pointer for other in among if other.ours == invalid and other.pointer.endswith(("/type", "/t"))]
    if found.pointer in tags:
        return not found.theirs
    return (found.ours, found.theirs) == ([], invalid) and any(tag.rsplit("/", 1)[0] == found.pointer for tag in tags)


def by_kind(found: Any, among: list[Any]) -> bool:
    """pydantic tries every member and tells what each says; converse takes the one of the kind that came."""
    told = set(found.ours) - {"union_tag_invalid"}
    both_refuse = any(other.theirs for other in among)
    return found.model == "Loose" and found.pointer.startswith("/either") and both_refuse and told <= set(found.theirs)


def number_keys(found: Any, _: list[Any]) -> bool:
    rest = [rule for rule in found.ours if rule != "int_parsing"]
    return found.pointer.startswith("/by_number/") and len(rest) < len(found.ours) and set(rest) <= set(found.theirs)


def twins(found: Any, _: list[Any]) -> bool:
    rest = [rule for rule in found.ours if rule != "unique_items"]
    return found.pointer.startswith("/tags/") and len(rest) < len(found.ours) and rest == found.theirs


def looser(model: str, *rules: str) -> Callable[[Any, list[Any]], bool]:
    """A form of texts of which pydantic takes more."""

    def excuses(found: Any, _: list[Any]) -> bool:
        text = isinstance(found.value, str)
        return found.model == model and text and not found.theirs and len(found.ours) == 1 and found.ours[0] in rules

    return excuses


KNOWN = [
    Known("texts", "Floats", '{"a":NaN}', texts),
    Known("string-bodies", "Flags", '"{\\"yes\\":true}"', lambda found, _: isinstance(found.body, str)),
    Known("two-names", "SignIn", '{"name":"a","username":"a","password":""}', alias_twins),
    Known("every-rule", "Patterns", '{"slug":"a","code":"AB123"}', every_rule),
    Known(
        "bounds-of-the-type",
        "Bounds",
        '{"closed":1,"open":9007199254740993,"ratio":0.5,"large":9007199254740993}',
        type_bounds,
    ),
    Known("beyond-1e37", "Small", '{"a":1e38,"b":0,"c":0,"d":0}', beyond),
    Known(
        "exact-multiples",
        "Multiples",
        '{"five":5,"quarter":0.25,"price":0.30000000000000004}',
        lambda found, _: found.model == "Multiples" and (found.ours, found.theirs) == (["multiple_of"], []),
    ),
    Known(
        "case-first",
        "Cleaned",
        '{"ends":"ab","low":"ABC","both":"a"}',
        lambda found, _: (
            found.pointer in ("/low", "/both")
            and isinstance(found.value, str)
            and found.value.lower() != found.value
            and set(found.theirs + found.ours) <= {"string_pattern_mismatch", "string_too_long"}
        ),
    ),
    Known("items-first", "Lists", '{"few":[1,2,3,"a"],"rows":[]}', length_first),
    Known("tuple-length", "Tuples", '{"pair":["x"],"point":[1,2]}', tuple_length),
    Known("sets", "Sets", '{"tags":["a","a"],"once":[]}', twins),
    Known(
        "checks-of-nothing",
        "Given",
        '{"given":null,"other":true}',
        lambda found, _: found.model == "Given" and found.ours == [] and found.body.get("given", 0) is None,
    ),
    Known("number-keys", "Keys", '{"by_number":{"01":"x"},"by_name":{}}', number_keys),
    Known(
        "integers-of-any",
        "Anything",
        '{"what":18446744073709551617}',
        lambda found, _: (
            found.model == "Anything" and isinstance(found.value, int) and not -(2**63) <= found.value < 2**64
        ),
    ),
    Known(
        "any-is-finite",
        "Anything",
        '{"what":1e400}',
        lambda found, _: found.model == "Anything" and (found.ours, found.theirs) == (["number_out_of_range"], []),
    ),
    Known("tags", "Inside", '{"shape":{"type":"Round","radius":1}}', tag_place),
    Known("unions-by-kind", "Loose", '{"either":{"x":-1}}', by_kind),
    Known(
        "addresses",
        "Machines",
        '{"any":16909060,"four":"1.2.3"}',
        lambda found, _: (
            found.model == "Machines"
            and (
                (found.ours, found.theirs)
                in ((["ip_v4_address"], ["value_error"]), (["ip_v6_address"], ["value_error"]))
                or (
                    found.pointer == "/any"
                    and found.ours == ["string_type"]
                    and found.theirs in ([], ["ip_any_address"])
                )
            )
        ),
    ),
    Known(
        "address-zones",
        "Machines",
        '{"any":"fe80::1%eth0","four":"1.2.3.4"}',
        lambda found, _: found.model == "Machines" and "%" in str(found.value) and not found.theirs,
    ),
    Known("instants", "Instants", '{"at":"2026-11-21 09:30Z"}', looser("Instants", "datetime_parsing")),
    Known(
        "clocks",
        "Clocks",
        '{"day":"1577836800","length":"1 day"}',
        looser("Clocks", "date_parsing", "time_parsing", "time_delta_parsing"),
    ),
    Known(
        "year-0",
        "Instants",
        '{"at":"0000-01-01T00:00:00Z"}',
        lambda found, _: (
            str(found.value).startswith("0000-")
            and not found.ours
            and found.theirs in (["datetime_parsing"], ["date_parsing"])
        ),
    ),
    Known(
        "nanoseconds",
        "Instants",
        '{"at":"2026-11-21T09:30:00.123456789Z"}',
        lambda found, _: found.model in ("Instants", "Clocks") and found.ours[:1] == [f"writes {found.value!r}"],
    ),
    Known("uuids", "Ids", '{"id":"67e5504410b1426f9247bb680e5fe0c8"}', looser("Ids", "uuid_parsing")),
    Known("decimals", "Amounts", '{"price":"1e3"}', looser("Amounts", "decimal_parsing")),
    Known(
        "decimals-as-numbers",
        "Amounts",
        '{"price":1.5}',
        lambda found, _: found.model == "Amounts" and is_number(found.value) and found.ours == ["string_type"],
    ),
    Known(
        "decimals-not-finite",
        "Amounts",
        '{"price":"NaN"}',
        lambda found, _: (
            found.model == "Amounts" and (found.ours, found.theirs) == (["decimal_parsing"], ["number_out_of_range"])
        ),
    ),
    Known("urls", "Links", '{"page":"HTTP://a/"}', looser("Links", "url_parsing")),
    Known(
        "url-rules",
        "Links",
        '{"page":"http:a"}',
        lambda found, _: (found.ours, found.theirs) == (["url_parsing"], ["url_syntax_violation"]),
    ),
    Known(
        "urls-as-sent",
        "Links",
        '{"page":"http://a.b:80"}',
        lambda found, _: found.model == "Links" and found.ours == [f"writes {found.value!r}"],
    ),
]


def clock_of_utc(found: Any, _: list[Any]) -> bool:
    """pydantic's time of day from a number has an offset."""
    return found.pointer == "/clock" and is_number(found.value) and "+00:" in "".join(found.theirs)


def beyond_64_bits(found: Any, _: list[Any]) -> bool:
    """pydantic no longer takes such an integer for a number of seconds."""
    beyond = isinstance(found.value, int) and not -(2**63) <= found.value < 2**63
    parsing = (["datetime_parsing"], ["date_parsing"], ["time_parsing"], ["time_delta_parsing"])
    return beyond and found.ours in parsing and found.theirs == ["string_type"]


def unnamed(found: Any, _: list[Any]) -> bool:
    """What variants hold without a name."""
    places = {"Beside": ("/event/c",), "Loose": ("/either",), "Figures": ("/outside/Number",)}
    place = found.pointer.startswith(places.get(found.model, ("-",)))
    return place and found.ours in (["int_type"], ["union_tag_invalid"])


# What is known of pydantic's lax mode and `coerce` alone.
LAX = [
    Known("clocks-of-utc", "Clocks", '{"day":"2026-11-21","clock":3600}', clock_of_utc),
    Known("beyond-64-bits", "Clocks", '{"day":9223372036854775808}', beyond_64_bits),
    Known("variants-without-names", "Figures", '{"outside":{"Number":"1"}}', unnamed),
    Known(
        "kinds-of-addresses",
        "Machines",
        '{"any":"::1","four":true}',
        lambda found, _: (
            found.model == "Machines"
            and (found.ours == ["string_type"] or (found.ours == [] and isinstance(found.value, float)))
            and found.theirs in ([], ["ip_v4_address"], ["ip_v6_address"], ["ip_any_address"])
        ),
    ),
    Known(
        "large-decimals",
        "Amounts",
        '{"price":1e38}',
        lambda found, _: (
            found.model == "Amounts"
            and is_number(found.value)
            and (abs(found.value) > 1e27 or 0 < abs(found.value) < 1e-20)
            and (found.ours, found.theirs) == (["decimal_parsing"], [])
        ),
    ),
    Known(
        "separators",
        "Floats",
        '{"a":" +1_0 "}',
        lambda found, _: (found.ours, found.theirs) == ([], ["float_parsing"]) and "_" in str(found.value),
    ),
    Known(
        "zeros",
        "Amounts",
        '{"price":-0.0}',
        lambda found, _: (found.ours, found.theirs) == (["writes '0'"], ["writes '-0'"]),
    ),
]

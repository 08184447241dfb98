"""The classes of `conformance/examples/judge/`, as pydantic has them: the same names, fields and rules.

The settings are as close to converse's as pydantic allows: strict, no NaN, bytes in base64, only the names
on the wire. What pydantic has no word for is spelt by a validator here; `docs/validation.md` says of each
what the word is in converse.

Beside the classes stand their valid bodies, and texts worth trying in each.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import enum
import ipaddress
import json
import re
import uuid
from typing import Annotated, Any, Literal, Optional, Union

from pydantic import (
    AfterValidator,
    AliasChoices,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    IPvAnyAddress,
    PlainSerializer,
    Secret,
    StringConstraints,
    Tag,
    create_model,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, PydanticKnownError


class Class(BaseModel):
    """What every class here has in common."""

    model_config = ConfigDict(
        strict=True,
        allow_inf_nan=False,
        val_json_bytes="base64",
        serialize_by_alias=True,
    )

    def written(self) -> Any:
        """The body as it is written again: what is nothing is left out."""
        return json.loads(self.model_dump_json(exclude_none=True))


def whole(value: Any) -> Any:
    """`1.0` and `1e2` are integers, up to 2^53: JSON has one kind of numbers."""
    if isinstance(value, float):
        if value.is_integer() and abs(value) <= 2**53:
            return int(value)
        raise PydanticKnownError("int_from_float")
    return value


def integer(bits: int, signed: bool) -> Any:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return Annotated[int, Field(ge=low, le=high), BeforeValidator(whole)]


U8, U16, U32, U64 = (integer(bits, False) for bits in (8, 16, 32, 64))
I8, I16, I32, I64 = (integer(bits, True) for bits in (8, 16, 32, 64))


# Numbers.


class Flags(Class):
    yes: bool
    maybe: Optional[bool] = None


class Small(Class):
    a: U8
    b: I8
    c: U16
    d: I16


class Large(Class):
    a: U32
    b: I32
    c: U64
    d: I64


class Floats(Class):
    a: float
    b: Optional[float] = None


class Bounds(Class):
    closed: Annotated[int, Field(ge=1, le=10), BeforeValidator(whole)]
    open: Annotated[int, Field(gt=0, lt=2), BeforeValidator(whole)]
    ratio: float = Field(gt=0, lt=1)
    half: Optional[Annotated[float, Field(ge=-0.5, le=0.5)]] = None
    large: Annotated[int, Field(ge=9_007_199_254_740_993, le=2**64 - 1), BeforeValidator(whole)]


class Multiples(Class):
    five: Annotated[int, Field(multiple_of=5, le=100), BeforeValidator(whole)]
    quarter: float = Field(multiple_of=0.25)
    price: Optional[Annotated[float, Field(multiple_of=0.01, ge=0)]] = None


# Texts, and what is written as one.


class Lengths(Class):
    a: str = Field(min_length=2, max_length=4)
    b: Optional[Annotated[str, Field(max_length=3)]] = None
    c: str


class Patterns(Class):
    slug: str = Field(pattern="^[a-z0-9-]+$")
    found: Optional[Annotated[str, Field(pattern="b+c")]] = None
    code: str = Field(pattern=r"^[A-Z]{2}\d{2}$", max_length=4)


class Cleaned(Class):
    ends: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
    low: Annotated[str, StringConstraints(to_lower=True), Field(pattern="^[a-z]*$")]
    high: Optional[Annotated[str, StringConstraints(to_upper=True)]] = None
    both: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=5)]


Char = Annotated[str, Field(min_length=1, max_length=1)]


class Letters(Class):
    a: Char
    b: Optional[Char] = None


LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})*")


def is_email(value: str) -> str:
    """HTML's pattern; `EmailStr` asks another library."""
    if EMAIL.fullmatch(value) is None:
        raise ValueError("must be an e-mail address")
    return value


class Mail(Class):
    address: Annotated[str, AfterValidator(is_email)]
    other: Optional[Annotated[str, Field(max_length=24), AfterValidator(is_email)]] = None


Base64 = Annotated[bytes, PlainSerializer(lambda value: base64.b64encode(value).decode())]


class Pictures(Class):
    data: Base64
    small: Optional[Base64] = None


def shown(kind: Any) -> Any:
    """A secret that is written to the wire, as converse's own codec writes it."""
    return Annotated[Secret[kind], PlainSerializer(lambda secret: secret.get_secret_value())]


class Hidden(Class):
    password: shown(Annotated[str, Field(min_length=8)])
    pin: Optional[shown(U16)] = None


def address(value: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """As RFC 5952 has it (section 5), whatever the version of Python: `::ffff:192.0.2.1`."""
    mapped = getattr(value, "ipv4_mapped", None)
    return f"::ffff:{mapped}" if mapped else str(value)


class Machines(Class):
    any: Annotated[IPvAnyAddress, PlainSerializer(address)]
    four: ipaddress.IPv4Address
    six: Optional[Annotated[ipaddress.IPv6Address, PlainSerializer(address)]] = None


def digits(text: str) -> str:
    """A time with as many digits of a second as it needs."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(value: datetime.datetime) -> str:
    """An instant in UTC; pydantic keeps the offset that was sent."""
    return digits(value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat()) + "Z"


def in_seconds(value: datetime.timedelta) -> str:
    """A length of time in seconds."""
    micros = abs(value) // datetime.timedelta(microseconds=1)
    seconds = digits(f"{micros // 10**6}.{micros % 10**6:06}")
    return f"{'-' if value < datetime.timedelta(0) else ''}PT{seconds}S"


class Instants(Class):
    at: Annotated[AwareDatetime, PlainSerializer(instant)]


class Clocks(Class):
    day: datetime.date
    clock: Optional[Annotated[datetime.time, PlainSerializer(lambda value: digits(value.isoformat()))]] = None
    length: Optional[Annotated[datetime.timedelta, PlainSerializer(in_seconds)]] = None


class Ids(Class):
    id: uuid.UUID


class Amounts(Class):
    price: decimal.Decimal


class Links(Class):
    page: AnyUrl
    other: Optional[AnyUrl] = None


# Fields.


class Absent(Class):
    a: Optional[I64] = None
    b: Optional[str] = None
    c: Optional[list[I64]] = None
    d: Optional[bool] = None


class Defaults(Class):
    count: Annotated[int, Field(ge=3, le=2**32 - 1), BeforeValidator(whole)] = 7
    label: str = Field("none", max_length=8)
    tags: list[str] = []
    ratio: Optional[float] = 1.5

    def written(self) -> Any:
        return super().written() | {"ratio": self.ratio}


class Aliased(Class):
    kind: str = Field(alias="type")
    name: I64 = Field(
        validation_alias=AliasChoices("Full-Name", "full_name", "n~/m"), serialization_alias="Full-Name"
    )


class Camel(Class):
    model_config = ConfigDict(alias_generator=to_camel)

    first_name: str
    age_in_years: U8
    vat_number: Optional[str] = Field(None, alias="VAT")


class Corner(Class):
    model_config = ConfigDict(extra="forbid")

    x: I64


class Open(Class):
    x: I64


class Closed(Class):
    model_config = ConfigDict(extra="forbid")

    a: I64
    corner: Optional[Corner] = None
    open: Optional[Open] = None


class Patch(Class):
    """`Option<Option<T>>`: absent, nothing and a value are three things."""

    name: Optional[str] = None
    age: Optional[U8] = None

    def written(self) -> Any:
        return json.loads(self.model_dump_json(exclude_unset=True))


class SignIn(Class):
    username: str = Field(
        min_length=1,
        max_length=64,
        validation_alias=AliasChoices("username", "name"),
        serialization_alias="username",
    )
    password: shown(str)


class SignInResponse(Class):
    success: bool
    valid_user: bool = True
    valid_password: bool = True
    error_message: Optional[str] = None


Many = create_model("Many", __base__=Class, **{f"f{at}": (Optional[U8], None) for at in range(70)}, last=(U8, ...))


# Containers.


class Lists(Class):
    few: list[I64] = Field(min_length=1, max_length=3)
    rows: list[list[bool]]
    gaps: Optional[list[Optional[U8]]] = None

    def written(self) -> Any:
        body = super().written()
        if self.gaps is not None:
            body["gaps"] = self.gaps
        return body


class NotNegative(Class):
    x: float = Field(ge=0)


class Maps(Class):
    counts: dict[str, I64] = Field(min_length=1, max_length=3)
    nested: Optional[dict[str, dict[str, bool]]] = None
    corners: Optional[dict[str, NotNegative]] = None


class Colour(enum.Enum):
    RED = "red"
    DARK_BLUE = "dark-blue"
    GREEN = "GREEN"


class Keys(Class):
    by_number: dict[Annotated[int, Field(ge=0, le=255)], str]
    by_name: dict[Colour, bool]


def no_item_twice(value: list[Any]) -> list[Any]:
    if len(set(value)) < len(value):
        raise PydanticCustomError("unique_items", "must not hold the same item twice")
    return value


class Sets(Class):
    tags: Annotated[set[str], PlainSerializer(lambda value: sorted(value, key=str.encode))]
    once: Annotated[list[I64], Field(max_length=4), AfterValidator(no_item_twice)]


class Weights(Class):
    weights: Annotated[list[float], AfterValidator(no_item_twice)]


class Tuples(Class):
    pair: tuple[str, U8]
    point: Annotated[list[float], Field(min_length=2, max_length=2)]
    mixed: Optional[tuple[bool, list[I64], NotNegative]] = None


class Anything(Class):
    what: Any
    more: Optional[list[Any]] = None

    def written(self) -> Any:
        return {"what": self.what} | ({} if self.more is None else {"more": self.more})


class Tree(Class):
    name: str
    children: list[Tree] = []
    next: Optional[Tree] = None
    named: Optional[dict[str, Tree]] = None


class Address(Class):
    street: str
    zip: Optional[Annotated[str, Field(pattern="^[0-9]{5}$")]] = None


class Person(Class):
    name: str = Field(min_length=1)
    addresses: list[Address] = Field([], max_length=2)


class Household(Class):
    head: Person
    by_room: dict[str, Person]
    best: Optional[Address] = None


# Enums.


class Paint(Class):
    colour: Colour
    more: Optional[list[Colour]] = None


class Round(Class):
    type: Literal["round"]
    radius: float = Field(gt=0)


class Square(Class):
    type: Literal["square"]
    side: float
    label: Optional[str] = None


class Dot(Class):
    type: Literal["dot"]


Shape = Annotated[Union[Round, Square, Dot], Field(discriminator="type")]


class Inside(Class):
    shape: Shape
    others: Optional[list[Shape]] = None


class EventCount(Class):
    t: Literal["count"]
    c: U8


class EventName(Class):
    name: str


class EventNamed(Class):
    t: Literal["named"]
    c: EventName


class EventNothing(Class):
    t: Literal["nothing"]


class Beside(Class):
    event: Annotated[Union[EventCount, EventNamed, EventNothing], Field(discriminator="t")]


class Small2(Class):
    x: U8


Either = Union[
    Annotated[float, Tag("#number")],
    Annotated[str, Tag("#text")],
    Annotated[list[U8], Tag("#many")],
    Annotated[Small2, Tag("#record")],
]


class Loose(Class):
    either: Either


class Circle(Class):
    radius: float = Field(gt=0)


class Box2(Class):
    side: float


class CircleMember(Class):
    Circle: Circle


class Box2Member(Class):
    Box2: Box2


class NumberMember(Class):
    Number: U8


class RecordMember(Class):
    Record: Small2


def only_member(value: Any) -> str | None:
    """Which variant it is: the name itself, or that of the only member."""
    if isinstance(value, str):
        return f"#{value}"
    if isinstance(value, dict) and len(value) == 1:
        return f"#{next(iter(value))}:"
    if isinstance(value, Class):
        return f"#{next(iter(type(value).model_fields))}:"
    return None


BY_ONLY_MEMBER = Discriminator(
    only_member, custom_error_type="no_such_variant", custom_error_message="must be an object of one member"
)
Figure = Annotated[
    Union[Annotated[CircleMember, Tag("#Circle:")], Annotated[Box2Member, Tag("#Box2:")]], BY_ONLY_MEMBER
]
Outside = Annotated[
    Union[
        Annotated[Literal["Nothing"], Tag("#Nothing")],
        Annotated[NumberMember, Tag("#Number:")],
        Annotated[RecordMember, Tag("#Record:")],
    ],
    BY_ONLY_MEMBER,
]


class Figures(Class):
    figure: Figure
    outside: Optional[Outside] = None


# Checks of the program's own.


def is_odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(f"{value} is even")
    return value


class Checked(Class):
    odd: Annotated[int, Field(ge=0, le=99), AfterValidator(is_odd), BeforeValidator(whole)]
    first: Annotated[int, Field(ge=0, le=2**63 - 1), BeforeValidator(whole)]
    last: I64

    @model_validator(mode="after")
    def in_order(self) -> Checked:
        if self.first > self.last:
            raise ValueError("the last comes before the first")
        return self


class Span(Class):
    start: I64 = Field(alias="from")
    to: I64

    @model_validator(mode="after")
    def is_forward(self) -> Span:
        if self.start > self.to:
            raise ValueError("it ends before it begins")
        return self


class Twice(Class):
    spans: list[Span]
    name: str


def is_given(value: int | None) -> int:
    if value is None:
        raise ValueError("null is no value here")
    return value


class Given(Class):
    given: Annotated[Optional[U32], AfterValidator(is_given)] = None
    other: bool


# A class, a valid body of it with everything in it, and texts worth trying in its fields.
TREE = {"name": "a", "children": [{"name": "b"}], "next": {"name": "c", "named": {"x/y": {"name": "d"}}}}
TEXTS = ["", "a", "ab", "abc", "abcd", "abcde", "é", "éé", "e\u0301", "😀😀😀😀", "\n", " ", "\u2028", "a\tb", "ﬁ"]
TABLE: list[tuple[type[Class], Any, list[Any]]] = [
    (Flags, {"yes": True, "maybe": False}, [True, False, "true", 0, 1]),
    (Small, {"a": 255, "b": -128, "c": 65535, "d": -32768}, [127, 128, -129, 256, 65536, 32767, 32768, -32769]),
    (
        Large,
        {"a": 2**32 - 1, "b": -(2**31), "c": 2**64 - 1, "d": -(2**63)},
        [2**31, 2**32, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 2**127, 2**200],
    ),
    (Floats, {"a": 1.5, "b": -0.1}, [0.1, 1e-320, 1.7976931348623157e308, 2**70, 10**400, 0.1 + 0.2]),
    (
        Bounds,
        {"closed": 10, "open": 1, "ratio": 0.5, "half": -0.5, "large": 9_007_199_254_740_993},
        [1, 10, 11, 2, 0, 1e-9, 0.999999999, 0.5, 2**53, 2**53 + 1, 2**64 - 1],
    ),
    (Multiples, {"five": 10, "quarter": 0.75, "price": 19.99}, [5, 7, 105, -5, 0.25, 0.3, 0.07, 19.995, 1.1, 33.33]),
    (Lengths, {"a": "abcd", "b": "abc", "c": "x"}, TEXTS),
    (
        Patterns,
        {"slug": "a-1", "found": "xbbcx", "code": "AB12"},
        [*TEXTS, "bc", "b", "A-1", "AB123", "ab12", "AB12\n", "a\n", "XY00"],
    ),
    (
        Cleaned,
        {"ends": " ab ", "low": "ABC", "high": "straße", "both": " ABCDE "},
        [*TEXTS, " a", "\u00a0a\u00a0", "\u3000ab", "\x1cab", "ABCDEF", "  abcde  ", "İ", "ΑΣ", "ŉ", "Ä", "\u200bab"],
    ),
    (Letters, {"a": "é", "b": "😀"}, TEXTS),
    (
        Mail,
        {"address": "josh@example.org", "other": "a+b@c"},
        ["a@b", "a@b.c", "@b", "a@", "a@b@c", "a@-b", "jö@b", "a b@c", ".a.@b", "a@b..c", "a" * 20 + "@b.org"],
    ),
    (
        Pictures,
        {"data": "aGVsbG8=", "small": "AA=="},
        ["", "*", "AA", "A", "AAA", "AAAA", "-_8=", "+/8=", "+_8=", "AB==", "AAAA\n", "AA=A", " AAAA", "é"],
    ),
    (Hidden, {"password": "basketball", "pin": 1234}, ["short", "12345678", "éééééééé", 0, 65535, 65536]),
    (
        Machines,
        {"any": "::1", "four": "192.0.2.1", "six": "2001:db8::1"},
        ["1.2.3", "01.2.3.4", "1.2.3.4", "::", "::ffff:1.2.3.4", "fe80::1%eth0", "[::1]", "1.2.3.4/24", 16909060, -1, 2**40],
    ),
    (
        Instants,
        {"at": "2026-11-21T09:30:00Z"},
        [
            "2026-11-21T09:30:00+01:00", "2026-11-21t09:30:00z", "2026-11-21 09:30:00Z", "2026-11-21T09:30Z",
            "2026-11-21T09:30:00", "2026-02-29T00:00:00Z", "2024-02-29T00:00:00.123456Z", "1577836800", 1577836800,
            "2026-11-21T24:00:00Z", "2026-11-21T23:59:60Z", "2026-11-21T09:30:00+0100", "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2026-11-21T09:30:00-00:00", "2026-11-21", "now", "2026-11-21T09:30:00.1234567891Z",
            "0001-01-01T00:00:00Z", "2026-11-21T09:30:00.123456789Z", "2026-11-21T09:30:00+25:00",
            "2026-11-21_09:30:00Z", "2026-11-21T09:30:00,5Z",
        ],
    ),
    (
        Clocks,
        {"day": "2026-11-21", "clock": "09:30:00", "length": "PT1H30M"},
        [
            "2026-11-21", "2026-02-29", "2024-02-29", "2026-1-1", "20261121", "0000-01-01", "2026-11-21T00:00:00",
            "1577836800", 1577836800, "10:00", "10:00:00.123", "10:00:00Z", "24:00:00", "23:59:60", "10:00:00.1234567",
            "PT1.5S", "-PT3M", "P1D", "P1W", "P1Y", "P1M", "PT", "P", "1:00:00", "1 day", "PT1H30", "+PT1S", 3600,
            "P1DT2H3M4S", "PT1S1H", "pt1s", "2026-11-21 ",
        ],
    ),
    (
        Ids,
        {"id": "67e55044-10b1-426f-9247-bb680e5fe0c8"},
        [
            "67E55044-10B1-426F-9247-BB680E5FE0C8", "67e5504410b1426f9247bb680e5fe0c8",
            "{67e55044-10b1-426f-9247-bb680e5fe0c8}", "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8",
            "67e55044-10b1-426f-9247-bb680e5fe0c", "00000000-0000-0000-0000-000000000000", "x",
        ],
    ),
    (
        Amounts,
        {"price": "1.10"},
        ["0", "-0", "1", "1e3", "+1", "01", ".5", "1.", "NaN", "Infinity", "1_000", " 1", 1, 1.5, "9" * 28, "9" * 29, "0.00"],
    ),
    (
        Links,
        {"page": "https://example.org/", "other": "http://a.b/c?d#e"},
        [
            "http://a", "http://a b", "HTTP://a/", "http://", "x", "mailto:a@b", "http://a:99999/", "http://[::1]/",
            "http://é.org/", "http://a/é", "http://a\\b", "//a", "http:a", " http://a", "file:///x", "http://1.2.3/",
            "http://a/%", "http://a/<", "http://a.b:80/", "ftp://a/x", "data:,x", "http://a/a|b",
        ],
    ),
    (Absent, {"a": 1, "b": "x", "c": [1], "d": True}, [1, "x", [1, 2], [], True]),
    (Defaults, {"count": 9, "label": "x", "tags": ["a"], "ratio": 0.5}, [2, 3, 2**32, "abcdefgh", "abcdefghi", 1.5]),
    (Aliased, {"type": "a", "Full-Name": 1}, [1, "a"]),
    (Camel, {"firstName": "a", "ageInYears": 1, "VAT": "x"}, [1, 256, "a"]),
    (Closed, {"a": 1, "corner": {"x": 1}, "open": {"x": 2, "y": 3}}, [1, {"x": 1}, {"x": 1, "y": 1}]),
    (Patch, {"name": "a", "age": None}, [None, 1, "a", 256]),
    (SignIn, {"name": "josh", "password": "basketball"}, ["", "josh", "a" * 64, "a" * 65]),
    (
        SignInResponse,
        {"success": True, "valid_user": False, "valid_password": True, "error_message": "e"},
        [True, False, "x"],
    ),
    (Many, {"f0": 0, "f63": 1, "f64": 2, "f69": 255, "last": 4}, [0, 255, 256]),
    (Lists, {"few": [1, 2, 3], "rows": [[True], []], "gaps": [1, None]}, [1, [1], [], [1, 2, 3, 4], [True], [None], True]),
    (
        Maps,
        {"counts": {"a": 1, "b/~": 2}, "nested": {"x": {"": True}}, "corners": {"k": {"x": 0.5}}},
        [1, True, {"x": 1}, {"x": -1}, {"a": 1, "b": 2, "c": 3, "d": 4}, {}],
    ),
    (
        Keys,
        {"by_number": {"0": "zero", "12": "twelve"}, "by_name": {"red": True, "GREEN": False}},
        [{"01": "x"}, {"256": "x"}, {"-1": "x"}, {"a": "x"}, {"1.0": "x"}, {" 1": "x"}, {"red": 1}, {"Red": True}, {"+1": "x"}],
    ),
    (Sets, {"tags": ["a", "b"], "once": [1, 2]}, ["a", "b", 1, ["a", "a"], [1, 1], [1, 1.0], [1, 2, 3, 4, 4], ["a", 1]]),
    (Weights, {"weights": [0.5, 1, -0.0]}, [0, 0.5, 1, 1.0, [1, 1.0], [0, -0.0], [0.1, 0.2, 0.1]]),
    (
        Tuples,
        {"pair": ["x", 7], "point": [1.0, 2.5], "mixed": [True, [1], {"x": 1}]},
        ["x", 7, [1], [1, 2], [1, 2, 3], [], ["x"], ["x", 1, 2], [7, "x"]],
    ),
    (Anything, {"what": {"a": [1, 2.5, None, True, "x"]}, "more": [1, {}]}, [[], {}, 0, "x"]),
    (Tree, TREE, [TREE, [TREE], {"name": "z"}, {}, [{}]]),
    (
        Household,
        {
            "head": {"name": "a", "addresses": [{"street": "s", "zip": "12345"}]},
            "by_room": {"b": {"name": "x"}, "c/d": {"name": "y"}},
            "best": {"street": "u"},
        },
        [{"street": "s"}, {"name": ""}, "12345", "123456", [{"street": "s"}] * 3],
    ),
    (Paint, {"colour": "red", "more": ["dark-blue", "GREEN"]}, ["Red", "RED", "dark-blue", "GREEN", "green", 0]),
    (
        Inside,
        {"shape": {"type": "round", "radius": 1.5}, "others": [{"type": "square", "side": 2, "label": "s"}, {"type": "dot"}]},
        [
            {"type": "dot"}, {"type": "round"}, {"type": "round", "radius": 0}, {"type": "Round", "radius": 1}, {"type": 1},
            {}, {"radius": 1, "type": "round"}, {"type": "square", "side": "x"}, "dot", "round",
        ],
    ),
    (
        Beside,
        {"event": {"t": "named", "c": {"name": "a"}}},
        [
            {"t": "count", "c": 1}, {"c": 256, "t": "count"}, {"t": "count"}, {"t": "nothing"}, {"t": "nothing", "c": 1},
            {"t": "Count", "c": 1}, {"c": 1}, {"t": None, "c": 1}, {"t": "named", "c": {}}, "nothing",
        ],
    ),
    (Loose, {"either": {"x": 1}}, [1, 1.5, "a", [1], [256], ["a"], {"x": -1}, {"y": 1}, True, None, []]),
    (
        Figures,
        {"figure": {"Circle": {"radius": 1}}, "outside": {"Number": 1}},
        [
            {"Box2": {"side": 1}}, {"Circle": {"radius": 0}}, {"Circle": {}}, {"Circle": 1}, "Nothing", "Number",
            {"Nothing": None}, {"Record": {"x": 1}}, {"Record": {"x": "a"}}, {"Number": 256}, {}, "Circle",
            {"Circle": {"radius": 1}, "Box2": {"side": 1}}, {"circle": {"radius": 1}},
        ],
    ),
    (Checked, {"odd": 7, "first": 1, "last": 2}, [0, 1, 2, 3, 98, 99, 100, 101, -1]),
    (Twice, {"spans": [{"from": 1, "to": 2}], "name": "x"}, [0, 1, 2, 3, {"from": 2, "to": 1}, [{"from": 2, "to": 1}] * 2]),
    (Given, {"given": 1, "other": True}, [None, 1, 2**32, True]),
]
CLASSES = {model.__name__: model for model, _, _ in TABLE}

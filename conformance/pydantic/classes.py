"""The classes of `conformance/examples/judge/`, as pydantic has them: the same names, fields and rules.

The settings are as close to converse's as pydantic allows: strict, no NaN, bytes in base64, only the names
on the wire. What pydantic has no word for is spelt by a validator here; `docs/validation.md` says of each
what the word is in converse. Their valid bodies are in `bodies.py`.
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

    model_config = ConfigDict(strict=True, allow_inf_nan=False, val_json_bytes="base64", serialize_by_alias=True)

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
    name: I64 = Field(validation_alias=AliasChoices("Full-Name", "full_name", "n~/m"), serialization_alias="Full-Name")


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
        min_length=1, max_length=64, validation_alias=AliasChoices("username", "name"), serialization_alias="username"
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

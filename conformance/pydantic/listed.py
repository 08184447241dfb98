"""Whether `docs/validation.md` names all that the installed pydantic has.

Looked at are the first columns of the tables. What a page names and pydantic has not is wrong too, where
the list is one of pydantic's own: the arguments of `Field`, the options of `ConfigDict`.
"""

from __future__ import annotations

import inspect
import re
import typing
from pathlib import Path

import pydantic
from pydantic import functional_serializers, functional_validators
from pydantic_core import core_schema

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
# The types of pydantic's conversion table (https://docs.pydantic.dev/latest/concepts/conversion_table/).
CONVERSION_TABLE = """
    Any ByteSize Decimal Enum IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network InstanceOf
    IntEnum Iterable NamedTuple None Path Pattern Sequence Type TypedDict UUID bool bytes callable date datetime deque
    dict float frozenset int list namedtuple set str time timedelta tuple Mapping object Literal Union Optional
""".split()
# What pydantic's schemas are called for these types, where it is another name, and those that are no type.
SCHEMAS = {
    "typed-dict": "TypedDict",
    "literal": "Literal",
    "union": "Union",
    "tagged-union": "Discriminator",
    "model": "BaseModel",
}
SCHEMAS |= {
    "named-tuple": "NamedTuple",
    "url": "AnyUrl",
    "multi-host-url": "PostgresDsn",
    "missing-sentinel": "MISSING",
}
SCHEMAS |= {
    "nullable": "Optional",
    "json": "Json",
    "is-instance": "InstanceOf",
    "is-subclass": "Type",
    "none": "None",
    "any": "Any",
}
SCHEMAS |= {"date": "date", "enum": "Enum", "uuid": "UUID", "decimal": "Decimal", "fraction": "Fraction"}
SCHEMAS |= {"ordered-dict": "OrderedDict", "counter": "Counter"}
NO_TYPES = """
    invalid ellipsis function-after function-before function-wrap function-plain default chain lax-or-strict
    json-or-python model-fields dataclass-args arguments arguments-v3 call custom-error definitions definition-ref
""".split()
# Exported names that are no feature: versions, and warnings of what goes away.
NO_FEATURES = re.compile(r"__version__|VERSION|Pydantic\w*Warning|PydanticDeprecated\w*")


def named(heading: str) -> set[str]:
    """The names in the first columns of the tables under a heading of the page."""
    text = PAGE.read_text()
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    first = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]
    return {word for cell in first for code in re.findall("`([^`]+)`", cell) for word in re.findall(r"\w+", code)}


def missing() -> list[str]:
    """What is not on the page, or on it and not in pydantic."""
    fields, options = named("Field"), named("ConfigDict")
    validators, types = named("Validators and serialisers"), named("Types")
    arguments = set(inspect.signature(pydantic.Field).parameters)
    settings = set(pydantic.ConfigDict.__annotations__)
    exported = {name for name in pydantic.__all__ if not NO_FEATURES.fullmatch(name)}
    for module in (functional_validators, functional_serializers):
        public = (name for name, it in vars(module).items() if inspect.isclass(it) and it.__module__ == module.__name__)
        exported |= {name for name in public if name in dir(pydantic)}
    modes = {"before", "after", "wrap", "plain"}
    schemas = {SCHEMAS.get(name, name) for name in typing.get_args(core_schema.CoreSchemaType) if name not in NO_TYPES}
    wanted = [
        ("Field has no row for", arguments - fields),
        ("Field has a row, and pydantic none, for", fields - arguments),
        ("ConfigDict has no row for", settings - options),
        ("ConfigDict has a row, and pydantic none, for", options - settings),
        ("Validators and serialisers has no row for", modes - validators),
        ("no table has a row for", exported - validators - types),
        ("Types has no row for the standard type", (set(CONVERSION_TABLE) | schemas) - types - validators),
    ]
    print(f"pydantic {pydantic.VERSION}: {len(arguments)} arguments, {len(settings)} options, {len(exported)} exports")
    return [f"{what} {', '.join(sorted(names))}" for what, names in wanted if names]


def main() -> None:
    found = missing()
    if found:
        raise SystemExit("\n".join(f"docs/validation.md: {line}" for line in found))


if __name__ == "__main__":
    main()

"""Python's answers to the steps of `graph.rs`: one line in, one line out.

A line is a word and what it needs, parted by tabs; `steps.rs` says the same of the class model here.
"""

import _abc
import abc
import gc
import sys
import types
import typing

NAMES = {}
CLASSES = []
BUILTINS = {
    "object": object, "type": type, "int": int, "bool": bool, "float": float, "str": str, "tuple": tuple, "list": list,
    "NoneType": type(None), "ABC": abc.ABC, "ABCMeta": abc.ABCMeta, "Protocol": typing.Protocol,
}
OBJECTS = {"1": 1, "True": True, "2.5": 2.5, "'s'": "s", "()": (), "[]": [], "None": None}


def named(name):
    if name in BUILTINS:
        return BUILTINS[name]
    return OBJECTS[name] if name in OBJECTS else NAMES[name]


def listed(text):
    return [named(name) for name in text.split(",") if name]


def hook(words):
    """A subclass hook, of its description."""
    kind, _, of = words.partition(":")
    below = named(of) if kind == "below" else None

    def __subclasshook__(cls, other):
        if kind == "named":
            return True if other.__name__.startswith(of) else NotImplemented
        if kind == "has":
            return True if any(of in above.__dict__ for above in other.__mro__) else NotImplemented
        if kind == "unlike":
            return False if other.__name__.endswith(of) else NotImplemented
        if kind == "below":
            return True if issubclass(other, below) else NotImplemented
        if kind == "like":
            return True if other.__name__[-1] == cls.__name__[-1] else NotImplemented
        if kind == "fails" and other.__name__.endswith(of):
            raise TypeError(f"{cls.__name__} is not asked about {other.__name__}")
        if kind == "odd" and other.__name__.endswith(of):
            return 1
        return NotImplemented

    return classmethod(__subclasshook__)


def member(words):
    """A member of a class's body, of its description."""
    kind, _, of = words.partition(":")
    if kind == "function":
        return lambda self: None
    if kind == "abstract":
        return abc.abstractmethod(lambda self: None)
    if kind == "classmethod":
        return classmethod(lambda cls: None)
    if kind == "static":
        return staticmethod(lambda: None)
    if kind == "property":
        return property(lambda self: 1)
    if kind == "failing":
        def read(self):
            raise AttributeError("'now' object has no attribute 'not'")
        return property(read)
    if kind == "hook":
        return hook(of)
    return {"none": None, "one": 1}[kind]


def body_of(text):
    body = {"__module__": "__main__"}
    for part in filter(None, text.split(";")):
        name, words = part.split("=", 1)
        if words == "annotation":
            body.setdefault("__annotations__", {})[name] = object
        elif words.startswith("slots:"):
            body[name] = tuple(words[6:].split(","))
        else:
            body[name] = member(words)
    return body


def make_meta(name, bases, check):
    body = {"__module__": "__main__"}
    kind, _, of = check.partition(":")
    if kind == "subclass":
        def __subclasscheck__(cls, other):
            return other.__name__.startswith(of) or super(made, cls).__subclasscheck__(other)
        body["__subclasscheck__"] = __subclasscheck__
    if kind == "instance":
        def __instancecheck__(cls, instance):
            return hasattr(instance, of) or super(made, cls).__instancecheck__(instance)
        body["__instancecheck__"] = __instancecheck__
    made = types.new_class(name, tuple(listed(bases)), {}, lambda space: space.update(body))
    NAMES[name] = made
    return "made"


def make_class(name, bases, metaclass, body):
    bases = tuple(listed(bases))
    keywords = {"metaclass": named(metaclass)} if metaclass else {}
    members = body_of(body)
    made = types.new_class(name, bases, keywords, lambda space: space.update(members))
    NAMES[name] = made
    CLASSES.append(made)
    return type(made).__name__


def runtime(name):
    typing.runtime_checkable(named(name))
    return "checkable"


def register(name, other):
    return named(name).register(named(other)).__name__


def change(name, what, words):
    owner = named(name)
    if words == "delete":
        delattr(owner, what)
    else:
        setattr(owner, what, member(words))
    return "changed"


def instance(name, of):
    made = named(of)
    missing = sorted(getattr(made, "__abstractmethods__", []))
    if missing and made.__new__ is not object.__new__:
        # What derives from a built-in class is not checked in Python.
        plural = "s" if len(missing) > 1 else ""
        names = ", ".join(missing)
        raise TypeError(f"Can't instantiate abstract class {made.__name__} with abstract method{plural} {names}")
    NAMES[name] = made()
    return type(NAMES[name]).__name__


def update(name):
    abc.update_abstractmethods(named(name))
    return "updated"


def mro(name):
    # Python's Protocol has one more class above it, which holds its type parameters.
    return " ".join(above.__name__ for above in named(name).__mro__ if above is not typing.Generic)


def abstract(name):
    return " ".join(sorted(getattr(named(name), "__abstractmethods__", [])))


def each(ask, name, text):
    asked, classes = named(name), listed(text)
    for other in classes:
        forget()
        if ask(asked, other):
            return "True"
    return "False"


def is_subclass(name, text):
    return each(issubclass, name, text)


def is_instance(name, text):
    return each(isinstance, name, text)


def get(name, what):
    return type(getattr(named(name), what)).__name__


def below(name):
    return " ".join(other.__name__ for other in named(name).__subclasses__())


def fresh():
    NAMES.clear()
    CLASSES.clear()
    return "fresh"


STEPS = {
    "fresh": fresh, "meta": make_meta, "class": make_class, "runtime": runtime, "register": register, "change": change,
    "instance": instance, "update": update, "mro": mro, "abstract": abstract, "issubclass": is_subclass,
    "isinstance": is_instance, "below": below, "get": get,
}


def forget():
    """Drops all kept answers. Here they survive what changes them; here, too, what is said when an abstract class asks
    on its own behalf is kept for those who ask themselves. So it is done before every question."""
    for made in CLASSES:
        if isinstance(made, abc.ABCMeta):
            _abc._reset_caches(made)
    for known in (abc.ABC, typing.Protocol):
        _abc._reset_caches(known)


def answer(line):
    word, *rest = line.split("\t")
    forget()
    try:
        return STEPS[word](*rest)
    except RecursionError:
        said = "RecursionError"
    except Exception as error:
        said = f"{type(error).__name__}: {error}".replace("\n", " ")
    if said.startswith("AttributeError: property"):
        # Python does not always know the property's name.
        said = "AttributeError: property"
    # A class whose making failed half way is still a subclass, until it is collected.
    if word in ("class", "meta"):
        gc.collect()
    return said


gc.freeze()
for line in sys.stdin:
    print(answer(line.rstrip("\n")))

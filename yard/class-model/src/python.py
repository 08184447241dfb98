"""CPython's side: a row's name a line in, the nanoseconds of one operation out, without those of the loop around it."""

import abc
import sys
import time
import types
import typing


class A: pass
class B(A): pass
class C(A): pass
class D(B, C): pass
class Audited(abc.ABC): pass


class Hooked(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other):
        return True if other.__name__.startswith("K") else NotImplemented


class Counted(abc.ABC): pass


@typing.runtime_checkable
class Closes(typing.Protocol):
    def close(self): ...
    def name(self): ...


@typing.runtime_checkable
class Named(typing.Protocol):
    title: str


class Meta(type):
    def __new__(mcls, name, bases, body, **keywords):
        return super().__new__(mcls, name, bases, body)


class Ruled(metaclass=Meta):
    def __init_subclass__(cls, **keywords):
        super().__init_subclass__()


def make(at):
    body = {"close": lambda self: None, "name": lambda self: None} if at % 3 == 0 else {}
    return type(f"K{at}", (D if at % 2 == 0 else A,), {**body, "VALUE": at})


CLASSES = [make(at) for at in range(64)]
for made in CLASSES[::5]:
    Audited.register(made)
INSTANCES = [made() for made in CLASSES]
for instance in INSTANCES:
    instance.title = "t"


def ask(check, asked, other):
    def run(count):
        for at in range(count):
            check(asked[at & 63], other)
    return run


def each(operation):
    def run(count):
        for at in range(count):
            operation(at)
    return run


def first(count):
    for at in range(count):
        # A registration ends what was kept, so each is a first check.
        if at & 63 == 0:
            Counted.register(type("R", (), {}))
        issubclass(CLASSES[at & 63], Hooked)


def attribute(count):
    for at in range(count):
        INSTANCES[at & 63].VALUE


def own(count):
    for at in range(count):
        INSTANCES[at & 63].title


def method(count):
    for at in range(count):
        INSTANCES[0].close()


ROWS = {
    "instance, exact": each(lambda at: isinstance(INSTANCES[at & 63], CLASSES[at & 63])),
    "subclass, nominal": ask(issubclass, CLASSES, A),
    "instance, nominal": ask(isinstance, INSTANCES, A),
    "subclass, virtual": ask(issubclass, CLASSES, Audited),
    "instance, virtual": ask(isinstance, INSTANCES, Audited),
    "subclass, hook": ask(issubclass, CLASSES, Hooked),
    "subclass, structural": ask(issubclass, CLASSES, Closes),
    "instance, structural": ask(isinstance, INSTANCES, Closes),
    "instance, data member": ask(isinstance, INSTANCES, Named),
    "first check, hook": first,
    "class: plain": each(lambda at: type("P", (A,), {})),
    "class: metaclass and init_subclass": each(lambda at: types.new_class("P", (Ruled,))),
    "class: abstract": each(lambda at: abc.ABCMeta("P", (), {})),
    "attribute of the class": attribute,
    "attribute of the instance": own,
    "method, read and called": method,
}

def nothing(count):
    for at in range(count):
        INSTANCES[at & 63]


# The loops that are around an operation: with a call of a function, or with a look into a list.
CALLED = each(lambda at: None)
CALLING = {"instance, exact", *(name for name in ROWS if name.startswith("class:"))}


def time_of(run, count):
    start = time.perf_counter_ns()
    run(count)
    return time.perf_counter_ns() - start


for line in sys.stdin:
    run = ROWS.get(line.rstrip("\n"))
    if run is None:
        print(-1, flush=True)
        continue
    count = 2000 if "class:" in line else 64 * 400
    around = CALLED if line.rstrip("\n") in CALLING else nothing
    print(max(time_of(run, count) - time_of(around, count), 0) / count, flush=True)

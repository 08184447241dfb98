"""Committed rows a second with SQLAlchemy's ORM on SQLite: one commit each, `synchronous=FULL`.

A line that is read says how many threads write and for how many milliseconds; the line that answers says rows a second.
The threads share one connection, for SQLite takes one writer.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import QueuePool


class Base(DeclarativeBase):
    pass


class Signin(Base):
    __tablename__ = "signin"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    password: Mapped[str]
    at: Mapped[float]


engine = create_engine(
    f"sqlite:///{sys.argv[1]}",
    poolclass=QueuePool,
    pool_size=1,
    max_overflow=0,
    connect_args={"check_same_thread": False},
)


@event.listens_for(engine, "connect")
def durable(connection, _record) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def write(until: float) -> int:
    count = 0
    while time.monotonic() < until:
        with Session(engine) as session:
            session.add(Signin(username="josh", password="basketball", at=1.5))
            session.commit()
        count += 1
    return count


Base.metadata.create_all(engine)
for line in sys.stdin:
    threads, milliseconds = map(int, line.split())
    begun = time.monotonic()
    until = begun + milliseconds / 1000
    with ThreadPoolExecutor(threads) as pool:
        count = sum(pool.map(write, [until] * threads))
    print(count / (time.monotonic() - begun), flush=True)

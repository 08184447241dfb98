"""What a script that can be run for longer is told."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The server's binary, how often, the seed of chance, and where rows are kept."""

    binary: str
    times: int
    seed: int
    store: str


def settings(about: str | None, times: int) -> Settings:
    """The arguments of this script; so many times, if they do not say."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("binary", help="the path of the server of the example sign_in")
    parser.add_argument("--times", type=int, default=times, help=f"how often; {times} if nothing is said")
    parser.add_argument("--seed", type=int, default=1, help="repeats a run")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite", help="where rows are kept")
    read = parser.parse_args()
    return Settings(str(Path(read.binary).resolve()), read.times, read.seed, read.store)

"""Whether `docs/validation.md` names all that pydantic has; argument 1, the server, is not needed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pydantic"))

import listed

listed.main()

"""What a counterpart knows, kept in a file of rows, and how it is told to fail."""

import json
import random
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Self

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


@dataclass(frozen=True)
class Faults:
    """How often, as a share of one, something goes wrong. late_seconds: how late a late message is."""

    late: float = 0.0
    doubled: float = 0.0
    lost: float = 0.0
    forged: float = 0.0
    time_out: float = 0.0
    late_seconds: float = 20.0

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Return what is said of faults that there are. Raises ValueError."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: float(value) for name, value in said.items() if name in known})


class Store:
    """Rows of one counterpart, and its faults; safe among threads."""

    kind: ClassVar[type[Faults]] = Faults
    faults: Any

    def __init__(self, folder: Path, name: str, schema: str) -> None:
        self._lock = threading.RLock()
        self._rows = sqlite3.connect(folder / f"{name}.sqlite3", check_same_thread=False, isolation_level=None)
        self._rows.executescript(PRAGMAS + schema)
        self._file = folder / "faults.json"
        self._dice = random.Random(secrets.randbits(64))  # noqa: S311 (a fault is no secret)
        self.faults = self.kind.read(json.loads(self._file.read_text()) if self._file.exists() else {})

    def set_faults(self, said: Mapping[str, Any]) -> None:
        """Fail as often as this from now on, and after a restart. Raises ValueError."""
        self.faults = self.kind.read(said)
        self._file.write_text(json.dumps(asdict(self.faults)))

    def happens(self, fault: str) -> bool:
        """Say whether this fault happens now."""
        with self._lock:
            return bool(self._dice.random() < getattr(self.faults, fault))

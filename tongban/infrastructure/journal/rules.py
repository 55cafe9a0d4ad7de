"""How facts are written down for sealing, chained, and compared with what was sealed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Values = Mapping[str, Any]
Kind = Literal["changed", "deleted", "inserted", "moved", "chain", "digest", "signature", "guard", "end"]

# Which columns are sealed, by layout. A layout is never changed: a new column means a new number.
COLUMNS: Mapping[int, tuple[str, ...]] = {
    1: (
        "id",
        "uid",
        "name",
        "at",
        "subject",
        "account",
        "actor",
        "actor_kind",
        "on_behalf",
        "channel",
        "address",
        "reason",
        "data",
    )
}
LAYOUT = 1
LEAF_BYTES = 32
START = "0" * 64


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was sealed.

    fact, name, subject   of the fact it is about, as they are found now; 0 and "" where it is about a whole batch
    """

    kind: Kind
    batch: int
    text: str
    fact: int = 0
    name: str = ""
    subject: str = ""

    def __str__(self) -> str:
        place = f"batch {self.batch}" if self.batch else "journal"
        if self.fact:
            place += f", fact {self.fact} {self.name} {self.subject}".rstrip()
        return f"{place}: {self.kind}: {self.text}"


def canonical(values: Values, layout: int) -> bytes:
    """Return the one text of a fact: JSON, keys sorted, no spaces, UTF-8; moments in UTC with microseconds."""
    picked = {name: values[name] for name in COLUMNS[layout]}
    return json.dumps(picked, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf(values: Values, layout: int) -> bytes:
    """Return the SHA-256 of a fact's canonical text."""
    return hashlib.sha256(canonical(values, layout)).digest()


def chained(*, layout: int, number: int, previous: str, fact_ids: Sequence[int], leaves: bytes) -> str:
    """Return a batch's digest, which holds the digest before it: SHA-256, hexadecimal."""
    head = json.dumps([layout, number, previous, list(fact_ids)], separators=(",", ":"))
    return hashlib.sha256(head.encode() + b"\n" + leaves).hexdigest()


def signed_text(digest: str) -> bytes:
    """Return what is signed: the digest, marked so that the signature fits nothing else."""
    return f"tongban journal batch {digest}".encode()


def compared(
    *, number: int, layout: int, fact_ids: Sequence[int], leaves: bytes, found: Mapping[int, Values]
) -> Iterator[Problem]:
    """Yield what is not as it was sealed in one batch; `found` holds its facts as they are now, by id.

    Each row also says in "batch" which batch it claims to belong to.
    """
    for place, fact in enumerate(fact_ids):
        row = found.get(fact)
        if row is None:
            yield Problem("deleted", number, "the fact was sealed here and is gone", fact)
            continue
        about = (fact, str(row["name"]), str(row["subject"]))
        if leaf(row, layout) != leaves[place * LEAF_BYTES : (place + 1) * LEAF_BYTES]:
            yield Problem("changed", number, "its content is not what was sealed", *about)
        if row["batch"] != number:
            yield Problem("moved", number, f"it was sealed here and claims batch {row['batch']}", *about)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)

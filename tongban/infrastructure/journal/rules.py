"""How facts are written down for sealing, chained, and compared with what was sealed."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Values = Mapping[str, Any]
Kind = Literal[
    "changed",
    "deleted",
    "inserted",
    "moved",
    "forged",
    "dated",
    "chain",
    "digest",
    "signature",
    "triggers",
    "end",
    "anchor",
]

# Which columns are sealed, by layout. A layout is never changed: a new column means a new number.
FIRST = (
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
COLUMNS: Mapping[int, tuple[str, ...]] = {1: FIRST, 2: (*FIRST, "written_at", "mac")}
LAYOUT = 2
# What a fact's code is made of: all but the code, and the number that the database gives.
MAC_COLUMNS = tuple(name for name in COLUMNS[LAYOUT] if name not in {"id", "mac"})
# Who writes longer than this at one fact, or whose clock is further off, is named.
LATE = timedelta(hours=1)
LEAF_BYTES = 32
START = "0" * 64


@dataclass(frozen=True)
class Discrepancy:
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
        where = f"batch {self.batch}" if self.batch else "journal"
        if self.fact:
            where += f", fact {self.fact} {self.name} {self.subject}".rstrip()
        return f"{where}: {self.kind}: {self.text}"


@dataclass(frozen=True)
class Anchor:
    """What the journal was at a moment, noted outside of the database.

    batch, digest   the newest batch; facts: how many were sealed up to there
    accepted        why the operator accepted it as it was, though it did not fit the anchors before; else ""
    """

    at: str
    batch: int
    facts: int
    digest: str
    accepted: str = ""

    def text(self) -> str:
        return json.dumps(
            [self.at, self.batch, self.facts, self.digest, self.accepted], ensure_ascii=False, separators=(",", ":")
        )

    @staticmethod
    def read(text: str) -> "Anchor":
        return Anchor(*json.loads(text))


def canonical(values: Values, layout: int) -> bytes:
    """Return the one text of a fact: JSON, keys sorted, no spaces, UTF-8; moments in UTC with microseconds."""
    return _written({name: values[name] for name in COLUMNS[layout]})


def mac_text(values: Values) -> bytes:
    """Return what a fact's code is made of, in the same form."""
    return b"fact " + _written({name: values[name] for name in MAC_COLUMNS})


def leaf(values: Values, layout: int) -> bytes:
    """Return the SHA-256 of a fact's canonical text."""
    return hashlib.sha256(canonical(values, layout)).digest()


def chained(*, layout: int, number: int, previous: str, fact_ids: Sequence[int], leaves: bytes) -> str:
    """Return a batch's digest, which holds the digest before it: SHA-256, hexadecimal."""
    text = chained_text(layout=layout, number=number, previous=previous, fact_ids=fact_ids, leaves=leaves)
    return hashlib.sha256(text).hexdigest()


def chained_text(*, layout: int, number: int, previous: str, fact_ids: Sequence[int], leaves: bytes) -> bytes:
    """Return what a batch's digest is made of: a line of JSON, then 32 bytes for each fact."""
    head = json.dumps([layout, number, previous, list(fact_ids)], separators=(",", ":"))
    return head.encode() + b"\n" + leaves


def signed_text(digest: str) -> bytes:
    """Return what is signed: the digest, marked so that the signature fits nothing else."""
    return f"tongban journal batch {digest}".encode()


def compared(
    *, number: int, layout: int, fact_ids: Sequence[int], leaves: bytes, found: Mapping[int, Values]
) -> Iterator[Discrepancy]:
    """Yield what is not as it was sealed in one batch; `found` holds its facts as they are now, by id.

    Each row also says in "batch" which batch it claims to belong to.
    """
    for index, fact in enumerate(fact_ids):
        row = found.get(fact)
        if row is None:
            yield Discrepancy("deleted", number, "the fact was sealed here and is gone", fact)
            continue
        about = (fact, str(row["name"]), str(row["subject"]))
        if leaf(row, layout) != leaves[index * LEAF_BYTES : (index + 1) * LEAF_BYTES]:
            yield Discrepancy("changed", number, "its content is not what was sealed", *about)
        if row["batch"] != number:
            yield Discrepancy("moved", number, f"it was sealed here and claims batch {row['batch']}", *about)


def dated(number: int, rows: Iterable[Values], *, after: datetime | None, sealed_at: datetime) -> Iterator[Discrepancy]:
    """Yield the facts of a batch, in their order, that are dated long before the one before, or after the sealing.

    after   moment of the last fact of the batch before
    """
    for row in rows:
        moment = written_at(row)
        about = (row["id"], str(row["name"]), str(row["subject"]))
        if after and moment < after - LATE:
            yield Discrepancy("dated", number, f"it is dated {_plain(moment)}, after one of {_plain(after)}", *about)
        elif moment > sealed_at + LATE:
            yield Discrepancy(
                "dated", number, f"it is dated {_plain(moment)} and was there on {_plain(sealed_at)}", *about
            )
        after = moment


def written_at(values: Values) -> datetime:
    """Return when a fact was written by the machine's clock."""
    moment: datetime = values["written_at"] or values["at"]
    return moment


def anchored(anchors: Sequence[Anchor], digests: Mapping[int, str], *, facts: int) -> Iterator[Discrepancy]:
    """Yield where the journal does not fit its anchors, oldest first: what it was later than the last one it fits.

    digests   of the batches that are there; facts: how many they hold
    """
    for anchor in anchors:
        if anchor.batch and anchor.batch in digests and digests[anchor.batch] != anchor.digest:
            yield Discrepancy("anchor", anchor.batch, f"it is not the batch that the anchor of {anchor.at} noted")
            break
    newest = anchors[-1] if anchors else None
    if newest and ((newest.batch not in digests and newest.batch) or newest.facts > facts):
        here = f"{len(digests)} batches with {facts} facts"
        text = f"the anchor of {newest.at} noted batch {newest.batch} with {newest.facts} facts; here are {here}"
        yield Discrepancy("anchor", 0, text)


def _written(picked: Values) -> bytes:
    return _ENCODER.encode(picked).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


# Made once: every fact is written down with it.
_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

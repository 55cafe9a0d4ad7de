"""Compare the journal with what was sealed, with who may write it, and with the anchors outside of the database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import anchors, rules, triggers
from tongban.infrastructure.journal.models import Batch, Fact
from tongban.infrastructure.journal.rules import Discrepancy
from tongban.infrastructure.kernel import clock

OWNER = "journal"
Rows = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Report:
    """What a comparison of the chain with the facts has found.

    unsealed   facts that wait for the next batch
    anchor     the newest one outside of the database, which the journal was compared with; None where there is none
    accepted   the last one that the operator set; what was before it is not compared with anchors
    """

    batches: int
    facts: int
    unsealed: int
    problems: tuple[Discrepancy, ...]
    last: Batch | None
    anchor: rules.Anchor | None = None
    accepted: rules.Anchor | None = None


def verify(*, checkpoints: Mapping[int, str] | None = None) -> Report:
    """Prove that the facts are what was sealed: every digest, the chain, every signature; and that we wrote them.

    checkpoints   batch number -> digest, noted earlier and kept elsewhere
    """
    problems = [Discrepancy("triggers", 0, text) for text in triggers.wrong(connection).values()]
    noted, altered = _noted()
    problems += altered
    start = noted[0] if noted and noted[0].accepted else None
    batches = facts = 0
    seen: dict[int, str] = {}
    last: Batch | None = None
    moment: datetime | None = None
    for batch in Batch.objects.in_order().iterator(chunk_size=50):
        rows = rows_of(batch.fact_ids, batch.layout)
        problems += batch_problems(batch, last)
        found, there = _compared(batch, rows)
        problems += found
        if batch.layout > 1 and (start is None or batch.number > start.batch):
            problems += rules.dated(batch.number, there, after=moment, sealed_at=batch.sealed_at)
        moment = rules.written_at(there[-1]) if there and batch.layout > 1 else moment
        seen[batch.number] = batch.digest
        batches, facts, last = batches + 1, facts + len(batch.fact_ids), batch
    if Fact.objects.filter(batch__isnull=False).count() != facts or problems:
        problems += _inserted()
    problems += _unsealed(moment)
    problems += rules.anchored(noted, seen, facts=facts)
    for number, digest in (checkpoints or {}).items():
        if seen.get(number) != digest:
            problems.append(Discrepancy("end", number, f"it is not the batch that was noted as {digest[:16]}…"))
    newest = noted[-1] if noted else None
    return Report(batches, facts, Fact.objects.unsealed().count(), tuple(problems), last, newest, start)


def is_ours(values: Mapping[str, Any]) -> bool:
    """Say whether the platform wrote this fact, as it stands."""
    return bool(crypto.mac_of(rules.mac_text(values)) == values["mac"])


def mac_of(fact: Fact) -> str:
    """Return the code that belongs to a fact as it stands."""
    return crypto.mac_of(rules.mac_text({name: getattr(fact, name) for name in rules.MAC_COLUMNS}))


def rows_of(fact_ids: list[int], layout: int) -> Rows:
    """Return facts with the columns of a layout, by id; each says in "batch" which batch it claims."""
    found = Fact.objects.filter(pk__in=fact_ids).annotate(sealed_in=F("batch__number"))
    rows = found.values(*rules.COLUMNS[layout], "sealed_in")
    return {row["id"]: {**row, "batch": row["sealed_in"]} for row in rows}


def batch_problems(batch: Batch, last: Batch | None, *, chain: bool = True) -> Iterator[Discrepancy]:
    """Yield what is wrong with a batch: its place in the chain, its digest, its signature."""
    if chain:
        number, previous = (last.number + 1, last.digest) if last else (1, rules.START)
        if batch.number != number:
            yield Discrepancy("chain", batch.number, f"batch {number} is missing before it")
        elif batch.previous != previous:
            yield Discrepancy("chain", batch.number, f"it does not follow batch {number - 1}")
    digest = rules.chained(
        layout=batch.layout,
        number=batch.number,
        previous=batch.previous,
        fact_ids=batch.fact_ids,
        leaves=bytes(batch.leaves),
    )
    if digest != batch.digest:
        yield Discrepancy("digest", batch.number, "its digest does not fit what it holds")
    if not crypto.verify(batch.key_digest, rules.signed_text(batch.digest), bytes(batch.signature), owner=OWNER):
        yield Discrepancy("signature", batch.number, "its digest was not signed by a trusted key of the journal")


def _compared(batch: Batch, rows: Rows) -> tuple[list[Discrepancy], list[dict[str, Any]]]:
    """Return what is not as it was sealed in a batch, or was never ours; and the facts that are as they were."""
    problems = list(
        rules.compared(
            number=batch.number, layout=batch.layout, fact_ids=batch.fact_ids, leaves=bytes(batch.leaves), found=rows
        )
    )
    named = {problem.fact for problem in problems}
    there = [rows[pk] for pk in batch.fact_ids if pk in rows and pk not in named]
    return problems + list(_forged(batch.number, there) if batch.layout > 1 else ()), there


def _noted() -> tuple[list[rules.Anchor], list[Discrepancy]]:
    """Return the anchors since the last one that the operator accepted, and what is wrong with their files."""
    found: list[rules.Anchor] = []
    try:
        for anchor in anchors.known():
            found = [anchor] if anchor.accepted else [*found, anchor]
    except anchors.Altered as altered:
        return found, [Discrepancy("anchor", 0, f"{altered} of the anchors is not what the platform wrote")]
    return found, []


def _forged(number: int, rows: Iterable[Mapping[str, Any]]) -> Iterator[Discrepancy]:
    for row in rows:
        if not is_ours(row):
            text = f"the platform did not write it; it is dated {row['at']:%Y-%m-%d}"
            yield Discrepancy("forged", number, text, row["id"], str(row["name"]), str(row["subject"]))


def _unsealed(moment: datetime | None) -> Iterator[Discrepancy]:
    rows = list(Fact.objects.unsealed().values(*rules.COLUMNS[rules.LAYOUT])[:10_000])
    yield from _forged(0, rows)
    yield from rules.dated(0, filter(is_ours, rows), after=moment, sealed_at=clock.now())


def _inserted() -> Iterator[Discrepancy]:
    sealed = {fact for batch in Batch.objects.in_order().iterator(chunk_size=50) for fact in batch.fact_ids}
    for chunk in Fact.objects.filter(batch__isnull=False).select_related("batch").walk():
        for fact in chunk:
            if fact.pk not in sealed:
                text = "it claims to be sealed here and was not"
                batch = fact.batch.number if fact.batch else 0
                yield Discrepancy("inserted", batch, text, fact.pk, fact.name, fact.subject)

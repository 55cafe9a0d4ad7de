"""Take the facts about one subject out of the house, so that anyone can prove them without it."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.journal import proving, rules
from tongban.infrastructure.journal.models import Batch, Fact


@dataclass(frozen=True)
class FactEvidence:
    """One fact: its one text, whose SHA-256 is its leaf in a sealed batch; 0 where it is not sealed yet."""

    number: int
    name: str
    text: bytes
    leaf: str
    batch: int
    genuine: bool


@dataclass(frozen=True)
class BatchEvidence:
    """One sealed batch: the SHA-256 of `content` is its digest; `signed` names that, and was signed (DER).

    certificate   of the key that signed, PEM
    """

    number: int
    content: bytes
    digest: str
    previous: str
    signed: bytes
    signature: bytes
    certificate: str


def facts_about(subject: str) -> list[FactEvidence]:
    """Return the facts about a subject, the oldest first."""
    found = list(Fact.objects.about(subject).select_related("batch"))
    return [_fact(fact) for fact in found]


def batches(numbers: Iterable[int]) -> list[BatchEvidence]:
    """Return these sealed batches with their signatures, in order."""
    found = list(Batch.objects.filter(number__in=set(numbers)).in_order())
    keys = {key.key_digest: key.certificate for key in Key.objects.of_digests(one.key_digest for one in found)}
    return [
        BatchEvidence(
            number=one.number,
            content=rules.chained_text(
                layout=one.layout,
                number=one.number,
                previous=one.previous,
                fact_ids=one.fact_ids,
                leaves=bytes(one.leaves),
            ),
            digest=one.digest,
            previous=one.previous,
            signed=rules.signed_text(one.digest),
            signature=bytes(one.signature),
            certificate=keys.get(one.key_digest, ""),
        )
        for one in found
    ]


def _fact(fact: Fact) -> FactEvidence:
    layout = fact.batch.layout if fact.batch else rules.LAYOUT
    values = proving.rows_of([fact.pk], layout)[fact.pk]
    return FactEvidence(
        number=fact.pk,
        name=fact.name,
        text=rules.canonical(values, layout),
        leaf=rules.leaf(values, layout).hex(),
        batch=fact.batch.number if fact.batch else 0,
        genuine=proving.mac_of(fact) == fact.mac,
    )

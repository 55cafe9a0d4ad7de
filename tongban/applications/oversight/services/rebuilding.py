"""Make all cards anew from the facts and compare: what is shown is what happened, or the difference is named."""

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.applications.oversight.models import CardStep, SupervisionCard
from tongban.applications.oversight.models.cards import projected
from tongban.applications.oversight.rules import CardFinding
from tongban.applications.oversight.services.findings import findings_of_cases
from tongban.applications.oversight.services.looking import take_up
from tongban.infrastructure.journal.models import Fact
from tongban.platform.cases.models import Case

CHUNK = 200
# The fact that each kind of step was told by.
TOLD = {
    "raised": "oversight.CardRaised",
    "repeated": "oversight.CardRepeated",
    "escalated": "oversight.CardEscalated",
    "raised_by_hand": "oversight.CardRaisedByHand",
    "answered": "oversight.CardAnswered",
    "returned": "oversight.CardReturned",
    "closed": "oversight.CardClosed",
    "settled": "oversight.CardSettled",
}


@dataclass(frozen=True)
class Difference:
    """Something that is not what the facts say. what: missing | unfounded | other | not told."""

    key: str
    what: str
    said: str

    def __str__(self) -> str:
        return f"{self.key}: {self.what}: {self.said}"


def rebuild(*, write: bool = False) -> tuple[int, list[Difference]]:
    """Judge every case anew, and replay every card from its steps; return how many cards there are, and what differs.

    write   raise what is missing
    """
    differences = [*_against_cases(write=write), *_against_steps()]
    return SupervisionCard.objects.count(), differences


def _against_cases(*, write: bool) -> Iterator[Difference]:
    after = 0
    while ids := Case.objects.submitted_keys(after=after, limit=CHUNK):
        after = ids[-1]
        there = {card.key: card for card in SupervisionCard.objects.among_cases(ids).exclude(rule="order-overdue")}
        found = {(finding.key): (pk, finding) for pk, ones in findings_of_cases(ids).items() for finding in ones}
        for key, (pk, finding) in found.items():
            if key not in there:
                yield Difference(key, "missing", f"arose on {finding.first.on}")
                if write:
                    take_up(finding=finding, case=pk)
            elif said := _other(there[key], finding):
                yield Difference(key, "other", said)
        for key in there.keys() - found.keys():
            yield Difference(key, "unfounded", "nothing that was done says so")


def _other(card: SupervisionCard, finding: CardFinding) -> str:
    """Say what a card says otherwise than the finding; "" where they agree."""
    first = finding.first
    said = {
        "arose_on": (card.arose_on, first.on),
        "department": (card.department_id, first.department),
        "account": (card.account, first.account),
        "occurrences": (card.occurrences, [one.as_json() for one in finding.occurrences]),
    }
    return "; ".join(f"{name} is {has}, not {should}" for name, (has, should) in said.items() if has != should)


def _against_steps() -> Iterator[Difference]:
    """Yield the cards that do not follow from their steps, and the steps that the journal does not know."""
    after = 0
    while cards := list(SupervisionCard.objects.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after = cards[-1].pk
        steps: dict[int, list[CardStep]] = {card.pk: [] for card in cards}
        for step in CardStep.objects.among(steps):
            steps[step.card_id].append(step)
        for card in cards:
            if (status := projected(steps[card.pk])) != card.status:
                yield Difference(card.key, "other", f"its steps say {status}")
            told = list(Fact.objects.about(card.subject).named(*TOLD.values()).values_list("name", flat=True))
            if sorted(told) != sorted(TOLD[step.kind] for step in steps[card.pk]):
                yield Difference(card.key, "not told", "its steps are not those of the journal")

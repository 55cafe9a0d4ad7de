"""What the department and who supervises do with a card. The department answers; it never closes, lowers or delays."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.oversight import rules
from tongban.applications.oversight.events import (
    CardAnswered,
    CardClosed,
    CardEscalated,
    CardOpened,
    CardRaisedByHand,
    CardReturned,
    CardSettled,
)
from tongban.applications.oversight.models import CardStep, SupervisionCard
from tongban.applications.oversight.rules import CardMove
from tongban.applications.oversight.services import wording
from tongban.applications.oversight.services.terms import terms
from tongban.applications.oversight.services.todo import keep_in_list
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.codes import services as codes

# How who supervises may close a card.
OUTCOMES = {
    "explained": pgettext_lazy("supervision card", "The explanation is accepted"),
    "rectified": pgettext_lazy("supervision card", "It was put right"),
    "unfounded": pgettext_lazy("supervision card", "The card was unfounded"),
}
# A grade that somebody chose by hand is answered within so many working days, as the rule's own table says for growth.
HAND_WORKDAYS = 5


class NothingToAnswer(Refusal):
    message = gettext_lazy("This card does not wait for an answer.")


class NoAnswerGiven(Refusal):
    status, field = 422, "words"
    message = gettext_lazy("Say what happened, why, and what was done about it.")


class NoReasonWritten(Refusal):
    status, field = 422, "words"
    message = gettext_lazy("Give the reason; the department reads it.")


class NothingToReturn(Refusal):
    message = gettext_lazy("There is no answer that could be sent back.")


class CardClosedAlready(Refusal):
    message = gettext_lazy("This card has already been closed.")


class NotHigher(Refusal):
    status, field = 422, "grade"
    message = gettext_lazy("Choose a grade above the present one.")


class OwnCard(Refusal):
    status = 403
    message = gettext_lazy("This card is about you, or you answered it yourself; someone else has to decide about it.")


@transaction.atomic
def answer(*, actor: Actor, card: SupervisionCard, words: str) -> SupervisionCard:
    """Answer a card for the department. The same again changes nothing. Raises NotAllowed, NothingToAnswer, …"""
    actor.must_hold("oversight.answer", department=card.department_id, area=card.area)
    card = _locked(card)
    if not words.strip():
        raise NoAnswerGiven()
    last = CardStep.objects.of(card).last()
    if last and (last.kind, last.account, last.words) == ("answered", actor.account, words.strip()):
        return card
    if card.state != "open" or card.due_on is None:
        raise NothingToAnswer()
    in_time = clock.today() <= card.due_on
    append(card, CardMove("answered", clock.today()), by=actor, words=words)
    journal.write(CardAnswered(card.pk, in_time), by=actor, subject=card.subject)
    return card


@transaction.atomic
def return_answer(*, actor: Actor, card: SupervisionCard, words: str) -> SupervisionCard:
    """Send an answer back as not enough. Raises NotAllowed, OwnCard, NothingToReturn, NoReasonWritten."""
    card = _supervised(actor, card, words)
    if card.state != "answered":
        raise NothingToReturn()
    due_on = codes.calendar().add(clock.today(), _answer_days(card))
    append(card, CardMove("returned", clock.today(), due_on=due_on), by=actor, words=words)
    journal.write(CardReturned(card.pk, due_on.isoformat()), by=actor, subject=card.subject, reason=words)
    return card


@transaction.atomic
def close(*, actor: Actor, card: SupervisionCard, outcome: str, words: str) -> SupervisionCard:
    """Close a card with a reason. Raises NotAllowed, OwnCard, CardClosedAlready, NoReasonWritten."""
    card = _supervised(actor, card, words)
    if card.state == "closed":
        raise CardClosedAlready()
    append(card, CardMove("closed", clock.today(), outcome=outcome), by=actor, words=words)
    journal.write(CardClosed(card.pk, outcome), by=actor, subject=card.subject, reason=words)
    return card


@transaction.atomic
def raise_by_hand(*, actor: Actor, card: SupervisionCard, grade: str, words: str) -> SupervisionCard:
    """Give a card a higher grade; it is to be answered anew. Raises NotAllowed, OwnCard, NotHigher, NoReasonWritten."""
    card = _supervised(actor, card, words)
    if grade not in rules.GRADES or rules.GRADES.index(grade) <= rules.GRADES.index(card.grade):
        raise NotHigher()
    due_on = codes.calendar().add(clock.today(), _answer_days(card))
    append(card, CardMove("raised_by_hand", clock.today(), grade, due_on), by=actor, words=words)
    journal.write(CardRaisedByHand(card.pk, grade), by=actor, subject=card.subject, reason=words)
    return card


@transaction.atomic
def escalate(*, card: SupervisionCard) -> bool:
    """Let a card grow that nobody answered in time; say whether it did. One that cannot grow further stays."""
    card = _locked(card)
    today = clock.today()
    growth = terms().escalation(card.grade, today)
    if card.state != "open" or card.due_on is None or card.due_on >= today or growth is None:
        return False
    due_on = codes.calendar().add(today, growth.answer_workdays)
    append(card, CardMove("escalated", today, growth.to, due_on), by=SYSTEM)
    journal.write(CardEscalated(card.pk, growth.to), by=SYSTEM, subject=card.subject)
    return True


@transaction.atomic
def settle(*, card: SupervisionCard, on: date) -> None:
    """Close a card that only warned, on the day on which what it warned of was over."""
    card = _locked(card)
    if card.state == "noted":
        append(card, CardMove("settled", on, outcome="settled"), by=SYSTEM)
        journal.write(CardSettled(card.pk), by=SYSTEM, subject=card.subject)


def record_opened(*, actor: Actor, card: SupervisionCard) -> None:
    """Write down that an official read a card."""
    journal.write(CardOpened(card.pk), by=actor, subject=card.subject)


def append(card: SupervisionCard, move: CardMove, *, by: Actor, words: str = "") -> None:
    """Append a step to a card, which may be new, and let the card follow."""
    status = rules.after(card.status, move)
    card.state, card.grade, card.due_on = status.state, status.grade, status.due_on
    card.outcome, card.closed_on = status.outcome, status.closed_on
    card.escalated = card.escalated or move.kind == "escalated"
    card.save()
    keep_in_list(
        card.subject,
        department=card.department_id,
        area=card.area,
        about=recorded(wording.RULES[card.rule]),
        due_on=card.due_on if card.state == SupervisionCard.State.OPEN else None,
    )
    CardStep.objects.create(
        card=card,
        kind=move.kind,
        on=move.on,
        at=clock.now(),
        account=by.account,
        actor=by.name,
        grade=move.grade,
        due_on=move.due_on,
        outcome=move.outcome,
        words=words.strip(),
    )


def _locked(card: SupervisionCard) -> SupervisionCard:
    found: SupervisionCard = SupervisionCard.objects.select_for_update(of=("self",)).get(pk=card.pk)
    return found


def _supervised(actor: Actor, card: SupervisionCard, words: str) -> SupervisionCard:
    """Lock a card for who supervises, who neither is named on it nor answered it, and gives a reason."""
    actor.must_hold("oversight.supervise", department=card.department_id, area=card.area)
    card = _locked(card)
    answered = CardStep.objects.of(card).filter(kind="answered", account=actor.account).exists()
    if actor.account is not None and (actor.account == card.account or answered):
        raise OwnCard()
    if not words.strip():
        raise NoReasonWritten()
    return card


def _answer_days(card: SupervisionCard) -> int:
    rule = terms().rule(card.rule, clock.today())
    return (rule.answer_workdays if rule else 0) or HAND_WORKDAYS


def outcome_word(outcome: str) -> str:
    """Return how a card was closed, in words."""
    return str(OUTCOMES.get(outcome, _("It is over")))

"""What pages of supervision share: what they say of a card, and how they do what was sent."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.applications.oversight.models import CardStep, SupervisionCard
from tongban.applications.oversight.services import cards, wording
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.templatetags.ui import day as written
from tongban.infrastructure.ui.views import Request
from tongban.platform.cases.models import Case
from tongban.platform.codes import services as codes

# What a list of cards is divided into, and in which order each is read.
STATES = ("open", "answered", "noted", "closed")
BY_DAY, NEWEST = ("due_on", "pk"), ("-arose_on", "-pk")


class CardLine(NamedTuple):
    """A card in a list."""

    card: SupervisionCard
    rule: str
    grade: str
    colour: str
    about: str


class CardEntry(NamedTuple):
    """A step of a card in its timeline."""

    title: str
    at: datetime
    who: str
    text: str
    state: str = "done"


def line(card: SupervisionCard) -> CardLine:
    about = f"{card.case.number} {card.case.version.service.title}" if card.case else _("No single case")
    return CardLine(card, str(wording.RULES[card.rule]), str(wording.GRADES[card.grade]), _colour(card), about)


def lines(found: Iterable[SupervisionCard]) -> list[CardLine]:
    return [line(card) for card in found]


def tabs(chosen: str) -> list[tuple[str, str, bool]]:
    """Return the parts of a list: state, word, whether it is the chosen one."""
    words = {
        "open": pgettext("supervision cards", "To answer"),
        "answered": pgettext("supervision cards", "Answered"),
        "noted": pgettext("supervision cards", "Being watched"),
        "closed": pgettext("supervision cards", "Closed"),
    }
    return [(state, words[state], state == chosen) for state in STATES]


def state_of(request: Request) -> str:
    """Return which part of a list is asked for."""
    asked = request.GET.get("state", "")
    return asked if asked in STATES else STATES[0]


def occurrences(card: SupervisionCard) -> list[tuple[date, str, str]]:
    """Return what happened: day, sentence, the official's name."""
    return [
        (date.fromisoformat(one["on"]), wording.said_of(card.rule, one), one["official"]) for one in card.occurrences
    ]


def history(steps: Sequence[CardStep]) -> list[CardEntry]:
    return [CardEntry(_title(step), step.at, step.actor, step.words) for step in steps]


def may_read(request: Request, case: Case | None) -> bool:
    """Say whether the reader may open the case of a card; supervision alone does not let them."""
    return case is not None and Case.objects.visible_to(request.actor).filter(pk=case.pk).exists()


def facts(card: SupervisionCard) -> list[tuple[str, Any]]:
    """Return what a card says, as rows of label and value; its thresholds are not among them."""
    rows = [
        (_("What was found"), str(wording.RULES[card.rule])),
        (_("Department that answers"), card.department.title),
        (_("Official"), card.official),
        (_("Arose on"), written(card.arose_on)),
        (_("Time for the answer"), written(card.due_on)),
        (_("How it was closed"), cards.outcome_word(card.outcome) if card.outcome else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _title(step: CardStep) -> str:
    title = str(wording.KINDS[step.kind])
    if step.grade:
        title += _(": %(grade)s") % {"grade": wording.GRADES[step.grade]}
    if step.kind == "closed":
        title += _(": %(outcome)s") % {"outcome": cards.outcome_word(step.outcome)}
    return title


def _colour(card: SupervisionCard) -> str:
    return "grey" if card.state == "closed" else wording.COLOURS[card.grade]


def workdays(number: int) -> str:
    """Return a time limit in working days in words; "" for none."""
    return codes.in_words(number, "workday") if number else ""


def is_done(request: Request, form: forms.Form, verb: Callable[..., object], said: str) -> bool:
    """Do with the answers of a form what was sent; say whether it was done. A refusal stands at its field."""
    if request.method != "POST" or not form.is_valid():
        return False
    with refusals_on(form):
        verb(actor=request.actor, **form.cleaned_data)
    if not form.is_valid():
        return False
    messages.success(request, said)
    return True

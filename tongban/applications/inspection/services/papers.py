"""文书: the sealed letters of orders to correct and of penalties, and the notice that they are there."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.models import CorrectionOrder, PenaltyCase, PenaltyEntry
from tongban.applications.inspection.services import fines, laws
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.letters import ports as templates
from tongban.platform.letters import services as letters
from tongban.platform.letters.models import Letter
from tongban.platform.licences import services as licences
from tongban.platform.notices import services as notices
from tongban.platform.parties import services as parties

FOLDER = Path(__file__).resolve().parent.parent / "letters"
CORRECTION = "correction-order"
# What a letter of this room may name.
NAMES: Mapping[str, Any] = dict.fromkeys(
    (
        "number", "date", "department", "party", "party_number", "entity", "address", "violation", "facts", "basis",
        "outcome", "fine", "fine_words", "pay_until", "code", "officers", "words", "statement_until", "hearing_until",
        "hearing_on", "surcharge", "law", "due_on", "findings", "said", "decided",
    )
)  # fmt: skip
# Step → template, mark of its number, title.
LETTERS: Mapping[str, tuple[str, str, StrOrPromise]] = {
    "ticket": ("penalty-ticket", "当罚", _("Decision on the spot on an administrative penalty")),
    "tell": ("penalty-notice", "罚告", _("Notice before an administrative penalty")),
    "call_hearing": ("penalty-hearing", "罚听", _("Notice of a hearing on a penalty")),
    "decide": ("penalty-decision", "罚", _("Decision on an administrative penalty")),
    "spare": ("penalty-none", "不罚", _("Decision not to impose a penalty")),
}


def write_correction(*, order: CorrectionOrder) -> Letter | None:
    """Write the order to correct, sealed, and tell the company; again changes nothing."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            **dict.fromkeys(NAMES, ""),
            "number": order.number,
            "department": order.department.name,
            "party": order.party.name,
            "entity": order.inspection.entity.name,
            "basis": order.basis,
            "findings": [f"{one['text']}：{one['words']}" for one in order.inspection.findings],
            "words": order.words,
            "due_on": ui.day(order.due_on),
            "date": ui.day(order.ordered_on),
        }
        title = str(_("Order to correct"))
        letter = _issue(order.subject, "ordered", CORRECTION, title, order.number, facts, order)
    notices.send(
        to=order.party,
        **notices.in_both(
            _("Order to correct %(number)s"),
            _("%(department)s orders you to put right by %(day)s what was found at an inspection."),
            {
                "number": order.number,
                "department": lambda: order.department.title,
                "day": lambda: ui.day(order.due_on),
            },
        ),
        url=reverse("hall:inspection:correction", args=[order.uid]),
        subject=order.subject,
        key=f"{order.subject}:ordered",
        legal=True,
    )
    return letter


def write_paper(*, case: PenaltyCase, step: str) -> Letter | None:
    """Write the letter of a step, with the bill of a fine before it, and tell the party; again changes nothing."""
    template, mark, title = LETTERS[step]
    turn = PenaltyEntry.objects.of(case).filter(kind=step).count()
    occasion = f"{step}:{turn}"
    bill = fines.bill_fine(case=case) if step == "ticket" else None
    with translation.override(settings.LANGUAGE_CODE):
        number = case.number if step in {"ticket", "decide"} else _number(mark, case, turn)
        facts = {**facts_of(case), "number": number, "code": bill.code if bill else ""}
        letter = _issue(case.subject, occasion, template, str(title), number, facts, case)
    _notify(case, step, title)
    return letter


def facts_of(case: PenaltyCase) -> dict[str, Any]:
    """Return what the letters of a case say."""
    violation, law = laws.violation(case.violation), laws.law(case.decided_on)
    last = PenaltyEntry.objects.of(case).filter(kind__in=[*LETTERS]).last()
    fine = case.fine_fen or case.proposed_fen
    return {
        **dict.fromkeys(NAMES, ""),
        "department": case.department.name,
        "party": case.party.name,
        "party_number": parties.shown_number(case.party),
        "entity": case.entity.name if case.entity else "",
        "address": case.entity.address if case.entity else "",
        "violation": violation.name,
        "facts": case.facts,
        "basis": violation.basis,
        "outcome": case.outcome or case.proposed,
        "fine": ui.yuan(fine) if fine else "",
        "pay_until": _day(case.pay_until),
        "officers": "、".join((case.first_officer.title, case.second_officer.title)),
        "words": last.words if last else "",
        "statement_until": _day(case.statement_until),
        "hearing_until": _day(case.hearing_until),
        "hearing_on": _day(case.hearing_on),
        "surcharge": law.value("surcharge") // 10,
        "law": "《中华人民共和国行政处罚法》",
        "said": "已作陈述、申辩" if case.stated else "未作陈述、申辩",
        "decided": _day(case.decided_on),
        "date": _day(case.decided_on or case.told_on),
    }


def letters_of(subject: str) -> list[Letter]:
    """Return the letters about an order or a case, in the order of issue."""
    return list(Letter.objects.about(subject))


def _notify(case: PenaltyCase, step: str, title: StrOrPromise) -> None:
    notices.send(
        to=case.party,
        **notices.in_both(
            pgettext_lazy("inspection", "%(title)s"),
            _("%(department)s has sent you a letter about %(number)s. Your rights and the days for them stand in it."),
            {
                "title": lambda: str(title),
                "department": lambda: case.department.title,
                "number": case.number,
            },
        ),
        url=reverse("hall:inspection:penalty", args=[case.uid]),
        subject=case.subject,
        key=f"{case.subject}:{step}:{case.version}",
        legal=True,
    )


def _issue(
    subject: str,
    occasion: str,
    template: str,
    title: str,
    number: str,
    facts: Mapping[str, Any],
    about: CorrectionOrder | PenaltyCase,
) -> Letter | None:
    return letters.issue(
        letters.LetterOrder(
            subject=subject,
            occasion=occasion,
            kind=template,
            title=title,
            number=number,
            template=templates.TEMPLATES[template].text,
            facts=facts,
            owner=about.party,
            department=about.department.acting,
            verified_at=licences.address,
        )
    )


def _number(mark: str, case: PenaltyCase, turn: int) -> str:
    serial = str(case.uid).replace("-", "")[:7].upper()
    day = case.told_on or case.filed_on
    return letters.number(mark=mark, year=day.year, serial=serial, turn=turn)


def _day(day: date | None) -> str:
    return ui.day(day) if day else ""

"""The letters of a case: which step writes which, what it is called, and what it may say."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.cases.services import about_licence, facts, offices, plan
from tongban.platform.cases.services.effect import effect_of
from tongban.platform.cases.services.wording import wording_of
from tongban.platform.cases.steps import STEPS, StepLetter
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department
from tongban.platform.letters import ports as templates
from tongban.platform.letters import services as letters
from tongban.platform.letters.models import Letter
from tongban.platform.licences import services as licences


def write_for(case: Case) -> list[Letter]:
    """Write the letters this case still lacks; safe to run again after a crash.

    One that says a character without a glyph is not made: it waits for a typeface.
    """
    written = [letters.issue(order(case, action)) for action in unwritten(case)]
    return [letter for letter in written if letter]


def unwritten(case: Case) -> list[Action]:
    """Return the actions of a case whose letters still have to be written."""
    written = Letter.objects.occasions_of(case.subject)
    kinds = [kind for kind, step in STEPS.items() if step.letter]
    done = Action.objects.of(case).of_kinds(kinds)
    return [action for action in done if action.occasion not in written and not action.is_taken_over]


def order(case: Case, action: Action) -> letters.LetterOrder:
    """Return the letter that an action calls for. Raises ValueError where its step calls for none."""
    letter = STEPS[action.kind].letter
    if letter is None:
        raise ValueError(action.kind)
    facts = context(case, action)
    return letters.LetterOrder(
        subject=case.subject,
        occasion=action.occasion,
        kind=letter.template,
        title=_title_of(case, action, letter, facts),
        number=facts["number"],
        template=_own_template(case, letter) or templates.TEMPLATES[letter.template].text,
        facts=facts,
        owner=case.applicant,
        department=_sealed_by(case, action),
        verified_at=licences.address,
        service=case.version.service.code,
    )


def _sealed_by(case: Case, action: Action) -> Department:
    """Return whose letter it is: of what it took in, the window's; of a transfer, the former office's.

    Of a department that was dissolved, it is that of whoever took its work over.
    """
    if action.kind == "submitted" and case.window:
        return case.window.acting
    if action.kind == "transferred":
        return Department.objects.acting_for(action.data["from_key"])
    return case.department.acting


def _own_template(case: Case, letter: StepLetter) -> str:
    """Return the letter that the service brings in the place of the house's; "" where it brings none."""
    return str(plan.of(case.version).templates.get(f"documents/{letter.template}.md", ""))


def receipt(case: Case) -> bytes:
    """Compose the receipt for a submission, unsealed, for whoever wants it at once; the letter follows, sealed."""
    with translation.override(settings.LANGUAGE_CODE):
        return documents.compose(
            templates.TEMPLATES["receipt"].text,
            _context(case, None),
            title=str(_("Receipt for application materials")),
            qr=f"{settings.PUBLIC_URL}{reverse('hall:cases:query')}?number={case.number}",
            caption="扫码查进度",
            seal=False,
        )


def context(case: Case, action: Action | None = None) -> dict[str, Any]:
    """Return what every letter template may name, in the language of letters whoever's page asks for one.

    See docs/rooms/documents.md.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _context(case, action)


def _context(case: Case, action: Action | None) -> dict[str, Any]:
    definition = plan.of(case.version)
    guide, limiting = definition.guide, plan.limiting(case).guide
    names = {line["code"]: line["name"] for line in definition.lines}
    data = action.data if action else {}
    letter = STEPS[action.kind].letter if action else None
    return {
        "number": _number(case, letter, data.get("turn", 1)) if letter else case.number,
        "case": {
            "number": case.number,
            "query_code": case.query_code,
            "submitted_at": case.submitted_at,
            "received_on": case.received_on,
            "accepted_on": case.accepted_on,
            "acceptance_due_on": case.acceptance_due_on,
            "statutory_due_on": case.statutory_due_on,
            "promised_due_on": case.promised_due_on,
            "decided_on": case.decided_on,
        },
        "service": {
            "name": guide["name"],
            "code": guide["code"],
            "type": guide["type"],
            "result": guide["result"]["name"],
        },
        "applicant": {"name": case.applicant_name},
        "licence": about_licence.said_in_letters(case),
        "department": {"name": case.department.name},
        "window": {"name": case.window.name if case.window else ""},
        "points": [
            {"material": names.get(point["material"], ""), "text": point["text"]} for point in data.get("points", [])
        ],
        "decided": _decided(case, action),
        "reason": action.opinion if action else "",
        "materials": [
            {"name": names.get(material.code, material.code), "title": _shown(material.document)}
            for material in Material.objects.current_of(case)
            if material.code in names
        ],
        "summary": definition.form.summary(case.answers, remarks=facts.remarks(case)),
        "answers": eforms.dated(definition.form.fields, case.answers),
        "fees": case.fees,
        "effect": _effect(case),
        "limits": {**limiting["limits"], **catalogue.limits(limiting)._asdict()},
        "basis": guide.get("basis", []),
        "remedies": offices.remedies_of(case),
        "contacts": offices.contacts_of(case),
        "decision": data.get("decision", {}),
        "date": action.on if action else clock.today(),
        "deemed": bool(action and action.kind == "deemed_accepted"),
        **(_besides(letter, data, definition.limits.unit) if letter else {}),
    }


def _effect(case: Case) -> dict[str, Any]:
    """Return from when the decision takes effect; empty where nothing says it."""
    effect = effect_of(case)
    return {"begins": effect.begins, "on": effect.on} if effect else {"begins": "", "on": None}


def _decided(case: Case, action: Action | None) -> dict[str, str]:
    """Return what a decision is called and says; of another letter nothing."""
    if action is None or not STEPS[action.kind].is_decision:
        return {"title": "", "words": ""}
    words = wording_of(case)
    return {"title": words.title(action.kind), "words": words.decided(action.kind)}


def _shown(document: Document) -> str:
    """Return what the receipt says of a file: its name, or who gave it where nobody had to bring it."""
    if document.origin in {Document.Origin.FETCHED, Document.Origin.ISSUED}:
        return gettext("fetched from %(source)s") % {"source": document.source}
    return document.label


def _besides(letter: StepLetter, data: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Return what this letter may name besides: what its step holds, with days in words and dates as such."""
    found: dict[str, Any] = {}
    for name in templates.TEMPLATES[letter.template].names.keys() - templates.APPLICATION_NAMES.keys():
        value = data[name]
        if name == "days":
            value = codes.in_words(value, letter.days_in or unit)
        elif name == "day" or name.endswith("_on"):
            value = date.fromisoformat(value) if value else None
        found[name] = value
    return found


def _number(case: Case, letter: StepLetter, turn: int) -> str:
    """Return the letter's own number: its serial is the random part of the case number.

    turn   the how-manieth of its kind, where a case may have several
    """
    serial = str(case.number).rpartition("-")[2]
    return letters.number(mark=letter.mark, year=clock.today().year, serial=serial, turn=turn)


def _title_of(case: Case, action: Action, letter: StepLetter, facts: Mapping[str, Any]) -> str:
    """Return what a letter is called: where it is itself the result of the service, by the result's name.

    facts   of `context`; where the service brings a letter of its own, its title stands there
    """
    definition = plan.of(case.version)
    if action.kind == "granted" and definition.answers_by_letter:
        return str(definition.guide["result"]["name"])
    own = _own_template(case, letter)
    if own and (title := letters.title_in(own, facts)):
        return title
    return wording_of(case).title(action.kind) if STEPS[action.kind].is_decision else str(letter.title)

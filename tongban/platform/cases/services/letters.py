"""Formal letters: composed, sealed by the department, handed to the applicant. Each action has at most one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.cases.events import LetterIssued
from tongban.platform.cases.models import Action, Case, Letter, Material
from tongban.platform.cases.services import facts, plan
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.cases.services.wording import wording_of
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.eforms import services as eforms
from tongban.platform.licences import services as licences
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal


@dataclass(frozen=True)
class Style:
    """A kind of letter.

    template   name of the house's letter
    title      what it is called; "" of a decision, which is called by the kind of its matter
    mark       the word in its number
    """

    template: str
    title: StrOrPromise
    mark: str


STYLES = {
    "supplement_requested": Style("supplement-notice", _("Request for a supplement"), "补"),
    "accepted": Style("acceptance", _("Notice of acceptance"), "受"),
    "deemed_accepted": Style("acceptance", _("Notice of acceptance"), "受"),
    "extended": Style("extension", _("Notice of an extended time limit"), "延"),
    "procedure_begun": Style("special-procedure", _("Notice of a special procedure"), "特"),
    "not_accepted": Style("non-acceptance", _("Decision not to accept"), "不受"),
    "granted": Style("grant", "", "准"),
    "refused": Style("refusal", "", "不准"),
}

DECISIONS = frozenset({"granted", "refused"})


def write_for(case: Case) -> list[Letter]:
    """Compose and seal the letters this case still lacks; safe to run again after a crash.

    One that says a character without a glyph is not made: it waits for a typeface.
    """
    written = [_write(case, action) for action in Action.objects.of(case).without_letter(STYLES)]
    return [letter for letter in written if letter]


def lacks_letters(case: Case) -> bool:
    """Say whether a letter of this case still has to be made."""
    return bool(Action.objects.of(case).without_letter(STYLES).exists())


def receipt(case: Case) -> bytes:
    """Compose the receipt for a submission: number, query code, what was handed in. It is not sealed."""
    with translation.override(settings.LANGUAGE_CODE):
        return documents.compose(
            documents.letter("receipt"),
            _context(case, None, None),
            title=str(_("Receipt for an application")),
            qr=f"{settings.PUBLIC_URL}/cases/query/?number={case.number}",
            caption="扫码查进度",
            seal=False,
        )


def context(case: Case, action: Action | None = None, style: Style | None = None) -> dict[str, Any]:
    """Return what every letter template may name, in the language of letters whoever's page asks for one.

    See docs/rooms/documents.md.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _context(case, action, style)


def _context(case: Case, action: Action | None, style: Style | None) -> dict[str, Any]:
    definition = plan.of(case.version)
    guide = definition.guide
    names = {line["code"]: line["name"] for line in definition.lines}
    data = action.data if action else {}
    return {
        "number": letter_number(case, style, data.get("turn", 1)) if style else case.number,
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
        "department": {"name": case.department.name},
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
        "limits": {**guide["limits"], **catalogue.limits(guide)._asdict()},
        "basis": guide.get("basis", []),
        "remedies": guide.get("remedies", {}),
        "contacts": guide.get("contacts", {}),
        "decision": data.get("decision", {}),
        "date": action.on if action else clock.today(),
        "deemed": bool(action and action.kind == "deemed_accepted"),
        **_besides(action, definition.limits.unit),
    }


def _decided(case: Case, action: Action | None) -> dict[str, str]:
    """Return what a decision is called and says; of another letter nothing."""
    if action is None or action.kind not in DECISIONS:
        return {"title": "", "words": ""}
    words = wording_of(case)
    return {"title": words.title(action.kind), "words": words.decided(action.kind)}


def _shown(document: Document) -> str:
    """Return what the receipt says of a file: its name, or who gave it where nobody had to bring it."""
    if document.origin in {Document.Origin.FETCHED, Document.Origin.ISSUED}:
        return gettext("fetched from %(source)s") % {"source": document.source}
    return document.label


def _besides(action: Action | None, unit: str) -> dict[str, Any]:
    """Return what only the letters about more time may name."""
    if action and action.kind == "extended":
        days = codes.in_words(action.data["days"], unit)
        return {"days": days, "due_on": date.fromisoformat(action.data["due_on"])}
    if action and action.kind == "procedure_begun":
        return {"procedure": action.data["procedure"], "days": codes.in_words(action.data["days"], "workday")}
    return {}


def letter_number(case: Case, style: Style, turn: int = 1) -> str:
    """Return the letter's own number: kind, year and the random part of the case number.

    turn   the how-manieth of its kind, where a case may have several
    """
    again = f"之{turn}" if turn > 1 else ""
    return f"{style.mark}字〔{clock.today():%Y}〕{str(case.number).rpartition('-')[2]}号{again}"


def _write(case: Case, action: Action) -> Letter | None:
    style = STYLES[action.kind]
    own = plan.of(case.version).templates.get(f"documents/{style.template}.md")
    facts = context(case, action, style)
    title = title_of(case, action, style, facts)
    token = ids.token()
    try:
        pdf = documents.compose(
            own or documents.letter(style.template),
            facts,
            title=f"{title} {facts['number']}",
            qr=licences.address(token),
            caption=f"扫码或凭码核验\n{token}",
        )
    except documents.GlyphMissing as missing:
        documents.wait_for_glyphs(missing, subject=case.subject, kind=style.template, title=title)
        return None
    sealed = seals.apply(
        actor=SYSTEM,
        department=case.department,
        pdf=pdf,
        reason=title,
        subject=case.subject,
        name=_seal_for_letters(case),
    )
    return _keep(case, action, style, title, str(facts["number"]), sealed, token)


def title_of(case: Case, action: Action, style: Style, facts: Mapping[str, Any]) -> str:
    """Return what a letter is called: where it is itself the result of the service, by the result's name.

    facts   of `context`; where the service brings a letter of its own, its title stands there
    """
    definition = plan.of(case.version)
    if action.kind == "granted" and definition.answers_by_letter:
        return str(definition.guide["result"]["name"])
    own = definition.templates.get(f"documents/{style.template}.md")
    pieces = documents.outline(own, facts, title=style.template) if own else []
    if titles := [piece.text for piece in pieces if piece.kind == "title"]:
        return titles[-1]
    return wording_of(case).title(action.kind) if action.kind in DECISIONS else str(style.title)


def _seal_for_letters(case: Case) -> str:
    """Return the department's seal for decisions; "" takes the first where it has only one."""
    names = Seal.objects.names_usable(department=case.department, on=clock.today())
    return names[-1] if names else ""


@transaction.atomic
def _keep(known: Case, action: Action, style: Style, title: str, number: str, sealed: bytes, token: str) -> Letter:
    case = lock(pk=known.pk)
    existing = Letter.objects.filter(action=action).first()
    if existing is not None:
        return existing
    document = documents.keep_issued(
        owner=known.applicant,
        kind=style.template,
        title=title,
        pdf=sealed,
        source=known.department.name,
        service=case.version.service.code,
        token=token,
    )
    letter = Letter.objects.create(
        case=case,
        action=action,
        kind=style.template,
        title=title,
        number=number,
        document=document,
        issued_at=clock.now(),
    )
    act(case, "letter_issued", actor=SYSTEM, data={"letter": style.template}, public=False)
    journal.write(LetterIssued(case.pk, str(case.number), style.template), by=SYSTEM, subject=case.subject)
    return letter

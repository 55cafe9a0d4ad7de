"""Complain: begin, fill in, bring papers, send."""

import json
from collections.abc import Collection, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.db import transaction

from tests.complaints.models import Complaint, Paper
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

LINES = (
    {"code": "photo", "name": "现场照片", "english": "Photograph of the place", "accept": ["jpg", "png"], "max_mb": 5},
    {
        "code": "home",
        "name": "住址证明",
        "english": "Proof of the home",
        "required": False,
        "fetch": {"register": "homes"},
    },
    {"code": "report", "name": "检测报告", "english": "Report of a measurement", "required": False, "accept": ["pdf"]},
)


def form() -> eforms.Form:
    """Return the form in the reader's language."""
    return _form().spoken()


@transaction.atomic
def begin(*, actor: Actor) -> Complaint:
    """Begin a complaint, filled in with what the house knows of whoever complains."""
    complaint = Complaint(owner=Party.objects.get(pk=actor.represents or 0), updated_at=clock.now())
    eforms.prefill(form(), complaint, eforms.known_of(form(), **_asked(actor, complaint)))
    complaint.save()
    return complaint


@transaction.atomic
def fill(*, actor: Actor, uid: str, answers: Mapping[str, Any], revision: int, step: str = "") -> Complaint:
    """Keep the answers of a step. Raises NotFound, Conflict, Invalid, TooMuchText."""
    held = _held(actor, uid)
    eforms.fill(form(), held, answers, revision=revision, step=step)
    held.save()
    return held


@transaction.atomic
def confirm(*, actor: Actor, uid: str, checks: Collection[str]) -> Complaint:
    """Take somebody's word that what these checks found is so. Raises NotFound, Conflict."""
    held = _held(actor, uid)
    eforms.confirm(findings(held), form(), held, checks)
    held.save()
    return held


def findings(complaint: Complaint) -> list[eforms.Finding]:
    """Return what the checks find in the answers as they are now."""
    return eforms.findings(form(), complaint.answers, {}, clock.today())


def materials_of(actor: Actor, complaint: Complaint) -> documents.MaterialList:
    """Return what a complaint needs, as the verbs of documents take it."""
    return documents.MaterialList(
        model=Paper,
        subject=complaint,
        lines=LINES,
        owner=complaint.owner,
        hold=lambda line: _held(actor, complaint.uid),
        find=partial(_found, actor, complaint),
    )


@transaction.atomic
def send(*, actor: Actor, uid: str) -> Complaint:
    """Send a complaint. Raises NotFound, Conflict; Invalid, which names what is wrong or missing."""
    held = _held(actor, uid)
    found, missing = findings(held), documents.missing(LINES, Paper.objects.codes_of(held))
    faults = {
        **form().problems(held.answers),
        **eforms.errors_of(found, form()),
        **{finding.id: [str(finding)] for finding in eforms.unconfirmed(found, form(), held)},
        **{line["code"]: [f"缺少材料：{line['name']}"] for line in missing},
    }
    if faults:
        raise Invalid(faults)
    held.answers = form().relevant(held.answers)
    held.sent_at = clock.now()
    held.save()
    return held


def _found(actor: Actor, complaint: Complaint, line: Mapping[str, Any]) -> Document | None:
    """Return what a register says of whoever complains, as a paper."""
    want = line.get("fetch")
    answer = registers.find(register=want["register"], **_asked(actor, complaint)) if want else None
    if answer is None:
        return None
    return documents.keep_extract(
        actor=actor, owner=complaint.owner, kind=line["code"], title=line["name"], answer=answer
    )


def _asked(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """Return who asks registers about whom, and for what."""
    subject = f"complaint:{complaint.uid}"
    return {"actor": actor, "party": complaint.owner, "purpose": "填写投诉", "subject": subject}


def _held(actor: Actor, uid: str) -> Complaint:
    """Return a complaint that may still be changed, held for this transaction. Raises NotFound, Conflict."""
    found = Complaint.objects.visible_to(actor).select_for_update(of=("self",)).filter(uid=uid).first()
    held: Complaint = identity.must_find(found, actor, "complaint", uid)
    if held.sent_at:
        raise Conflict()
    return held


@cache
def _form() -> eforms.Form:
    return eforms.load(json.loads((Path(__file__).parent / "form.json").read_text()))

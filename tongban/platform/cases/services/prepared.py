"""Applications that a room above has filled in: several services that are applied for as one thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import drafting, judging, plan
from tongban.platform.cases.services.submitting import NotDeclared, take_in
from tongban.platform.catalogue.models import Version
from tongban.platform.documents.models import Document
from tongban.platform.eforms import services as eforms
from tongban.platform.parties.models import Party


@dataclass(frozen=True)
class PreparedApplication:
    """An application with everything that is handed in; nothing of it is saved yet.

    version     the definition that is applied for, with its service
    filed_by    id of the account that filled it in
    sources, facts, confirmed   as in every filled-in form
    papers      code of a line -> documents of the applicant
    """

    version: Version
    applicant: Party
    filed_by: int | None
    answers: Mapping[str, Any]
    sources: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    confirmed: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Sequence[Document]] = field(default_factory=dict)


def findings_of(prepared: PreparedApplication) -> list[eforms.Finding]:
    """Return what the checks of the service find in it, and what was applied for or granted already."""
    return judging.findings(_draft(prepared))


def checklist_of(prepared: PreparedApplication) -> drafting.Checklist:
    """Say what is still wrong or missing."""
    return drafting.checklist(_draft(prepared), set(prepared.papers))


@transaction.atomic
def hand_in(*, actor: Actor, prepared: PreparedApplication, key: str, declared: bool) -> Case:
    """Begin, fill in and hand in at once what was prepared. The same key again gives the same case.

    A definition that was superseded since is kept to: whoever prepared it says whether that is fresh enough.
    Raises NotAllowed, NotDeclared, ServiceNoLongerOffered, NotForYou, Incomplete, FactsChanged.
    """
    if actor.kind != "system" and actor.represents != prepared.applicant.pk:
        raise NotAllowed()
    # What is handed in for one applicant is handed in one after the other, as `submit` does it.
    applicant = Party.objects.locked(prepared.applicant.pk)
    if known := Case.objects.with_key(key):
        return known
    if not declared:
        raise NotDeclared()
    if prepared.version.state not in {Version.State.PUBLISHED, Version.State.SUPERSEDED}:
        raise drafting.ServiceNoLongerOffered()
    if not drafting.is_for(prepared.version.service, applicant):
        raise drafting.NotForYou(service=prepared.version.service.name)
    case = _draft(prepared)
    case.key = key
    bulk.insert(case)
    bulk.insert(*_materials(case, prepared))
    contents = [(code, paper.blob.digest) for code, papers in prepared.papers.items() for paper in papers]
    return take_in(changes.track(case), actor, contents)


def _draft(prepared: PreparedApplication) -> Case:
    """Return it as a draft, not saved."""
    service, now = prepared.version.service, clock.now()
    case = Case(
        version=prepared.version,
        department=service.department,
        area=service.department.area,
        applicant=prepared.applicant,
        applicant_name=prepared.applicant.name,
        filed_by_id=prepared.filed_by,
        sources=dict(prepared.sources),
        created_at=now,
        updated_at=now,
    )
    case.answers = plan.of(prepared.version).form.relevant(prepared.answers)
    case.facts, case.confirmed = dict(prepared.facts), dict(prepared.confirmed) or None
    return case


def _materials(case: Case, prepared: PreparedApplication) -> list[Material]:
    """Return the papers as the case keeps them, each a moment after the one before: that is their order."""
    papers = [(code, paper) for code, found in prepared.papers.items() for paper in found]
    now = clock.now()
    return [
        Material(case=case, code=code, document=paper, added_at=now + timedelta(microseconds=number))
        for number, (code, paper) in enumerate(papers)
    ]

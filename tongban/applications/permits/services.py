"""Issue what was granted."""

from collections.abc import Mapping
from typing import Any

from tongban.applications.permits import rules
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.ports import CaseResult
from tongban.platform.documents import services as documents
from tongban.platform.letters import ports as letters
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence


def issue(*, case: Case) -> Licence | None:
    """Issue the licence that a granted case ends with; None where its result is a letter. Twice gives the same one."""
    plan = cases.plan_of(case.version)
    result = plan.guide["result"]
    if case.outcome != "granted" or result["kind"] != "licence":
        return None
    start = case.decided_on or clock.today()
    order, template = _order(case)
    issued = licences.issue(actor=SYSTEM, order=order, template=template)
    if result.get("replaces"):
        for earlier in Licence.objects.held_by(case.applicant, issued.kind).in_force(start).other_than(issued):
            licences.supersede(actor=SYSTEM, licence=earlier, by=issued)
    return issued


def issue_or_wait(*, case: Case) -> Licence | None:
    """Issue as `issue` does; where no typeface has a character of the licence, it waits for one and is told."""
    try:
        return issue(case=case)
    except documents.GlyphMissing as missing:
        result = cases.plan_of(case.version).guide["result"]
        documents.wait_for_glyphs(missing, subject=case.subject, kind=result["licence_kind"], title=result["name"])
        return None


def preview(case: Case) -> CaseResult | None:
    """Show the licence that a granted case will end with, before it is issued."""
    if cases.plan_of(case.version).guide["result"]["kind"] != "licence":
        return None
    order, template = _order(case)
    return CaseResult(order.kind_name, order.face, lambda: licences.preview(order=order, template=template))


def _order(case: Case) -> tuple[licences.Order, str]:
    """Return what is to be issued for a granted case, and the template of its file."""
    plan = cases.plan_of(case.version)
    result, facts = plan.guide["result"], cases.letter_context(case)
    start = case.decided_on or clock.today()
    order = licences.Order(
        kind=result["licence_kind"],
        kind_name=result["name"],
        kind_english=result.get("english", ""),
        kind_code=result["licence_kind_code"],
        number=documents.fill(result["number_format"], facts, title=result["name"]),
        holder=case.applicant,
        issuer=case.department,
        subject=case.subject,
        valid_from=start,
        valid_until=rules.valid_until(result, start),
        face=documents.values(plan.templates["documents/face.md"], facts, title=result["name"]),
        service=case.version.service.code,
        photo=_photo(case, result),
    )
    return order, plan.templates.get("licence.md", letters.TEMPLATES["licence"].text)


def _photo(case: Case, result: Mapping[str, Any]) -> bytes:
    """Return the photograph that goes onto the licence: the material that the definition names, where there is one."""
    document = cases.paper_of(case, result["photo"]) if "photo" in result else None
    return documents.portrait(document) if document else b""

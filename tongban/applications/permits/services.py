"""Issue what was granted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.applications.permits import rules
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
    start = cases.licence_begins(case)
    order, template = _order(case)
    issued = licences.issue(actor=SYSTEM, order=order, template=template)
    if result.get("replaces"):
        for earlier in Licence.objects.held_by(case.applicant, issued.kind).in_force(start).other_than(issued):
            licences.supersede(actor=SYSTEM, licence=earlier, by=issued)
    return issued


def issue_or_wait(*, case: Case) -> Licence | None:
    """Issue as `issue` does, once a fee is paid where there is one.

    Where no typeface has a character of the licence, it waits for one and is told.
    """
    if cases.fee_open(case):
        return None
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
    """Return what is to be issued for a granted case, and the template of its file.

    Where the case acts on a licence, its next version is issued: the number stays, and what the service does not bring.
    """
    plan = cases.plan_of(case.version)
    result, facts = plan.guide["result"], cases.letter_context(case)
    start = cases.licence_begins(case)
    face = plan.templates.get("documents/face.md")
    template = plan.templates.get("licence.md", letters.TEMPLATES["licence"].text)
    if case.licence:
        says = documents.values(face, facts, title=result["name"]) if face else case.licence.face
        return _next_version(case, case.licence, start, says), template
    order = licences.Order(
        kind=result["licence_kind"],
        kind_name=result["name"],
        kind_english=result.get("english", ""),
        kind_code=result["licence_kind_code"],
        number=documents.fill(result["number_format"], facts, title=result["name"]),
        holder=case.applicant,
        issuer=case.department,
        subject=case.subject,
        turn=cases.turn_of(case),
        valid_from=start,
        valid_until=rules.valid_until(result, start),
        face=documents.values(plan.templates["documents/face.md"], facts, title=result["name"]),
        service=case.version.service.code,
        photo=_photo(case, result),
    )
    return order, template


def _next_version(case: Case, former: Licence, start: date, face: Any) -> licences.Order:
    """Return the licence that takes the place of the one that was changed, extended or reissued."""
    plan = cases.plan_of(case.version)
    result, rule = plan.guide["result"], plan.acts_on
    until = rules.extended_until(result, rule, former.valid_until, start) if rule["how"] == "extend" else None
    reissued = rule["how"] == "replace"
    return licences.Order(
        kind=former.kind,
        kind_name=former.kind_name,
        kind_english=former.kind_english,
        kind_code=former.kind_code,
        number=former.number,
        holder=case.applicant,
        issuer=former.issuer,
        subject=case.subject,
        valid_from=former.valid_from if reissued else start,
        valid_until=until if rule["how"] == "extend" else former.valid_until,
        issued_on=former.issued_on if reissued else None,
        face=face,
        turn=cases.turn_of(case),
        service=case.version.service.code,
        photo=_photo(case, result),
        follows=former,
        how=rule["how"],
    )


def _photo(case: Case, result: Mapping[str, Any]) -> bytes:
    """Return the photograph that goes onto the licence: the material that the definition names, where there is one."""
    document = cases.paper_of(case, result["photo"]) if "photo" in result else None
    return documents.portrait(document) if document else b""

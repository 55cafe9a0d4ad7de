"""What several offices ask for arrives as one: one page, answered once, handed to each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.models import BundleApplication, BundleItem, BundlePaper
from tongban.applications.bundles.services import plan, wholes
from tongban.applications.bundles.services.drafting import fetched
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity


class NoSupplementAsked(Refusal):
    message = _("No office is waiting for a supplement to this joint application at the moment.")


@dataclass(frozen=True)
class AskedPoint:
    """One thing that an office asks for. line: code in the merged list, "" for the form."""

    service: str
    line: str
    name: str
    text: str


@dataclass(frozen=True)
class JointSupplement:
    """What all offices together wait for.

    items     those whose cases wait for the applicant
    opened    questions of the merged form that may be answered anew
    lines     lines of the merged list whose papers may be changed
    """

    items: Sequence[BundleItem]
    points: Sequence[AskedPoint]
    opened: frozenset[str]
    lines: Sequence[Mapping[str, Any]]


def asked_of(
    application: BundleApplication, items: Sequence[BundleItem], typed: Mapping[str, Any] | None = None
) -> JointSupplement:
    """Return what is asked for, where the answers are to be these."""
    whole = wholes.of(application, items)
    waiting = [item for item in items if item.case and item.case.state == Case.State.SUPPLEMENT]
    opened, codes, points = set[str](), set[str](), list[AskedPoint]()
    for item in waiting:
        case = _case(item)
        told = _typed_for(whole, item, typed or {})
        opened |= {whole.names[item.key][name] for name in cases.opened(case, told) if name in whole.names[item.key]}
        for line in cases.plan_of(case.version).lines_for({**case.answers, **told}):
            if cases.may_change(case, line["code"]):
                codes.add(wholes.code_of(application, item, line["code"]))
        points += _points(application, item, case)
    lines = [line for line in whole.lines if line["code"] in codes]
    return JointSupplement(waiting, points, frozenset(opened), lines)


def _case(item: BundleItem) -> Case:
    assert item.case is not None
    return item.case


def _typed_for(whole: plan.Whole, item: BundleItem, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {field: typed[name] for field, name in whole.names[item.key].items() if name in typed}


def _points(application: BundleApplication, item: BundleItem, case: Case) -> list[AskedPoint]:
    request = Action.objects.of(case).supplement_requests().newest()
    names = {line["code"]: line["name"] for line in cases.plan_of(case.version).lines}
    return [
        AskedPoint(
            case.version.service.title,
            wholes.code_of(application, item, point["material"]) if point["material"] else "",
            names.get(point["material"], ""),
            point["text"],
        )
        for point in (request.data["points"] if request else [])
    ]


@transaction.atomic
def supplement(*, actor: Actor, uid: str, answers: Mapping[str, Any], note: str = "") -> BundleApplication:
    """Hand in what all offices asked for, each its part, in one transaction.

    answers   to the merged form; only what was asked for
    Raises NotFound, NoSupplementAsked, Incomplete, AnswersNotAskedFor, and what `cases.supplement` raises.
    """
    application = _held(actor, uid)
    items = BundleItem.objects.of(application)
    asked = asked_of(application, items, answers)
    if not asked.items:
        raise NoSupplementAsked()
    whole, papers = wholes.of(application, items), wholes.papers_of(application)
    for item in asked.items:
        case = _case(item)
        _bring_papers(actor, application, item, case, papers)
        cases.supplement(actor=actor, case=case, answers=_typed_for(whole, item, answers), note=note)
    application.answers = whole.asked.relevant({**application.answers, **answers})
    application.updated_at = clock.now()
    application.save(update_fields=["answers", "updated_at"])
    return application


def _bring_papers(
    actor: Actor,
    application: BundleApplication,
    item: BundleItem,
    case: Case,
    papers: Mapping[str, Sequence[Any]],
) -> None:
    """Let the papers of a case that may change follow the merged list."""
    for line in cases.plan_of(case.version).lines_for(case.answers):
        code = line["code"]
        merged = wholes.code_of(application, item, code)
        if not cases.may_change(case, code):
            continue
        wanted = {str(paper.uid) for paper in papers.get(merged, ())}
        there = {str(row.document.uid) for row in Material.objects.current_of(case) if row.code == code}
        for document in sorted(wanted - there):
            cases.reuse(actor=actor, case=case, code=code, document=document)
        for document in sorted(there - wanted):
            cases.remove(actor=actor, case=case, document=document)


def supplement_materials(actor: Actor, application: BundleApplication) -> documents.MaterialList:
    """Return the lines of the merged list that may change now, as the verbs of documents take them."""
    asked = asked_of(application, BundleItem.objects.of(application))
    return documents.MaterialList(
        model=BundlePaper,
        subject=application,
        lines=list(asked.lines),
        owner=application.applicant,
        hold=partial(_hold, actor, application.uid),
        find=partial(fetched, actor, application),
    )


def _hold(actor: Actor, uid: str, line: Mapping[str, Any]) -> None:
    held = BundleApplication.objects.locked(uid)
    if held is None or not held.is_spoken_for_by(actor):
        raise NotFound()
    asked = asked_of(held, BundleItem.objects.of(held))
    if line["code"] not in {one["code"] for one in asked.lines}:
        raise Conflict()


def _held(actor: Actor, uid: str) -> BundleApplication:
    held: BundleApplication = identity.must_find(BundleApplication.objects.locked(uid), actor, "joint application", uid)
    if not held.is_spoken_for_by(actor):
        raise identity.not_found(actor, "joint application", uid)
    return held

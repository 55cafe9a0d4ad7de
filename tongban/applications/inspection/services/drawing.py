"""双随机一公开: bind a draw and publish it, draw with what nobody could know, and publish everything."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.inspection.events import InspectionDrawBound, InspectionDrawn
from tongban.applications.inspection.models import (
    EnforcementOfficer,
    InspectionDraw,
    OfficerConflict,
    SupervisedEntity,
)
from tongban.applications.inspection.rules import drawing
from tongban.applications.inspection.services import inspecting, laws
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity.models import Department

MANAGE = "inspection.manage"
MAX_POOL = 2000
SECRET_LENGTH = 32


class NobodyToDraw(Refusal):
    status = 422
    message = _("There are no objects of this matter in the area, or fewer than two officers with a valid card.")


class NoPairFor(Refusal):
    status = 422
    message = _("For %(name)s fewer than two officers are left after conflicts of interest; %(article)s asks for two.")


class DrawnAlready(Refusal):
    message = _("This draw was made already. It stays as it is.")


class DrawTooEarly(Refusal):
    status = 422
    message = _("What the draw waits for is known from %(day)s on; before that it cannot be made.")


@transaction.atomic
def bind_draw(
    *,
    actor: Actor,
    title: str,
    matter: str,
    department: Department,
    area: str,
    count: int,
    inspect_until: date,
    witness_source: str,
    draw_after: date | None = None,
) -> InspectionDraw:
    """Freeze whom and by whom a draw is made, bind a secret, and publish both digests before anything is drawn.

    witness_source  what will be typed at the draw and nobody can know today, e.g. the number of a public lottery
    draw_after      the day from which it is known, not before tomorrow
    Raises NotAllowed, UnknownSupervisionMatter, NobodyToDraw, NoPairFor, Invalid.
    """
    actor.must_hold(MANAGE, department=department.pk, area=area)
    kinds = laws.matter(matter).kinds
    after = draw_after or clock.today() + timedelta(days=1)
    wrong = {}
    if not title.strip():
        wrong["title"] = [_("Say what is drawn for.")]
    if not witness_source.strip():
        wrong["witness_source"] = [_("Say what will be known only after today, and where anybody can look it up.")]
    if after <= clock.today():
        wrong["draw_after"] = [_("The day of the draw lies after today: what it waits for must not be known yet.")]
    if inspect_until < after:
        wrong["inspect_until"] = [_("Inspections follow the draw.")]
    if count < 1:
        wrong["count"] = [_("At least one object is drawn.")]
    if wrong:
        raise Invalid(wrong)
    entities = list(
        SupervisedEntity.objects.of_department(department, area).listed().of_kinds(kinds).order_by("pk")[:MAX_POOL]
    )
    officers = list(EnforcementOfficer.objects.of_department(department).valid(on=inspect_until))
    if not entities or len(officers) < drawing.PAIR:
        raise NobodyToDraw()
    pool = _pool(entities, officers, count)
    for entity in entities:
        if len(drawing.eligible(pool, str(entity.uid))) < drawing.PAIR:
            raise NoPairFor(name=entity.name, article=laws.article("officers"))
    secret = ids.token(SECRET_LENGTH)
    draw = InspectionDraw.objects.create(
        title=title.strip(),
        matter=matter,
        department=department,
        area=area,
        pool=pool,
        labels={str(entity.uid): entity.name for entity in entities},
        pool_digest=drawing.pool_digest(pool),
        commitment=drawing.commitment(secret, pool),
        secret=secret,
        witness_source=witness_source.strip(),
        inspect_until=inspect_until,
        committed_at=clock.now(),
        draw_after=after,
        actor=actor.name,
    )
    journal.write(InspectionDrawBound(draw.pk, draw.pool_digest, draw.commitment), by=actor, subject=draw.subject)
    return draw


@transaction.atomic
def make_draw(*, actor: Actor, draw: InspectionDraw, witness: str) -> InspectionDraw:
    """Draw with what has become known, publish secret and result, and plan an inspection of each object drawn.

    Raises NotAllowed, DrawnAlready, DrawTooEarly, Invalid.
    """
    actor.must_hold(MANAGE, department=draw.department_id, area=draw.area)
    draw = InspectionDraw.objects.select_for_update(of=("self",)).select_related("department").get(pk=draw.pk)
    if draw.drawn_at:
        raise DrawnAlready()
    if clock.today() < draw.draw_after:
        raise DrawTooEarly(day=draw.draw_after)
    if not witness.strip():
        raise Invalid({"witness": [_("Type what became known, as it was announced.")]})
    pairs = drawing.draw(draw.pool, drawing.seed_of(draw.secret, witness.strip()))
    draw.witness, draw.drawn_at = witness.strip(), clock.now()
    draw.result = [[pair.entity, list(pair.officers)] for pair in pairs]
    draw.save()
    _plan(actor, draw, pairs)
    journal.write(InspectionDrawn(draw.pk, len(pairs)), by=actor, subject=draw.subject)
    return draw


def published(draw: InspectionDraw) -> dict[str, Any]:
    """Return what everybody reads of a draw, and can draw again from: the secret only after the draw."""
    said: dict[str, Any] = {
        "title": draw.title,
        "department": draw.department.name,
        "matter": draw.matter,
        "method": "SHA-256; see rules/drawing.py",
        "pool": draw.pool,
        "labels": draw.labels,
        "pool_digest": draw.pool_digest,
        "commitment": draw.commitment,
        "bound_at": draw.committed_at.isoformat(),
        "witness_source": draw.witness_source,
        "draw_after": draw.draw_after.isoformat(),
    }
    if draw.drawn_at:
        said |= {
            "drawn_at": draw.drawn_at.isoformat(),
            "witness": draw.witness,
            "secret": draw.secret,
            "seed": drawing.seed_of(draw.secret, draw.witness),
            "result": draw.result,
        }
    return said


def faults_of(draw: InspectionDraw) -> list[str]:
    """Return what is wrong with a draw that was made, by drawing it once more; [] where it holds."""
    return drawing.faults(published(draw)) if draw.drawn_at else []


def _pool(entities: Sequence[SupervisedEntity], officers: Sequence[EnforcementOfficer], count: int) -> dict[str, Any]:
    weights = laws.weights()
    known = {entity.pk: str(entity.uid) for entity in entities}
    conflicts = OfficerConflict.objects.among(officer.pk for officer in officers)
    return {
        "entities": [[str(entity.uid), weights[entity.risk]] for entity in entities],
        "officers": [officer.card for officer in officers],
        "conflicts": sorted([one.officer.card, known[one.entity_id]] for one in conflicts if one.entity_id in known),
        "count": count,
    }


def _plan(actor: Actor, draw: InspectionDraw, pairs: Sequence[drawing.DrawnPair]) -> None:
    entities = {str(one.uid): one for one in SupervisedEntity.objects.filter(uid__in=[pair.entity for pair in pairs])}
    cards = {card for pair in pairs for card in pair.officers}
    officers = {one.card: one for one in EnforcementOfficer.objects.with_names().filter(card__in=cards)}
    method = laws.matter(draw.matter).methods[0]
    for pair in pairs:
        first, second = (officers[card] for card in pair.officers)
        inspecting.enter_plan(
            actor,
            entity=entities[pair.entity],
            matter=draw.matter,
            method=method,
            officers=(first, second),
            planned_on=draw.inspect_until,
            origin="draw",
            draw=draw,
        )

"""The cases that somebody reaches, newest first, in pages whose cost does not grow with the number of cases."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from django.db.models import BigIntegerField, QuerySet

from tongban.infrastructure.database.ready import Place
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.paging import Page, by_key, kept
from tongban.platform.cases.models import Case, Participation


def listed(*, actor: Actor, params: Mapping[str, str], text: str = "", state: str = "") -> Page[Case]:
    """Return the page of cases that `params` (request.GET) asks for.

    text    the beginning of a number, or of an applicant's name
    The departments that take part in a case are read one by one, each from its own index: what all of them hold
    together is what `Case.objects.visible_to` says. A search begins at what was typed instead.
    """
    if not text and Participation.objects.parts_for(actor) is not None:
        lines = kept(("departments", actor.grants, state), partial(_departments, actor, state))
        found = by_key(lines, params, order=("-submitted_at", "-case_id"), key="case_id")
        return Page([line.case for line in found.rows], found.next, found.previous)
    cases = Case.objects.visible_to(actor).submitted_by_people().with_line()
    if text:
        cases = cases.found_by(text)
    if state:
        cases = cases.in_state(state)
    page: Page[Case] = by_key(cases, params, order=("-submitted_at", "-id"), filled=("submitted_at",))
    return page


def own(*, actor: Actor, params: Mapping[str, str]) -> Page[Case]:
    """Return the page that `params` asks for of the cases which the actor, or whom they act for, has handed in."""
    if not actor.stands_for:
        return Page([])
    if actor.grants:
        cases = Case.objects.visible_to(actor).filter(applicant=actor.stands_for).submitted_by_people().with_line()
        return by_key(cases, params, order=("-submitted_at", "-id"), filled=("submitted_at",))
    cases_of = kept(("own", actor.services), partial(_own, actor.services)).at(applicant=actor.stands_for)
    return by_key(cases_of, params, order=("-submitted_at", "-id"), filled=("submitted_at",))


def _departments(actor: Actor, state: str) -> list[QuerySet[Participation]]:
    parts = Participation.objects.parts_for(actor) or []
    return [(part.in_state(state) if state else part).with_lines() for part in parts]


def _own(services: tuple[str, ...]) -> list[QuerySet[Case]]:
    applicant: Any = Place("applicant", BigIntegerField())
    asking = Actor("person", party=cast(int, applicant), services=services)
    return [Case.objects.visible_to(asking).submitted_by_people().with_line()]

"""The cases that somebody reaches, newest first, in pages whose cost does not grow with the number of cases."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar, cast

from django.db.models import BigIntegerField, QuerySet

from tongban.infrastructure.database.ready import Place
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.paging import Joined, List, Page, by_key, kept
from tongban.platform.cases.models import PAGE, Action, Case, CaseLine, DraftLine, Participation
from tongban.platform.parties.services import Identity

Row = TypeVar("Row")


def listed(*, actor: Actor, params: Mapping[str, str], text: str = "", state: str = "") -> Page[CaseLine]:
    """Return the page of cases that `params` (request.GET) asks for.

    text    the beginning of a number, or of an applicant's name
    The departments that take part in a case are read one by one, each from its own index: what all of them hold
    together is what `Case.objects.visible_to` says. A search begins at what was typed instead.
    """
    if not text and Participation.objects.parted_for(actor):
        places = kept(("departments", actor.grants, state), partial(_departments, actor, state))
        found = by_key(places, params, order=("-submitted_at", "-case_id"), size=PAGE, key="case_id")
        lines = Case.objects.lines_of(place.case_id for place in found.rows)
        rows = [lines[place.case_id] for place in found.rows]
        return Page(rows, found.next, found.previous, found.unread)
    cases = Case.objects.visible_to(actor).submitted_by_people()
    if text:
        cases = cases.found_by(text)
    if state:
        cases = cases.in_state(state)
    return by_key(cases.lines(), params, order=("-submitted_at", "-id"), size=PAGE, filled=("submitted_at",))


def own(*, actor: Actor, params: Mapping[str, str], names: Sequence[Identity] = ()) -> Page[CaseLine]:
    """Return the page that `params` asks for of the cases handed in by the actor, or by whom they act for.

    names   where somebody may act for several: all those whose cases are wanted
    """
    if not actor.stands_for:
        return Page([])
    if not _is_an_applicant(actor):
        cases = Case.objects.spoken_for_by(actor).submitted_by_people()
        return by_key(cases.lines(), params, order=("-submitted_at", "-id"), filled=("submitted_at",))
    handed_in = Joined([_kept("own", _own, each) for each in _each(actor, names)])
    return by_key(handed_in, params, order=("-submitted_at", "-id"), filled=("submitted_at",))


def waiting_for_applicant(*, actor: Actor) -> list[tuple[CaseLine, date | None]]:
    """Return the cases that wait for a supplement of the actor, or of whom they act for, and when it was asked for."""
    found = list(Case.objects.spoken_for_by(actor).in_state(Case.State.SUPPLEMENT).lines()[:PAGE])
    if not found:
        return []
    asked = Action.objects.among([line.id for line in found]).asked_for_supplement().values_list("case_id", "on")
    days = dict(asked)
    return [(line, days.get(line.id)) for line in found]


def drafts(*, actor: Actor, names: Sequence[Identity] = ()) -> list[DraftLine]:
    """Return the drafts last changed of the actor, or of whom they act for; names as in `own`."""
    if not actor.stands_for:
        return []
    if not _is_an_applicant(actor):
        return list(Case.objects.spoken_for_by(actor).draft_lines()[:PAGE])
    # Not turned page by page, so the cursor of the page that the request asks for is none of its business.
    begun = Joined([_kept("drafts", _drafts, each) for each in _each(actor, names)])
    return by_key(begun, {}, order=("-updated_at",), size=PAGE).rows


def _each(actor: Actor, names: Sequence[Identity]) -> list[Actor]:
    return [name.actor(actor) for name in names] or [actor]


def _kept(what: str, parts: Callable[[tuple[str, ...]], list[QuerySet[Case, Row]]], actor: Actor) -> List[Row]:
    return kept((what, actor.services), partial(parts, actor.services)).at(applicant=actor.stands_for)


def _drafts(services: tuple[str, ...]) -> list[QuerySet[Case, DraftLine]]:
    return [Case.objects.spoken_for_by(_applicant(services)).draft_lines()]


def _departments(actor: Actor, state: str) -> list[QuerySet[Participation]]:
    parts = Participation.objects.parts_for(actor) or []
    return [(part.in_state(state) if state else part).with_places() for part in parts]


def _own(services: tuple[str, ...]) -> list[QuerySet[Case, CaseLine]]:
    # Drafts have no such time, and stand before everything else in PostgreSQL's index.
    handed_in = (
        Case.objects.spoken_for_by(_applicant(services)).submitted_by_people().filter(submitted_at__isnull=False)
    )
    return [handed_in.lines()]


def _is_an_applicant(actor: Actor) -> bool:
    """Say whether the actor sees what is theirs, or their principal's, and nothing more or less."""
    return actor.kind == "person" and not actor.grants


def _applicant(services: tuple[str, ...]) -> Actor:
    applicant: Any = Place("applicant", BigIntegerField())
    return Actor("person", party=cast(int, applicant), services=services)

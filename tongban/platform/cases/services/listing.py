"""The cases that somebody reaches, narrowed and ordered, in pages whose cost does not grow with the number of cases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import Page, cached_list, keyset_page
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CasesExported
from tongban.platform.cases.models import PAGE, Action, Case, CaseQuerySet, CaseRow, DraftRow, Participation
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity import services as identity
from tongban.platform.parties.services import Representation
from tongban.platform.workflow.models import NO_LIMIT

Row = TypeVar("Row")
# So many cases leave the house in one table.
MAX_EXPORTED = 5000
# lateness -> states in which a case can have it
LATE = {
    "over": ("submitted", "accepted"),
    "today": ("submitted", "accepted"),
    "soon": ("submitted", "accepted"),
    "still": ("supplement", "accepted"),
}
IN_HAND = ("submitted", "supplement", "accepted")


@dataclass(frozen=True)
class Narrowed:
    """What somebody wants to see of a list; "" and None for all.

    service      catalogue code
    department   id of one that takes part, and through which the case is reached
    late         over: the last day has passed; today; soon: within three working days, today among them; still: no
                 clock runs
    by_day       the soonest last day first, only of cases in hand; otherwise the newest first
    """

    state: str = ""
    service: str = ""
    department: int | None = None
    late: str = ""
    by_day: bool = False

    @property
    def days_count(self) -> bool:
        return self.by_day or bool(self.late)

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which a case of a list by days can be."""
        able = LATE.get(self.late, IN_HAND)
        return tuple(state for state in able if not self.state or state == self.state)


class TooManyToExport(Refusal):
    status = 422
    message = _("There are more than %(most)s cases. Filter the list by service or state, and export it in parts.")


def days_of(late: str) -> tuple[date | None, date] | None:
    """Return the first and last day of a lateness, None for no first; None for all."""
    return (NO_LIMIT, NO_LIMIT) if late == "still" else deadlines.days_of(late)


def listed(
    *, actor: Actor, params: Mapping[str, str], text: str = "", state: str = "", only: Narrowed | None = None
) -> Page[CaseRow]:
    """Return the page of cases that `params` (request.GET) asks for.

    text    the beginning of a number, or of an applicant's name; what is found stands newest first
    only    what else is wanted; `state` is the same as in it
    The departments that take part in a case are read one by one, each from its own index: what all of them hold
    together is what `Case.objects.visible_to` says. A search begins at what was typed instead.
    """
    only = only or Narrowed(state=state)
    plain = replace(only, state="") == Narrowed()
    if text or (plain and not Participation.objects.parted_for(actor)):
        cases = _narrowed(Case.objects.visible_to(actor).submitted_by_people(), only)
        cases = cases.found_by(text) if text else cases
        return keyset_page(cases.rows(), params, order=("-submitted_at", "-id"), size=PAGE, not_null=("submitted_at",))
    parts = partial(_departments, only=only)
    keys = cached_list(("cases:departments", only.state), actor, parts) if plain else parts(actor)
    order = ("due_on", "case_id") if only.days_count else ("-submitted_at", "-case_id")
    found = keyset_page(
        keys, params, order=order, size=PAGE, key="case_id", not_null=("due_on",), within=days_of(only.late)
    )
    rows_by_id = Case.objects.rows_of(row.case_id for row in found.rows)
    rows = [rows_by_id[row.case_id] for row in found.rows]
    return Page(rows, found.next, found.previous, found.unread)


def exported(
    *, actor: Actor, purpose: str, asked: Mapping[str, str], text: str = "", only: Narrowed | None = None
) -> list[CaseRow]:
    """Return the cases of a list for a copy of it, and write down who takes it, what for, and of whom.

    asked   filter → what was chosen, for the record; what was searched for is not kept, it may be a name
    Only what the duty to read cases reaches leaves the house. Raises NotAllowed, TooManyToExport.
    """
    actor.must_hold("cases.read")
    found = [line for page in _pages(actor.holding("cases.read"), text, only) for line in page]
    fact = CasesExported(cases=len(found), asked=dict(asked))
    applicants = {line.applicant for line in found}
    office = identity.office_of(actor)
    # Only now: where one writes at a time, nobody waits until a long list is read.
    with transaction.atomic():
        journal.write_reading(fact, by=actor, of=applicants, office=office, subject="cases:list", reason=purpose)
    return found


def _pages(actor: Actor, text: str, only: Narrowed | None) -> Iterator[list[CaseRow]]:
    params, count = QueryDict(), 0
    while True:
        page = listed(actor=actor, params=params, text=text, only=only)
        count += len(page.rows)
        if count > MAX_EXPORTED:
            raise TooManyToExport(most=MAX_EXPORTED)
        yield page.rows
        if not page.next:
            return
        params = QueryDict(page.next)


def submitted_by_me(*, actor: Actor, params: Mapping[str, str], names: Sequence[Representation] = ()) -> Page[CaseRow]:
    """Return the page that `params` asks for of the cases handed in by the actor, or by whom they act for.

    names   where somebody may act for several: all those whose cases are wanted
    """
    if not actor.represents:
        return Page([])
    if not _is_an_applicant(actor):
        cases = Case.objects.spoken_for_by(actor).submitted_by_people()
        return keyset_page(cases.rows(), params, order=("-submitted_at", "-id"), not_null=("submitted_at",))
    handed_in = [found for each in _each(actor, names) for found in cached_list("cases:own", each, _own)]
    return keyset_page(handed_in, params, order=("-submitted_at", "-id"), not_null=("submitted_at",))


def waiting_for_applicant(*, actor: Actor) -> list[tuple[CaseRow, date | None]]:
    """Return the cases that wait for a supplement of the actor, or of whom they act for, and when it was asked for."""
    found = list(Case.objects.spoken_for_by(actor).in_state(Case.State.SUPPLEMENT).rows()[:PAGE])
    if not found:
        return []
    asked = Action.objects.among([line.id for line in found]).supplement_requests().values_list("case_id", "on")
    days = dict(asked)
    return [(line, days.get(line.id)) for line in found]


def drafts(*, actor: Actor, names: Sequence[Representation] = ()) -> list[DraftRow]:
    """Return the drafts last changed of the actor, or of whom they act for; names as in `own`."""
    if not actor.represents:
        return []
    if not _is_an_applicant(actor):
        return list(Case.objects.spoken_for_by(actor).draft_rows()[:PAGE])
    # Not turned page by page, so the cursor of the page that the request asks for is none of its business.
    begun = [found for each in _each(actor, names) for found in cached_list("cases:drafts", each, _drafts)]
    return keyset_page(begun, {}, order=("-updated_at", "-id"), size=PAGE).rows


def _each(actor: Actor, names: Sequence[Representation]) -> list[Actor]:
    return [name.actor(actor) for name in names] or [actor]


def _drafts(actor: Actor) -> list[QuerySet[Case, DraftRow]]:
    return [Case.objects.spoken_for_by(actor).draft_rows()]


def _departments(actor: Actor, only: Narrowed) -> list[QuerySet[Participation]]:
    parts = Participation.objects.parts_by_department(actor, only.department, filed=Case.objects.spoken_for_by(actor))
    if only.service:
        parts = [part.for_service(only.service) for part in parts]
    if only.days_count:
        # State by state: an index holds the days of each in order.
        parts = [part.in_hand().in_state(state) for part in parts for state in only.states]
    elif only.state:
        parts = [part.in_state(only.state) for part in parts]
    return [part.only_sort_keys() for part in parts]


def _narrowed(cases: CaseQuerySet, only: Narrowed) -> CaseQuerySet:
    """Narrow what a search finds, which is little, as the lists are narrowed."""
    if only.state:
        cases = cases.in_state(only.state)
    if only.service:
        cases = cases.for_service(only.service)
    if only.department:
        cases = cases.with_department(only.department)
    days = days_of(only.late)
    return cases.watched_within(*days) if days else cases


def _own(actor: Actor) -> list[QuerySet[Case, CaseRow]]:
    # Drafts have no such time, and stand before everything else in PostgreSQL's index.
    handed_in = Case.objects.spoken_for_by(actor).submitted_by_people().filter(submitted_at__isnull=False)
    return [handed_in.rows()]


def _is_an_applicant(actor: Actor) -> bool:
    """Say whether the actor sees what is theirs, or their principal's, and nothing more or less."""
    return actor.kind == "person" and not actor.grants

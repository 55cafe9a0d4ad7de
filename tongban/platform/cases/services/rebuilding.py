"""Every row of a case is the projection of its actions: recompute it, and say where the two differ."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from typing import Any, NamedTuple

from django.db import transaction

from tongban.infrastructure.database import changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseRebuilt
from tongban.platform.cases.models import Action, Case, Participation, StatusRow, among
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import lock, status_rows
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines

# Days by which nobody is held any more are history once a case is past them: a later calendar does not change them.
DAYS = {
    "acceptance_due_on": {"submitted"},
    "promised_due_on": {"accepted"},
    "statutory_due_on": {"accepted"},
    "applicant_due_on": {"supplement", "accepted"},
}
# So many cases are compared at a time: three questions for all of them.
PART = 2000


class ProjectionDifference(NamedTuple):
    """A field of a case that is not what its actions say. number: of the case; field: also "participation.state"."""

    case: int
    number: str
    field: str
    kept: Any
    computed: Any


def differences(pk: int) -> list[ProjectionDifference]:
    """Return where a case that was handed in differs from what its actions say; [] where it does not."""
    return list(_differences([pk]))


@transaction.atomic
def rebuild(*, pk: int) -> list[ProjectionDifference]:
    """Write what the actions of a case say in the place of what was kept, with a fact; return what differed."""
    case = lock(pk=pk)
    found = differences(pk)
    if not found:
        return []
    for difference in found:
        if difference.field in rules.CaseStatus.__dataclass_fields__:
            setattr(case, difference.field, difference.computed)
    case.revision += 1
    changes.write(case)
    Participation.objects.sync_state(case.pk, state=case.state, due_on=case.watched_on)
    fields = sorted({difference.field for difference in found})
    journal.write(CaseRebuilt(case.pk, str(case.number), fields), by=SYSTEM, subject=case.subject)
    return found


def all_differences(*, write: bool = False) -> Iterator[ProjectionDifference]:
    """Go through every case that was handed in, part by part. write: mend what differs, each case by itself."""
    after = 0
    while keys := Case.objects.submitted_keys(after=after, limit=PART):
        found = list(_differences(keys))
        if write:
            for pk in dict.fromkeys(difference.case for difference in found):
                yield from rebuild(pk=pk)
        else:
            yield from found
        after = keys[-1]


def _differences(keys: list[int]) -> Iterator[ProjectionDifference]:
    """Compare these cases, which follow each other in the order of their keys."""
    cases = status_rows(Case.objects.submitted_by_people().filter(among(keys, "pk")))
    done = Action.objects.steps_of(keys)
    strays = Participation.objects.strays(keys)
    plans = plan.of_digests(row.definition for row in cases)
    limits = cache(lambda digest: plans[digest].limits)
    calendar = deadlines.RememberedCalendar(codes.calendar())
    for row in cases:
        known = [(kind, on) for kind, on in done.get(row.id, ()) if kind in steps.STEPS]
        computed = steps.project(known, limits(row.definition), calendar)
        if computed != row.status:
            yield from _differing(row, computed)
        for state in strays.get(row.id, ()):
            yield ProjectionDifference(row.id, row.number, "participation.state", state, computed.state)


def _differing(row: StatusRow, computed: rules.CaseStatus) -> Iterable[ProjectionDifference]:
    kept = asdict(row.status)
    return [
        ProjectionDifference(row.id, row.number, name, kept[name], value)
        for name, value in asdict(computed).items()
        if value != kept[name] and row.status.state in DAYS.get(name, {row.status.state})
    ]

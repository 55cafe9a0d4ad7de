"""Every row of a case is the projection of its actions: recompute it, and say where the two differ."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from django.db import transaction

from tongban.infrastructure.database import changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseRebuilt
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import lock, status_of
from tongban.platform.codes import services as codes

# Days by which nobody is held any more are history once a case is past them: a later calendar does not change them.
DAYS = {
    "acceptance_due_on": {"submitted"},
    "promised_due_on": {"accepted"},
    "statutory_due_on": {"accepted"},
    "applicant_due_on": {"supplement", "accepted"},
}


class ProjectionDifference(NamedTuple):
    """A field of a case that is not what its actions say. number: of the case; field: also "participation.state"."""

    case: int
    number: str
    field: str
    kept: Any
    computed: Any


def differences(pk: int) -> list[ProjectionDifference]:
    """Return where a case that was handed in differs from what its actions say; [] where it does not."""
    case = Case.objects.with_version().get(pk=pk)
    return _differences(case, _projected(case))


@transaction.atomic
def rebuild(*, pk: int) -> list[ProjectionDifference]:
    """Write what the actions of a case say in the place of what was kept, with a fact; return what differed."""
    case = lock(pk=pk)
    computed = _projected(case)
    found = _differences(case, computed)
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
    """Go through every case that was handed in, each by itself. write: mend what differs."""
    for pk in Case.objects.submitted_by_people().order_by("pk").values_list("pk", flat=True).iterator():
        yield from rebuild(pk=pk) if write else differences(pk)


def _projected(case: Case) -> rules.CaseStatus:
    done = Action.objects.of(case).values_list("kind", "on")
    known = [(kind, on) for kind, on in done if kind in steps.STEPS]
    return steps.project(known, plan.of(case.version).limits, codes.calendar())


def _differences(case: Case, computed: rules.CaseStatus) -> list[ProjectionDifference]:
    number, kept = str(case.number), asdict(status_of(case))
    found = [
        ProjectionDifference(case.pk, number, name, kept[name], value)
        for name, value in asdict(computed).items()
        if value != kept[name] and case.state in DAYS.get(name, {case.state})
    ]
    parts = Participation.objects.filter(case=case)
    stray = {part.state for part in parts} - {computed.state}
    return found + [
        ProjectionDifference(case.pk, number, "participation.state", state, computed.state) for state in stray
    ]

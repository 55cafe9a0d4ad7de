"""A changed rule: new limits of a service that also count for open cases; their last days are counted anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseLimitsChanged
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import act, lock, status_of
from tongban.platform.cases.services.recounting import DAYS, MovedCase, move_tasks
from tongban.platform.catalogue.models import Version
from tongban.platform.codes import services as codes

OPEN = frozenset({Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED})


def limit_open_cases(version: Version) -> int:
    """Let the limits of a published version count for open cases, where it says so; return how many it moved.

    Each case is a transaction of its own. A case that a shorter limit would make late at once keeps its own.
    """
    return sum(limit_case(pk=pk, version=version) for pk in _concerned(version))


@transaction.atomic
def limit_case(*, pk: int, version: Version) -> bool:
    """Let the limits of a version count for one case; say whether they do from now on. Twice changes nothing."""
    case, there = lock(pk=pk), plan.of(version)
    if case.state not in OPEN or case.limited_by_id == version.pk or case.version.number >= version.number:
        return False
    before = status_of(case)
    lost = steps.project(_done(case), there.limits, codes.calendar()).lost_days
    after = rules.counted_anew(replace(before, lost_days=lost), there.limits, codes.calendar())
    if _late_at_once(before, after):
        return False
    days = {name: day for name in DAYS if (day := getattr(after, name)) and day != getattr(before, name)}
    kind = "promise_changed" if "promised_due_on" in days else "limits_changed"
    case.limited_by, case.unit, case.lost_days = version, there.limits.unit, lost
    told = {name: day.isoformat() for name, day in days.items()}
    source = str(there.limits_open_cases.get("source", ""))
    act(case, kind, actor=SYSTEM, opinion=source, data={**told, "version": version.number})
    if days:
        move_tasks([MovedCase(case.pk, before, after, days)])
    journal.write(CaseLimitsChanged(case.pk, str(case.number), version.number, **told), by=SYSTEM, subject=case.subject)
    return True


def _concerned(version: Version) -> Iterator[int]:
    rule = plan.of(version).limits_open_cases
    if not rule:
        return
    since = date.fromisoformat(rule["accepted_from"])
    found = Case.objects.filter(version__service=version.service_id, state__in=sorted(OPEN)).exclude(version=version)
    for pk, accepted_on in list(found.order_by("pk").values_list("pk", "accepted_on")):
        if accepted_on is None or accepted_on >= since:
            yield pk


def _done(case: Case) -> list[tuple[str, date]]:
    return [(kind, on) for kind, on in Action.objects.steps_of([case.pk]).get(case.pk, ()) if kind in steps.STEPS]


def _late_at_once(before: rules.CaseStatus, after: rules.CaseStatus) -> bool:
    """Say whether a last day would be over by the new limits that is not over by the old ones."""
    today = clock.today()
    pairs = [(getattr(before, name), getattr(after, name)) for name in DAYS]
    return any(old and new and new < today <= old for old, new in pairs)

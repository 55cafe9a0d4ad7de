"""A joint application follows its cases: what waits begins, the joint clock is counted, the whole ends."""

from typing import Any

from tongban.applications.bundles import services as bundles
from tongban.infrastructure.journal import services as journal
from tongban.platform.cases import events

FOLLOWED = (
    events.CaseAccepted,
    events.CaseNotAccepted,
    events.CaseWithdrawn,
    events.CaseLapsed,
    events.CaseTerminated,
    events.CaseForwarded,
    events.CaseCompleted,
    events.CommitmentChecked,
    events.ProcedureEnded,
    events.HearingHeld,
    events.CaseDaysMoved,
    events.CaseLimitsChanged,
)


def _follow(event: type) -> None:
    def advance(fact: Any) -> None:
        bundles.advance(case=fact.case_id)

    # Jobs are called by name, so each fact has a reaction of its own.
    advance.__name__ = f"advance_on_{event.__name__}"
    journal.on(event)(advance)


for event in FOLLOWED:
    _follow(event)

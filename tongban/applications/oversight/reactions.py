"""What officials do is judged a moment later; who handed something in waits for nothing here."""

from tongban.applications.oversight import services as oversight
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.platform.cases.events import (
    CaseAccepted,
    CaseDecided,
    CaseNotAccepted,
    CasesExported,
    SupplementRequested,
)


@journal.on(CaseAccepted)
def judge_acceptance(event: CaseAccepted) -> None:
    oversight.examine(ids=[event.case_id])


@journal.on(CaseNotAccepted)
def judge_non_acceptance(event: CaseNotAccepted) -> None:
    oversight.examine(ids=[event.case_id])


@journal.on(SupplementRequested)
def judge_supplement_request(event: SupplementRequested) -> None:
    oversight.examine(ids=[event.case_id])


@journal.on(CaseDecided)
def judge_decision(event: CaseDecided) -> None:
    oversight.examine(ids=[event.case_id])


@journal.on(CasesExported)
def judge_export(event: CasesExported) -> None:
    oversight.examine_exports(day=clock.today())

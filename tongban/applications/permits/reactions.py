from tongban.applications.permits import services as permits
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases.events import CaseDecided, FeePaid
from tongban.platform.cases.models import Case
from tongban.platform.documents.events import GlyphsAdded


@journal.on(CaseDecided, atomic=False)
def issue_licence(event: CaseDecided) -> None:
    if event.granted:
        permits.issue_or_wait(case=Case.objects.get_with_related(event.case_id))


@journal.on(FeePaid, atomic=False)
def issue_licence_once_paid(event: FeePaid) -> None:
    permits.issue_or_wait(case=Case.objects.get_with_related(event.case_id))


@journal.on(GlyphsAdded, atomic=False)
def issue_licence_that_waited(event: GlyphsAdded) -> None:
    if pk := Subject.parse(event.origin).number("case"):
        permits.issue_or_wait(case=Case.objects.get_with_related(pk))

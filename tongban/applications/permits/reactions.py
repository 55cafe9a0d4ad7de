from tongban.applications.permits import services as permits
from tongban.infrastructure.journal import services as journal
from tongban.platform.cases import ports
from tongban.platform.cases.events import CaseDecided
from tongban.platform.cases.models import Case

ports.register(permits.preview)


@journal.on(CaseDecided, atomic=False)
def issue_licence(event: CaseDecided) -> None:
    if event.granted:
        permits.issue(case=Case.objects.standing(event.case_id))

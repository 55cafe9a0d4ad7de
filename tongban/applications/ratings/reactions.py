from tongban.applications.ratings import services as ratings
from tongban.infrastructure.journal import services as journal
from tongban.platform.cases.events import CaseCompleted
from tongban.platform.cases.models import Case


@journal.on(CaseCompleted)
def invite_to_rate(event: CaseCompleted) -> None:
    ratings.invite(case=Case.objects.get_with_related(event.case_id))

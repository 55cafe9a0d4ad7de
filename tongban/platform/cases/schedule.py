from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case


@jobs.periodic(timedelta(minutes=10))
def accept_what_nobody_answered() -> None:
    """Silence for five working days means accepted (行政许可法 art. 32)."""
    for case in Case.objects.silent(on=clock.today()).iterator():
        cases.deem_accepted(case=case)

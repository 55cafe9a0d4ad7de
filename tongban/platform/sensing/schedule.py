from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.sensing import services as sensing


@jobs.periodic(timedelta(seconds=1))
def look_at_what_is_due() -> None:
    """Judge what time alone may have changed: durations, absences, clearing, escalation, schedules."""
    sensing.look_at_due()


@jobs.periodic(timedelta(hours=6))
def forget_what_is_old() -> None:
    """Forget readings and frames whose time is over; what was summed up of them stays."""
    sensing.forget_old()


@jobs.periodic(timedelta(hours=6))
def make_months() -> None:
    """Make the parts of the readings' table that the coming months will want."""
    sensing.make_months()

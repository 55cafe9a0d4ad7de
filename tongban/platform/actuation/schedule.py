from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.actuation import services as actuation


@jobs.periodic(timedelta(seconds=1))
def look_at_due_commands() -> None:
    """Send commands, ask what came of them, release them: what waits, by the clock."""
    actuation.look_at_due()

from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.seals import services as seals


@jobs.periodic(timedelta(minutes=5))
def judge_files_again() -> None:
    """Judge files anew for which other certificates are trusted by now, or keys were revoked."""
    seals.judge_again()

from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.payments import services as payments
from tongban.platform.payments.services import refunding


@jobs.periodic(timedelta(seconds=15))
def ask_about_payments() -> None:
    """What a channel does not tell is asked."""
    payments.ask_channels()


@jobs.periodic(timedelta(seconds=30))
def ask_about_refunds() -> None:
    refunding.ask_about_refunds()


@jobs.periodic(timedelta(hours=1))
def compare_with_channels() -> None:
    payments.compare_yesterday()

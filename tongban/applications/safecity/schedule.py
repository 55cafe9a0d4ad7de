"""The door for the clock: silent devices, missed checkpoints, alarms nobody confirmed, terms that are over."""

from datetime import timedelta

from tongban.applications.safecity import services as safecity
from tongban.infrastructure.jobs import services as jobs


@jobs.periodic(timedelta(seconds=30))
def find_silent_devices() -> None:
    safecity.find_silent()


@jobs.periodic(timedelta(minutes=1))
def find_missed_checkpoints() -> None:
    safecity.find_missed()


@jobs.periodic(timedelta(minutes=1))
def let_outside_alarms_expire() -> None:
    safecity.expire()


@jobs.periodic(timedelta(minutes=15))
def let_orders_end() -> None:
    safecity.keep_terms()

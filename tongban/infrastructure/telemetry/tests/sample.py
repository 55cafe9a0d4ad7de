"""What the laws need to know of telemetry."""

from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.telemetry.models import Heartbeat


def make(town: Town) -> None:
    telemetry.record_heartbeat("worker")


sample = Sample(make=make, small=(Heartbeat,))

"""What the laws need to know of telemetry."""

from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.telemetry.models import Pulse


def make(town: Town) -> None:
    telemetry.beat("worker")


sample = Sample(make=make, small=(Pulse,))

"""What the laws need to know of telemetry."""

from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.telemetry.models import Heartbeat


def make(city: SampleCity) -> None:
    telemetry.record_heartbeat("worker")


sample = Sample(make=make, small=(Heartbeat,), whole=("/metrics", "/readyz"))

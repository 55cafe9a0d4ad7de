"""What the laws need to know of crypto."""

from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.crypto.models import Key, Secret


def make(city: SampleCity) -> None:
    Secret.objects.create(name="sample", value="worth nothing")


sample = Sample(make=make, small=(Secret, Key))

"""What the laws need to know of crypto."""

from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.crypto.models import Key, Secret


def make(town: Town) -> None:
    Secret.objects.create(name="sample", value="worth nothing")


sample = Sample(make=make, small=(Secret, Key))

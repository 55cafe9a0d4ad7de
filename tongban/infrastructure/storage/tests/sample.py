"""What the laws need to know of storage."""

from tests.copies import copies
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.models import Blob, Damage


def make(city: SampleCity) -> None:
    blob = storage.save(b"lost since", "text/plain")
    Damage.objects.create(blob=blob, how="missing", found_at=clock.now())


def many(city: SampleCity, number: int) -> None:
    blobs = copies(Blob.objects.all()[0], number)
    copies(Damage(how="missing", found_at=clock.now()), number, blob_id=lambda n: blobs[n].pk)


sample = Sample(make=make, many=many)

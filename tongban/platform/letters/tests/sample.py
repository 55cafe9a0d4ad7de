"""What the laws need to know of letters."""

from tests.copies import copies, earlier, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.letters import services as letters
from tongban.platform.letters.models import Letter
from tongban.platform.letters.tests import orders


def make(city: SampleCity) -> None:
    department = Department.objects.get(key="market-regulation")
    letters.issue(orders.notice(owner=city.company, department=department))


def many(city: SampleCity, number: int) -> None:
    letter, now = Letter.objects.on_occasion(orders.SUBJECT, orders.OCCASION), clock.now()
    issued = copies(Document.objects.get(pk=letter.document_id), number, created_at=earlier(now), key=None)
    copies(letter, number, subject=lambda _n: f"matter:{token(12)}", document_id=lambda n: issued[n].pk)


sample = Sample(make=make, many=many)

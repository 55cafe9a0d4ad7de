"""What the laws need to know of the ledger: it is kept for other rooms, and no page shows it."""

from tests.copies import copies
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.platform.ledger import services as ledger
from tongban.platform.ledger.models import LedgerAccount, LedgerHold, LedgerMove


def make(city: SampleCity) -> None:
    ledger.open_account(code="sample:source", unit="seat", floor=None)
    ledger.open_account(code="sample:seats", unit="seat")
    ledger.move(
        key="sample", giver="sample:source", taker="sample:seats", amount=10, reason="opened", subject="sample:1"
    )
    ledger.hold(key="sample", account="sample:seats", amount=2, subject="sample:1")


def many(city: SampleCity, number: int) -> None:
    copies(LedgerAccount.objects.get(code="sample:seats"), number, held=0)
    copies(LedgerMove.objects.get(key="sample"), number)
    copies(LedgerHold.objects.get(key="sample"), number)


sample = Sample(make=make, many=many)

"""What payments supply to rooms below: what a bill is called, and which channels are connected."""

from collections.abc import Collection, Mapping
from functools import partial

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Receipt


def _bills(numbers: Collection[int]) -> Mapping[int, str]:
    return dict(Bill.objects.filter(pk__in=numbers).values_list("pk", "code"))


def _receipts(numbers: Collection[int]) -> Mapping[int, str]:
    return dict(Receipt.objects.filter(pk__in=numbers).values_list("pk", "number"))


def _bill_of(word: str) -> int | None:
    bill = Bill.objects.coded(word)
    return bill.pk if bill else None


subjects.register("bill", _bills, _bill_of)
subjects.register("receipt", _receipts)
for key in ("wechat", "alipay"):
    telemetry.connection(
        key,
        payments.TITLES[key],
        in_use=partial(payments.described, key),
        check=partial(payments.problems_of, key),
    )

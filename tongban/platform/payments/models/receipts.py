"""Electronic receipts of the treasury (财政电子票据)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import MAX_PARTY_NAME
from tongban.platform.payments.models.bills import Bill
from tongban.platform.payments.models.payments import Payment


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def of(self, bill: Bill) -> Self:
        """Return the receipts of a bill, the first one first."""
        return self.filter(payment__bill=bill).select_related("document__blob", "reverses").order_by("pk")

    def of_payment(self, payment: Payment) -> Self:
        return self.filter(payment=payment).order_by("pk")

    def numbered(self, code: str, number: str) -> "Receipt | None":
        return self._whole().filter(code=code, number=number).first()

    def with_token(self, token: str) -> "Receipt | None":
        return self._whole().filter(token=token).first()

    def without_file(self) -> Self:
        """Return the receipts whose sealed file is not made yet, the oldest first."""
        return self.filter(document__isnull=True).order_by("pk")

    def in_force(self) -> Self:
        """Return receipts that count: no red ones, and none that a red one took back."""
        return self.filter(red=False, reversed_by__isnull=True)

    def _whole(self) -> Self:
        return self.select_related("payment__bill", "department", "reversed_by", "reverses")


class Receipt(models.Model):
    """One electronic receipt; never changed: what is wrong or paid back is taken back by a red one (红冲).

    code, number, check_code   票据代码、票据号码、校验码
    red          it takes back another one; reverses: which
    occasion     what it was issued for: "paid", or the refund that brought it about; a payment has one of each for it
    token        random, in the QR code of the file
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    code = models.CharField(max_length=8)
    number = models.CharField(max_length=10)
    check_code = models.CharField(max_length=6)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    occasion = models.CharField(max_length=40)
    red = models.BooleanField(default=False)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    payer_name = models.CharField(max_length=MAX_PARTY_NAME)
    amount_fen = models.BigIntegerField()
    lines: Any = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    token = models.CharField(max_length=32, unique=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="payments_receipt_number"),
            models.UniqueConstraint(fields=["payment", "occasion", "red"], name="payments_receipt_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payments_receipt_of_something"),
            models.CheckConstraint(
                condition=Q(red=True, reverses__isnull=False) | Q(red=False, reverses__isnull=True),
                name="payments_red_takes_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    @property
    def title(self) -> str:
        return str(pgettext_lazy("receipt", "Red receipt") if self.red else pgettext_lazy("receipt", "Receipt"))


class ReceiptSeries(models.Model):
    """How far the numbers of one kind of receipt are used up. last: the last number given."""

    code = models.CharField(max_length=8, unique=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=0), name="payments_series_counts")]

    def __str__(self) -> str:
        return self.code

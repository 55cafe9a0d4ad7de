"""What channels said of a day, and what did not agree with it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_DIGEST
from tongban.platform.payments.models.payments import MAX_CHANNEL_KEY, MAX_ORDER

CHANNEL_TITLES: dict[str, StrOrPromise] = {
    "wechat": _("WeChat Pay"),
    "alipay": _("Alipay"),
    "counter": pgettext_lazy("channel of payment", "Counter"),
}


class ChannelStatementQuerySet(models.QuerySet["ChannelStatement"]):
    def newest_first(self) -> Self:
        return self.order_by("-on", "-pk")


class ChannelStatement(models.Model):
    """The statement of a channel for one day, compared with ours.

    digest   SHA-256 of its file, as the channel sent it
    """

    channel = models.CharField(max_length=MAX_CHANNEL_KEY)
    on = models.DateField()
    digest = models.CharField(max_length=MAX_DIGEST)
    payments = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    refunds = models.PositiveIntegerField()
    refunded_fen = models.BigIntegerField()
    compared_at = models.DateTimeField()

    objects = ChannelStatementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-on", "-id"], name="payments_statements")]
        constraints = [
            models.UniqueConstraint(fields=["channel", "on"], name="payments_statement_once"),
            models.CheckConstraint(condition=Q(paid_fen__gte=0, refunded_fen__gte=0), name="payments_statement_sums"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.on}"

    @property
    def channel_title(self) -> StrOrPromise:
        return CHANNEL_TITLES[self.channel]


class PaymentDifferenceQuerySet(models.QuerySet["PaymentDifference"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def with_statement(self) -> Self:
        return self.select_related("statement")


class PaymentDifference(models.Model):
    """One thing that did not agree. ours_fen, theirs_fen: None for nothing there; reason: how it was cleared up."""

    class Kind(models.TextChoices):
        MISSING_HERE = "missing-here", pgettext_lazy("difference", "the channel has it, we have not")
        MISSING_THERE = "missing-there", pgettext_lazy("difference", "we have it, the channel has not")
        AMOUNT = "amount", pgettext_lazy("difference", "another amount")
        LEDGER = "ledger", pgettext_lazy("difference", "the ledger says another amount")
        RECEIPT = "receipt", pgettext_lazy("difference", "the receipts say another amount")

    statement = models.ForeignKey(ChannelStatement, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=14, choices=Kind)
    number = models.CharField(max_length=MAX_ORDER)
    ours_fen = models.BigIntegerField(null=True)
    theirs_fen = models.BigIntegerField(null=True)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = PaymentDifferenceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["found_at", "id"], name="payments_differences", condition=Q(closed_at=None)),
            models.Index(fields=["-closed_at", "-id"], name="payments_cleared", condition=Q(closed_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind", "number"], name="payments_difference_once"),
            models.CheckConstraint(condition=~Q(reason="") | Q(closed_at__isnull=True), name="payments_closed_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

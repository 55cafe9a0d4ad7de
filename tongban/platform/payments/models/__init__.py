"""Bills, payments, refunds, receipts, and what was compared."""

from tongban.platform.payments.models.bills import MAX_PAYMENT_CODE, Bill
from tongban.platform.payments.models.payments import MAX_ORDER, Payment, Refund
from tongban.platform.payments.models.receipts import Receipt, ReceiptSeries
from tongban.platform.payments.models.statements import ChannelStatement, PaymentDifference

__all__ = [
    "MAX_ORDER",
    "MAX_PAYMENT_CODE",
    "Bill",
    "ChannelStatement",
    "Payment",
    "PaymentDifference",
    "Receipt",
    "ReceiptSeries",
    "Refund",
]

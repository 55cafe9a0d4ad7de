"""The verbs of money, by journey: billing, paying, refunding, receipts, comparing with the channels."""

from tongban.platform.payments.rules.amounts import capitals
from tongban.platform.payments.services.billing import BillOrder, NothingDue, cancel, issue
from tongban.platform.payments.services.channels import (
    COUNTER,
    TITLES,
    WAYS,
    ChannelAway,
    NoSuchChannel,
    channel,
    described,
    in_use,
    problems_of,
    wallet_of,
)
from tongban.platform.payments.services.collecting import (
    NoSlip,
    NoSuchBill,
    collect,
    find_to_collect,
    pay_out,
    to_collect,
)
from tongban.platform.payments.services.messages import hear
from tongban.platform.payments.services.paying import BillClosed, NotYourBill, ask, ask_channels, begin, take
from tongban.platform.payments.services.receipts import (
    NoSuchReceipt,
    check_receipt,
    issue_receipt,
    make_file,
    receipt_of_code,
    reverse_receipt,
    verified_at,
)
from tongban.platform.payments.services.reconciling import (
    WhyCleared,
    books_agree,
    clear_difference,
    compare_day,
    compare_yesterday,
)
from tongban.platform.payments.services.refunding import (
    NoReasonForRefund,
    TooMuch,
    refund,
    refund_what_was_paid,
    retry,
    send_refund,
)

__all__ = [
    "COUNTER",
    "TITLES",
    "WAYS",
    "BillClosed",
    "BillOrder",
    "ChannelAway",
    "NoReasonForRefund",
    "NoSlip",
    "NoSuchBill",
    "NoSuchChannel",
    "NoSuchReceipt",
    "NotYourBill",
    "NothingDue",
    "TooMuch",
    "WhyCleared",
    "ask",
    "ask_channels",
    "begin",
    "books_agree",
    "cancel",
    "capitals",
    "channel",
    "check_receipt",
    "clear_difference",
    "collect",
    "compare_day",
    "compare_yesterday",
    "described",
    "find_to_collect",
    "hear",
    "in_use",
    "issue",
    "issue_receipt",
    "make_file",
    "pay_out",
    "problems_of",
    "receipt_of_code",
    "refund",
    "refund_what_was_paid",
    "retry",
    "reverse_receipt",
    "send_refund",
    "take",
    "to_collect",
    "verified_at",
    "wallet_of",
]

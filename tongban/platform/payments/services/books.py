"""How money stands in the ledger: who owes, where it lies, what was earned, what goes back. Unit: fen."""

from tongban.platform.ledger import services as ledger
from tongban.platform.ledger.models import LedgerAccount
from tongban.platform.ledger.services import Transfer
from tongban.platform.payments.models import Bill, Payment, Refund

UNIT = "fen"
TREASURY = "treasury"


def due(bill: Bill) -> str:
    return f"due:{bill.uid}"


def income(department: str) -> str:
    return f"income:{department}"


def owed(department: str) -> str:
    """Return the account of what the office owes people: it goes below nothing until the money has gone back."""
    return f"owed:{department}"


def lies_at(channel: str) -> str:
    return f"channel:{channel}"


def book_issued(bill: Bill) -> None:
    """Let a bill be owed: no more than that can ever be paid for it."""
    _open(income(bill.department.key))
    ledger.open_account(code=due(bill), unit=UNIT, capacity=bill.amount_fen)
    _move(f"bill:{bill.uid}:issued", income(bill.department.key), due(bill), bill.amount_fen, bill, "issued")


def book_paid(payment: Payment) -> None:
    """Let a bill be paid; once, for there is no more in what is due."""
    bill = payment.bill
    _open(lies_at(payment.channel))
    _move(f"payment:{payment.uid}:paid", due(bill), lies_at(payment.channel), payment.amount_fen, bill, "paid")


def book_surplus(payment: Payment) -> None:
    """Let money lie with the channel that nobody asked for: it is owed."""
    bill = payment.bill
    _open(lies_at(payment.channel))
    _open(owed(bill.department.key))
    giver = owed(bill.department.key)
    _move(f"payment:{payment.uid}:paid", giver, lies_at(payment.channel), payment.taken_fen, bill, "surplus")


def book_cancelled(bill: Bill) -> None:
    _move(f"bill:{bill.uid}:cancelled", due(bill), income(bill.department.key), bill.amount_fen, bill, "cancelled")


def book_refund_asked(refund: Refund) -> None:
    """Let income become a debt; a surplus is one already."""
    if refund.payment.surplus:
        return
    bill = refund.payment.bill
    key = bill.department.key
    _open(owed(key))
    _move(f"refund:{refund.uid}:asked", owed(key), income(key), refund.amount_fen, bill, "refund asked")


def book_refund_done(refund: Refund) -> None:
    bill = refund.payment.bill
    giver, taker = lies_at(refund.payment.channel), owed(bill.department.key)
    _move(f"refund:{refund.uid}:done", giver, taker, refund.amount_fen, bill, "refunded")


def book_refund_short(refund: Refund, rest_fen: int) -> None:
    """Let what a channel did not send back of a refund be income again, from which it is ordered anew."""
    if refund.payment.surplus:
        return
    bill = refund.payment.bill
    key = bill.department.key
    _move(f"refund:{refund.uid}:short", income(key), owed(key), rest_fen, bill, "refund short")


def book_settled(channel: str, day: str, amount_fen: int) -> None:
    """Let what a channel paid out for a day lie in the treasury; less than nothing where more went back than came."""
    _open(TREASURY)
    _open(lies_at(channel))
    if amount_fen:
        giver, taker = (lies_at(channel), TREASURY) if amount_fen > 0 else (TREASURY, lies_at(channel))
        key = f"settled:{channel}:{day}"
        ledger.move(key=key, giver=giver, taker=taker, amount=abs(amount_fen), reason="settled", subject=key)


def balance(code: str) -> int:
    account = LedgerAccount.objects.coded(code)
    return account.balance if account else 0


def _open(code: str) -> None:
    ledger.open_account(code=code, unit=UNIT, floor=None)


def _move(key: str, giver: str, taker: str, amount: int, bill: Bill, reason: str) -> None:
    ledger.post([Transfer(key, giver, taker, amount, reason, bill.about_it)])

"""Electronic receipts of the treasury: numbered, sealed, taken back by red ones, and checked by anybody."""

from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.rules import masked
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.payments.events import ReceiptIssued
from tongban.platform.payments.models import Payment, Receipt, ReceiptSeries, Refund
from tongban.platform.payments.rules import codes
from tongban.platform.payments.rules.amounts import capitals, in_yuan
from tongban.platform.payments.services import terms
from tongban.platform.payments.services.channels import TITLES, WAYS
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal

PAPER = Path(__file__).parent.parent / "papers" / "receipt.md"
THROTTLE_KEY = "receipt-check"
TITLE = "非税收入统一票据（电子）"


class NoSuchReceipt(Refusal):
    """Said for an unknown number and a wrong check code alike, so that nothing can be learnt from guessing."""

    status = 422
    message = _("No receipt has this code, number, check code and amount. Compare them with the receipt.")


@transaction.atomic
def issue_receipt(*, payment: Payment) -> Receipt:
    """Issue the receipt for a payment; once."""
    earlier = Receipt.objects.of_payment(payment).filter(occasion="paid", red=False).first()
    if earlier is not None:
        return earlier
    return _issued(payment, occasion="paid", amount_fen=payment.amount_fen, lines=payment.bill.lines)


@transaction.atomic
def reverse_receipt(*, refund: Refund) -> list[Receipt]:
    """Take back the receipt of what went back by a red one, and issue another for what is left; once.

    Returns what was issued; nothing for a surplus, for which there was no receipt.
    """
    payment, occasion = refund.payment, f"refund:{refund.number}"
    if payment.surplus:
        return []
    issue_receipt(payment=payment)
    standing = Receipt.objects.of_payment(payment).select_for_update(of=("self",))
    if standing.filter(occasion=occasion).exists():
        return list(standing.filter(occasion=occasion))
    # Of the same payment there is one in force at any time.
    taken_back = standing.filter(red=False, reversed_by__isnull=True).get()
    made = [
        _issued(
            payment,
            occasion=occasion,
            amount_fen=taken_back.amount_fen,
            lines=taken_back.lines,
            reverses=taken_back,
        )
    ]
    if left := taken_back.amount_fen - refund.amount_fen:
        less = {"name": "已退付", "amount_fen": -refund.amount_fen, "basis": refund.reason}
        lines = [*taken_back.lines, less]
        made.append(_issued(payment, occasion=occasion, amount_fen=left, lines=lines))
    return made


def make_file(receipt: Receipt) -> Receipt:
    """Write and seal the file of a receipt; once. It takes long: call it outside a transaction.

    It waits where a name has a character without a glyph. Raises what documents and seals raise.
    """
    if receipt.document_id:
        return receipt
    try:
        pdf = documents.compose(
            PAPER.read_text(encoding="utf-8"),
            _facts(receipt),
            title=f"{TITLE} {receipt.code}{receipt.number}",
            qr=verified_at(receipt),
            caption=f"扫码查验\n校验码 {receipt.check_code}",
        )
    except documents.GlyphMissing as missing:
        documents.wait_for_glyphs(missing, subject=f"receipt:{receipt.pk}", kind="receipt", title=TITLE)
        return receipt
    sealed = seals.apply(
        actor=SYSTEM,
        department=receipt.department,
        pdf=pdf,
        reason="开具财政电子票据",
        subject=f"receipt:{receipt.pk}",
        name=_seal_name(receipt),
    )
    return _kept(receipt, sealed)


def check_receipt(*, actor: Actor, code: str, number: str, check_code: str, amount_fen: int) -> Receipt:
    """Return the receipt for whoever has all that is printed on it. Raises NoSuchReceipt, TooManyAttempts."""
    code, number, check_code = (typed.compact(text) for text in (code, number, check_code))
    identity.throttle(THROTTLE_KEY, actor.address, f"{code}{number}")
    receipt = Receipt.objects.numbered(code, number)
    fits = receipt is not None and compare_digest(receipt.check_code.encode(), check_code.encode())
    if receipt is None or not fits or receipt.amount_fen != amount_fen:
        identity.record_denied(actor, THROTTLE_KEY, f"{code}{number}")
        raise NoSuchReceipt()
    identity.clear_attempt(THROTTLE_KEY, actor.address, f"{code}{number}")
    return receipt


def receipt_of_code(*, actor: Actor, token: str) -> Receipt:
    """Return the receipt whose QR code says this. Raises NotFound."""
    return identity.must_find(Receipt.objects.with_token(token), actor, "receipt", token)


def verified_at(receipt: Receipt) -> str:
    """Return the address in the QR code."""
    return settings.PUBLIC_URL + reverse("hall:payments:code", args=[receipt.token])


def _seal_name(receipt: Receipt) -> str:
    """Return which seal of the collecting office stands on its receipts: that for money, where it has one.

    Source: 财政电子票据管理办法 (收款单位加盖财务专用章).
    """
    today = clock.today()
    wanted: str = terms.scheme("receipt_code", today)["seal"]
    usable = Seal.objects.names_usable(department=receipt.department.acting, on=today)
    return wanted if wanted in usable else ""


def _issued(
    payment: Payment, *, occasion: str, amount_fen: int, lines: list[dict[str, Any]], reverses: Receipt | None = None
) -> Receipt:
    bill, today = payment.bill, clock.today()
    scheme = terms.scheme("receipt_code", today)
    code = codes.receipt_code(scheme, area=bill.area or bill.department.area, on=today)
    number = _next_number(code, scheme["number_digits"])
    receipt = Receipt.objects.create(
        code=code,
        number=number,
        check_code=_check_code(code, number, amount_fen, scheme["check_digits"]),
        payment=payment,
        occasion=occasion,
        red=reverses is not None,
        reverses=reverses,
        department=bill.department,
        area=bill.area,
        payer_name=bill.payer_name,
        amount_fen=amount_fen,
        lines=lines,
        issued_at=clock.now(),
        token=ids.token(16),
    )
    told = ReceiptIssued(bill.pk, str(receipt), amount_fen, receipt.red)
    journal.write(told, by=SYSTEM, subject=bill.subject)
    return receipt


def _next_number(code: str, digits: int) -> str:
    """Return the next number of a series: one after the other, without gaps, for its row is held to the end."""
    ReceiptSeries.objects.get_or_create(code=code)
    series = ReceiptSeries.objects.select_for_update().get(code=code)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{series.last:0{digits}}"


def _check_code(code: str, number: str, amount_fen: int, digits: int) -> str:
    """Return figures that only this installation can give the receipt."""
    mac = crypto.mac_of(f"receipt {code} {number} {amount_fen}".encode())
    return f"{int(mac[:15], 16) % 10**digits:0{digits}}"


@transaction.atomic
def _kept(receipt: Receipt, pdf: bytes) -> Receipt:
    document = documents.keep_issued(
        owner=receipt.payment.bill.payer,
        kind="fiscal-receipt",
        title=f"{TITLE} {receipt.number}",
        pdf=pdf,
        source=receipt.department.name,
        service=receipt.payment.bill.service,
        key=f"receipt:{receipt.pk}",
    )
    receipt.document = document
    receipt.save(update_fields=["document"])
    return receipt


def _facts(receipt: Receipt) -> dict[str, Any]:
    bill, sign = receipt.payment.bill, -1 if receipt.red else 1
    issued, scheme = clock.today(), terms.scheme("receipt_code", clock.today())
    return {
        "title": TITLE,
        "red": receipt.red,
        "reverses": str(receipt.reverses) if receipt.reverses else "",
        "code": receipt.code,
        "number": receipt.number,
        "check_code": receipt.check_code,
        "payer": receipt.payer_name,
        "payer_number": masked(bill.payer.id_number),
        "issued_on": f"{issued.year}年{issued.month}月{issued.day}日",
        "lines": [_line(line, sign) for line in receipt.lines if line["amount_fen"]],
        "capitals": ("（负）" if receipt.red else "") + capitals(receipt.amount_fen),
        "amount": in_yuan(receipt.amount_fen) if sign > 0 else f"-{in_yuan(receipt.amount_fen)}",
        "matter": f"{bill.title}{bill.number and f'（{bill.number}）'}",
        "payment_code": bill.code,
        "channel": f"{TITLES[receipt.payment.channel]}（{WAYS[receipt.payment.way]}）",
        "trade": receipt.payment.trade or receipt.payment.number,
        "department": receipt.department.name,
        "cashier": receipt.payment.actor if receipt.payment.channel == "counter" else "系统自动开具",
        "maker": scheme["maker"],
    }


def _line(line: dict[str, Any], sign: int) -> dict[str, str]:
    amount = sign * line["amount_fen"]
    return {
        "name": line["name"],
        "unit": line.get("unit", ""),
        "quantity": str(line.get("quantity", "1")),
        "rate": in_yuan(line["rate_fen"]) if line.get("rate_fen") else "",
        "amount": in_yuan(amount) if amount >= 0 else f"-{in_yuan(-amount)}",
    }

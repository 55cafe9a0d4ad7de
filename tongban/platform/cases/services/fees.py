"""What a case costs: rates are dated data of its definition, a table says which apply and what is waived."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import facts
from tongban.platform.cases.services.plan import Plan, of
from tongban.platform.catalogue import services as catalogue
from tongban.platform.payments.models import Bill
from tongban.platform.workflow import services as workflow


def fees_of(case: Case) -> list[dict[str, Any]]:
    """Return what a case costs by its answers of today; [] where nothing is charged, or cannot be said yet."""
    on = clock.today()
    try:
        return fees_due(of(case.version), case.answers, on, facts.age(case, on))
    except workflow.NoRuleFits:
        return []


def fees_due(definition: Plan, answers: Mapping[str, Any], on: date, age: int | None = None) -> list[dict[str, Any]]:
    """Return what an application costs: name, amount in fen, unit, legal basis.

    Where a table computes it also "rate_fen" for one unit, "quantity" of units, "waived": why nothing is charged, and
    "full_fen", what it would be otherwise.
    age   as for `Plan.decision`. Raises NoRuleFits.
    """
    rates = catalogue.rates_in_force(definition.guide, on)
    if not rates or not definition.fee_table:
        return [_plain(rate) for rate in rates.values()]
    rows = definition.rows_of(definition.fee_table, answers, on, age)
    return [_computed(rates[row["fee"]], row) for row in rows if row["quantity"] is not None]


def payment_of(case: Case) -> Mapping[str, Any]:
    """Return how the fee is paid here, see `charging`; {} where the office collects it in its own way."""
    return dict(of(case.version).guide["fee"].get("payment", {}))


def bill_of(case: Case) -> Bill | None:
    """Return the bill of a case; None where none was issued."""
    return Bill.objects.about(case.subject).first()


def fee_open(case: Case) -> bool:
    """Say whether something of the case waits for a fee that was not paid."""
    if not payment_of(case) or not sum(fee["amount_fen"] for fee in case.fees):
        return False
    bill = bill_of(case)
    return bill is None or bill.state == Bill.State.DUE


def _plain(rate: Mapping[str, Any]) -> dict[str, Any]:
    return {name: rate[name] for name in ("name", "amount_fen", "unit", "basis")}


def _computed(rate: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    quantity, waived = Decimal(str(row["quantity"])), str(row["waived"] or "")
    full = int((quantity * rate["amount_fen"]).quantize(Decimal(1), ROUND_HALF_UP))
    return {
        **_plain(rate),
        "amount_fen": 0 if waived else full,
        "rate_fen": rate["amount_fen"],
        "quantity": float(quantity) if quantity % 1 else int(quantity),
        "waived": waived,
        "full_fen": full,
    }

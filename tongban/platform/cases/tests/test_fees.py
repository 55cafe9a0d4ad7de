"""Fees: rates are dated data of the definition, a table says which apply to a case, and what is waived."""

from datetime import date
from types import SimpleNamespace

import pytest

from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action
from tongban.platform.cases.services import fees
from tongban.platform.documents import services as documents
from tongban.platform.letters import ports as letters

RATE = {"key": "pavement", "name": "占用费", "unit": "平方米·天"}
RATES = [
    {**RATE, "amount_fen": 20, "basis": "旧标准", "valid_from": "2025-01-01"},
    {**RATE, "amount_fen": 25, "basis": "新标准", "valid_from": "2026-01-01"},
]


def plan(*, charged=True, table="fees.dmn", rows=()):
    guide = {"fee": {"charged": charged, "item": RATES}}
    return SimpleNamespace(guide=guide, fee_table=table, rows_of=lambda *_args: list(rows))


@pytest.mark.parametrize(
    ("on", "quantity", "amount"),
    [
        (date(2025, 12, 31), 10, 200),
        (date(2026, 1, 1), 10, 250),
        (date(2026, 1, 1), 1.5, 38),
    ],
)
def test_the_rate_in_force_that_day_counts(on, quantity, amount):
    (fee,) = fees.fees_due(plan(rows=[{"fee": "pavement", "quantity": quantity, "waived": ""}]), {}, on)

    assert (fee["amount_fen"], fee["quantity"], fee["waived"]) == (amount, quantity, "")


def test_what_is_waived_costs_nothing_and_says_why():
    row = {"fee": "pavement", "quantity": 8, "waived": "市政管线检修"}
    (fee,) = fees.fees_due(plan(rows=[row]), {}, date(2026, 3, 2))

    assert (fee["amount_fen"], fee["full_fen"], fee["waived"]) == (0, 200, "市政管线检修")


def test_without_a_table_each_item_in_force_is_charged_once():
    (fee,) = fees.fees_due(plan(table=""), {}, date(2026, 3, 2))
    assert fee == {"name": "占用费", "amount_fen": 25, "unit": "平方米·天", "basis": "新标准"}
    assert fees.fees_due(plan(charged=False), {}, date(2026, 3, 2)) == []


def test_the_fee_of_a_case_is_shown_before_handing_in_on_its_page_and_in_the_letter(cast, monkeypatch):
    draft = cast.draft()
    definition = cases.plan_of(draft.version)
    monkeypatch.setitem(
        definition.guide, "fee", {"charged": True, "basis": "有依据", "item": RATES, "table": "fees.dmn"}
    )
    monkeypatch.setattr(
        type(definition), "rows_of", lambda *_args: [{"fee": "pavement", "quantity": 1080, "waived": ""}]
    )
    assert [fee["amount_fen"] for fee in cases.fees_of(draft)] == [27000]
    case = cast.accepted()
    assert [fee["amount_fen"] for fee in case.fees] == [27000]
    assert "¥270.00" in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert "¥270.00" in cast.browser("approver").get(f"/desk/cases/{case.uid}/").content.decode()
    action = Action.objects.of(case).of_kinds(["accepted"]).newest()
    text = documents.fill(letters.TEMPLATES["acceptance"].text, cases.letter_context(case, action), title="受理通知书")
    assert "占用费270.00元（0.25元/平方米·天 × 1080）" in text

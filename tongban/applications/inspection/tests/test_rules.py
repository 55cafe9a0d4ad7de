"""Drawing, chaining, linking, the limits of the law: tables of examples."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.inspection.rules import chain, comparing, drawing, limits, linking
from tongban.applications.inspection.services import laws

POOL = {
    "entities": [["a", 1], ["b", 2], ["c", 4], ["d", 8]],
    "officers": ["9901-0001", "9901-0002", "9901-0003"],
    "conflicts": [["9901-0001", "d"]],
    "count": 3,
}
VECTOR = "92e0305e8e01016577755214721fd39e8e43447ee559110152cea72859698661"
LAW = laws.law(date(2026, 3, 2))


def test_a_draw_is_the_same_for_everybody_who_draws_it_again():
    seed = drawing.seed_of("SECRET", "0517243")

    assert drawing.draw(POOL, seed) == drawing.draw(POOL, seed)
    # Of "x|entity|0", by any tool for SHA-256: another implementation is compared with this.
    assert f"{drawing.number('x', 'entity', 0):064x}" == VECTOR


@given(st.text(max_size=20))
def test_a_draw_keeps_officers_away_from_conflicts_and_gives_everybody_two(seed):
    drawn = drawing.draw(POOL, seed)

    assert len({pair.entity for pair in drawn}) == 3
    assert all(len(set(pair.officers)) == 2 for pair in drawn)
    assert all("9901-0001" not in pair.officers for pair in drawn if pair.entity == "d")


def test_a_higher_risk_class_is_drawn_more_often():
    first = [drawing.draw({**POOL, "count": 1}, str(seed))[0].entity for seed in range(600)]

    # Weights 1 : 2 : 4 : 8 of 600 draws.
    assert 20 <= first.count("a") <= 65
    assert 270 <= first.count("d") <= 370


def test_a_changed_draw_is_seen():
    said = {"pool": POOL, "pool_digest": drawing.pool_digest(POOL), "secret": "S", "witness": "W"}
    said["commitment"] = drawing.commitment("S", POOL)
    said["result"] = [[pair.entity, list(pair.officers)] for pair in drawing.draw(POOL, drawing.seed_of("S", "W"))]

    assert drawing.faults(said) == []
    assert drawing.faults({**said, "witness": "W2"}) == ["result"]
    assert drawing.faults({**said, "secret": "S2"}) == ["commitment", "result"]
    changed = {**POOL, "entities": [["a", 9], *POOL["entities"][1:]]}
    assert "list" in drawing.faults({**said, "pool": changed})


def test_a_link_that_was_changed_or_left_out_is_found():
    links, before = [], chain.FIRST
    for turn in range(3):
        link = {"turn": turn, "words": f"第{turn}项"}
        own = chain.link_digest(before, link)
        links.append((link, before, own))
        before = own

    assert chain.first_broken(links) is None
    assert chain.first_broken([links[0], ({**links[1][0], "words": "改"}, *links[1][1:]), links[2]]) == 2
    assert chain.first_broken([links[0], links[2]]) == 2


@pytest.mark.parametrize(
    ("one", "other", "by", "holds"),
    [
        (("d1", "甲公司", ""), ("d1", "乙公司", ""), "identifier", True),
        (("d1", "云栖面馆", "柳岸街15号"), ("d2", "云栖面馆", "柳岸街15号"), "likeness", False),
        (
            ("", "云泽市云栖面馆有限公司", "柳岸街15号"),
            ("d2", "云泽市云栖面馆（个体工商户）", "柳岸街１５号"),
            "likeness",
            True,
        ),
        (("", "云泽市云栖面馆", "柳岸街15号"), ("", "云泽市青竹酒店", "竹里路1号"), "likeness", False),
    ],
)
def test_rows_are_linked_by_identifier_else_by_likeness(one, other, by, holds):
    parts = linking.link(one, other, name_share=70, address_share=30, least=750)

    assert (parts.by, parts.holds) == (by, holds)


@pytest.mark.parametrize(
    ("outcome", "fen", "citizen", "broken"),
    [
        ("warning", 0, True, ""),
        ("fine", 20000, True, ""),
        ("fine", 20001, True, "simple_citizen"),
        ("fine", 300000, False, ""),
        ("fine", 300001, False, "simple_organisation"),
        ("fine", 0, False, "simple_organisation"),
    ],
)
def test_what_may_be_decided_on_the_spot(outcome, fen, citizen, broken):
    assert limits.on_the_spot(LAW, outcome=outcome, fine_fen=fen, citizen=citizen) == broken


@pytest.mark.parametrize(
    ("violated", "grave", "broken"),
    [
        (date(2024, 3, 2), False, ""),
        (date(2024, 3, 1), False, "time_bar"),
        (date(2021, 3, 2), True, ""),
        (date(2021, 3, 1), True, "time_bar_grave"),
    ],
)
def test_when_an_act_is_punished_no_more(violated, grave, broken):
    assert limits.barred(LAW, violated_on=violated, found_on=date(2026, 3, 2), grave=grave) == broken


@pytest.mark.parametrize(
    ("on", "contested", "added"),
    [
        (date(2026, 3, 17), 0, 0),
        (date(2026, 3, 18), 0, 3000),
        (date(2026, 3, 27), 4, 18000),
        (date(2026, 8, 1), 0, 100000),
    ],
)
def test_what_is_added_to_a_late_fine_never_exceeds_it(on, contested, added):
    due = date(2026, 3, 17)

    assert limits.surcharge_fen(LAW, owed_fen=100000, pay_until=due, on=on, contested_days=contested) == added


def test_days_of_a_dispute_count_once():
    spans = [(date(2026, 3, 10), date(2026, 3, 20)), (date(2026, 3, 18), date(2026, 3, 22))]

    assert limits.contested_days(spans, after=date(2026, 3, 17), until=date(2026, 3, 21)) == 4


@pytest.mark.parametrize(
    ("fen", "citizen", "kind", "owed"),
    [
        (999999, True, False, False),
        (1000000, True, False, True),
        (1000000, False, False, False),
        (0, False, True, True),
    ],
)
def test_when_a_hearing_is_owed(fen, citizen, kind, owed):
    assert limits.hearing_owed(LAW, fine_fen=fen, confiscated_fen=0, citizen=citizen, grave_kind=kind) == owed


@pytest.mark.parametrize(
    ("rule", "first", "second", "measure"),
    [
        ("invoiced-declared", "1000", "800", None),
        ("invoiced-declared", "1,000", "799", "20.1"),
        ("power-area", "7000", "100", "70.0"),
        ("power-area", "6000", "100", None),
        ("unlicensed-power", "3000", None, "3000"),
        ("unlicensed-power", "3000", "50", None),
    ],
)
def test_where_two_sources_differ_by_more_than_a_rule_allows(rule, first, second, measure):
    by = laws.comparison_rules(date(2026, 3, 2))[rule]
    found = comparing.measure(by, comparing.amount(first), comparing.amount(second) if second else None)

    assert (str(found) if found is not None else None) == measure

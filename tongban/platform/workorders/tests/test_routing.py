"""Routing rules: the first that fits counts; nothing is published that was not tried."""

from datetime import timedelta

import pytest

from tongban.infrastructure.kernel import clock
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import RoutingEdition
from tongban.platform.workorders.rules import routing as rules

ROWS = [
    {"when": 'kind = "rescue" or owner = "parks"', "department": "parks"},
    {"when": 'starts with(area, "990102")', "department": "roads", "note": "临湖区"},
]


@pytest.fixture
def published(town) -> RoutingEdition:
    actor = town.actor("dispatcher")
    draft = workorders.draft_rules(actor=actor, department=town.departments["command"], rows=ROWS)
    workorders.try_rules(actor=actor, edition=draft)
    return workorders.publish_rules(actor=actor, edition=draft, valid_from=clock.today(), reason="首版")


@pytest.mark.parametrize(
    ("said", "department"),
    [({"kind": "rescue"}, "parks"), ({"owner": "parks"}, "parks"), ({}, "roads"), ({"area": "990103"}, "")],
)
def test_an_order_goes_where_the_first_rule_that_fits_says(town, published, said, department):
    order = town.order(**said)

    assert (order.department.key if order.state == "dispatched" else "") == department


def test_an_order_that_a_rule_leads_to_its_verifier_waits_for_a_dispatcher(town, published):
    order = workorders.raise_order(
        actor=town.actor("dispatcher"),
        dispatcher=town.departments["command"],
        verifier=town.departments["roads"],
        kind="check",
        title="路面破损",
        area="990102",
    )

    assert (order.state, order.department.key) == ("new", "command")


def test_without_rules_an_order_waits_for_a_dispatcher(town):
    assert town.order().state == "new"


def test_what_was_not_tried_is_not_published(town):
    actor = town.actor("dispatcher")
    draft = workorders.draft_rules(actor=actor, department=town.departments["command"], rows=ROWS)
    with pytest.raises(workorders.NotTried):
        workorders.publish_rules(actor=actor, edition=draft, valid_from=clock.today(), reason="首版")

    workorders.try_rules(actor=actor, edition=draft)
    draft = workorders.draft_rules(actor=actor, department=town.departments["command"], rows=ROWS[:1])
    with pytest.raises(workorders.NotTried):
        workorders.publish_rules(actor=actor, edition=draft, valid_from=clock.today(), reason="首版")


def test_a_trial_says_what_would_have_become_of_past_orders(town):
    actor = town.actor("dispatcher")
    for said, there in (({}, "roads"), ({}, "parks"), ({"area": "990103"}, "roads"), ({"kind": "rescue"}, "parks")):
        town.order(department=town.departments[there], **said)
    draft = workorders.draft_rules(actor=actor, department=town.departments["command"], rows=ROWS)

    trial = workorders.try_rules(actor=actor, edition=draft)

    assert (trial.orders, trial.same, trial.different, trial.by_hand) == (4, 2, 1, 1)
    assert dict(trial.moves) == {("parks", "roads"): 1}


def test_a_condition_that_cannot_be_read_is_refused_at_its_row(town):
    rows = [*ROWS, {"when": "kind == 3", "department": "roads"}, {"when": "hour < 8", "department": "nowhere"}]

    with pytest.raises(workorders.RuleBroken) as refused:
        workorders.draft_rules(actor=town.actor("dispatcher"), department=town.departments["command"], rows=rows)

    assert set(refused.value.errors) == {"when-3", "department-4"}


def test_rules_of_a_later_day_wait_for_it(town, published):
    actor = town.actor("dispatcher")
    draft = workorders.draft_rules(actor=actor, department=town.departments["command"], rows=ROWS[:1])
    workorders.try_rules(actor=actor, edition=draft)
    workorders.publish_rules(actor=actor, edition=draft, valid_from=clock.today() + timedelta(days=7), reason="二版")

    assert town.order().department.key == "roads"
    with clock.at(clock.now() + timedelta(days=8)):
        assert town.order().state == "new"


def test_a_condition_about_what_is_missing_does_not_hold():
    facts = {"kind": "repair", "hour": 9, "workday": True}

    assert rules.route([rules.RoutingRule('owner = "x"', "a")], facts, on=clock.today()) is None
    assert rules.route([rules.RoutingRule("workday and hour >= 8", "a")], facts, on=clock.today()).number == 1


def test_rules_are_written_and_published_at_the_desk(town):
    browser = town.browser("dispatcher")
    sent = {"when-1": 'kind = "check"', "department-1": "roads", "note-1": "查看", "place-1": "1"}
    answer = browser.post("/desk/workorders/routing/rules/command/", sent)
    edition = RoutingEdition.objects.get()
    assert answer["Location"] == f"/desk/workorders/routing/{edition.uid}/"

    page = browser.post(f"/desk/workorders/routing/{edition.uid}/try/")
    assert page.status_code == 200
    browser.post(f"/desk/workorders/routing/{edition.uid}/publish/", {"valid_from": clock.today(), "reason": "首版"})

    assert RoutingEdition.objects.get().state == "published"

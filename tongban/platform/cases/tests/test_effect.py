"""生效日: from when a decision takes effect is data of the definition."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases
from tongban.platform.cases.services import outcomes
from tongban.platform.licences.models import Licence

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "known"),
    [("decision", date(2026, 3, 2)), ("delivery", None), ("objection", date(2026, 5, 7))],
)
def test_the_day_follows_from_the_rule_and_stands_on_the_pages(cast, monkeypatch, begins, known):
    with clock.at(MONDAY):
        rule = {"begins": begins, "source": "本市规则"}
        monkeypatch.setitem(cases.plan_of(cast.draft().version).guide, "effect", rule)
        case = cast.decided()
        effect = cases.effect_of(case)

        assert (effect.begins, effect.on) == (begins, known)
        page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
        assert "本市规则" in page
        assert "本市规则" in cast.browser("approver").get(f"/desk/cases/{case.uid}/").content.decode()
        (licence,) = Licence.objects.of_subject(case.subject)
        assert licence.valid_from == (known or date(2026, 3, 2))


@pytest.mark.django_db
def test_after_the_time_for_objections_means_the_day_after_its_last():
    assert outcomes.last_day_to_object(date(2026, 3, 2)) + timedelta(days=1) == date(2026, 5, 7)


def test_where_the_definition_says_nothing_nothing_is_said(cast, monkeypatch):
    monkeypatch.delitem(cases.plan_of(cast.draft().version).guide, "effect", raising=False)
    assert cases.effect_of(cast.decided()) is None

"""A holder is reminded 60, 30 and 7 days before a licence ends, each once, and led to its renewal."""

from datetime import UTC, date, datetime

import pytest

from tongban.infrastructure.kernel import clock
from tongban.platform.licences import services as licences
from tongban.platform.licences.tests.conftest import an_official
from tongban.platform.notices.models import Notice

pytestmark = pytest.mark.django_db

ENDS = date(2026, 8, 31)


def told(licence) -> list[str]:
    keys = Notice.objects.filter(key__startswith=f"licence:{licence.pk}:ends:").values_list("key", flat=True)
    return sorted((key.rpartition(":")[2] for key in keys), key=int, reverse=True)


@pytest.mark.parametrize(
    ("day", "distances"),
    [
        (date(2026, 7, 1), []),
        (date(2026, 7, 2), ["60"]),
        (date(2026, 7, 20), ["60"]),
        (date(2026, 8, 1), ["30"]),
        (date(2026, 8, 24), ["7"]),
        (date(2026, 8, 31), ["7"]),
        (date(2026, 9, 1), []),
    ],
)
def test_the_distance_that_was_reached_is_told(give, day, distances):
    licence = give(valid_until=ENDS)

    with clock.at(datetime(day.year, day.month, day.day, 2, tzinfo=UTC)):
        licences.remind_holders()
        licences.remind_holders()

    assert told(licence) == distances


def test_each_distance_is_told_once(give):
    licence = give(valid_until=ENDS)
    for day in (
        datetime(2026, 7, 3, 2, tzinfo=UTC),
        datetime(2026, 7, 4, 2, tzinfo=UTC),
        datetime(2026, 8, 25, tzinfo=UTC),
    ):
        with clock.at(day):
            licences.remind_holders()

    assert told(licence) == ["60", "7"]
    assert "2026-08-31" in Notice.objects.filter(key__startswith=f"licence:{licence.pk}:ends:")[0].title


def test_what_rests_or_ended_is_not_told(give, market):
    licence = give(valid_until=ENDS)
    licences.revoke(actor=an_official(market, "licences.manage"), licence=licence, reason="吊销处罚决定")

    with clock.at(datetime(2026, 8, 25, 2, tzinfo=UTC)):
        licences.remind_holders()

    assert told(licence) == []


def test_its_page_leads_to_the_renewal_when_it_is_time(give):
    licence = give(valid_until=ENDS, service="food-business")

    with clock.at(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        assert licences.ways_on(licence) == []
    with clock.at(datetime(2026, 6, 2, 2, tzinfo=UTC)):
        (way,) = licences.ways_on(licence)
        assert (way.how, way.url) == ("extend", "/cases/begin/food-business/")

"""Search in this installation: always of the present edition; what was looked for in vain is counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import FailedSearch, Service
from tongban.platform.catalogue.tests.test_importing import LIST


def test_a_published_service_is_found_at_once_and_a_withdrawn_one_no_more(sign):
    assert [result.service for result in catalogue.search("挂招牌").results] == [sign]

    catalogue.withdraw(actor=SYSTEM, service=sign, reason="试验")

    assert catalogue.search("挂招牌").total == 0


def test_imported_items_are_found(db):
    catalogue.import_items(actor=SYSTEM, file=LIST)

    assert catalogue.search("领证").results[0].service.name == "结婚登记"


def test_a_search_costs_two_queries_once_the_index_stands(sign):
    catalogue.search("招牌")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        catalogue.search("招牌")

    assert len(queries) == 2


def test_suggestions_follow_the_typing(sign):
    assert catalogue.suggest("dianzhao") == [sign]
    assert catalogue.suggest("店") == [sign]


def test_what_finds_nothing_is_answered_with_close_topics(sign):
    assert "开办餐饮店" in {found.title for found in catalogue.nearest("餐饮外卖柜")}
    assert catalogue.nearest("xyz") == []


@pytest.mark.requirement("USR-11")
def test_unmet_demand_is_counted_by_day_and_without_persons(db):
    for _time in range(3):
        catalogue.record_failed_search("火箭发射，电话 13800138000")
    catalogue.record_failed_search("13800138000")

    assert list(FailedSearch.objects.values_list("day", "text", "times")) == [(clock.today(), "火箭发射 电话", 3)]


def test_a_flood_of_different_questions_does_not_fill_the_table(db, settings):
    settings.CATALOGUE_MAX_FAILED_SEARCHES_PER_DAY = 2
    for text in ("火箭", "飞船", "卫星", "火箭"):
        catalogue.record_failed_search(text)

    assert dict(FailedSearch.objects.values_list("text", "times")) == {"火箭": 2, "飞船": 1}


def test_what_most_people_ask_for_comes_first(sign):
    catalogue.import_items(actor=SYSTEM, file=LIST)

    assert list(Service.objects.popular()) == [sign]
    home = catalogue.home_page()
    assert [card.code for card in home.popular] == ["shop-sign"]
    assert [heading.code for heading in home.events] == ["open-restaurant"]
    assert (home.services, home.online) == (4, 1)


def test_services_that_are_asked_for_more_come_first(sign):
    catalogue.import_items(actor=SYSTEM, file=LIST)
    marriage = Service.objects.get(name="结婚登记")

    catalogue.count_uses(actor=SYSTEM, uses={marriage.code: 40, "gone": 3})

    assert [card.name for card in catalogue.home_page().popular] == ["店招设置许可", "结婚登记"]
    with pytest.raises(NotAllowed):
        catalogue.count_uses(actor=Actor("staff"), uses={})

"""Finding a service in the hall: page by page, narrowed down, by heading, while typing, and when nothing is found."""

import re

import pytest
from django.utils import translation

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Edition, FailedSearch, Heading, Service
from tongban.platform.catalogue.pages import guides as pages
from tongban.platform.catalogue.services import presenting
from tongban.platform.catalogue.tests.signs import guide

SEARCH = "/catalogue/search/"


@pytest.fixture
def many(sign):
    """The shop sign permit, and forty-five guides of another office that answer the same question."""
    services = Service.objects.bulk_create(
        Service(
            code=f"card-{number:02}",
            name=f"读者证{number:02}",
            english="" if number else "Reader card",
            type="20",
            audience=["1"],
            department=sign.department,
            area="990100",
            offered=True,
            changed_at=sign.changed_at,
        )
        for number in range(45)
    )
    Heading.objects.bulk_create(Heading(service=one, kind="person", value="060") for one in services[:3])
    Heading.objects.bulk_create(Heading(service=one, kind="audience", value="1") for one in services)
    Edition.objects.bump()
    return services


def found(client, address, **query) -> list[str]:
    page = client.get(address, query).content.decode()
    return re.findall(r'class="service__name" href="/catalogue/guide/([\w-]+)/"', page)


def link(client, address, rel) -> str:
    page = client.get(address).content.decode()
    (href,) = re.findall(rf'rel="{rel}" href="([^"]+)"', page) or [""]
    return href.replace("&amp;", "&")


def test_all_pages_of_a_search_are_reached_and_left_again(client, many):
    first = f"{SEARCH}?q=读者证&for=person"
    seen = found(client, first)
    second = SEARCH + link(client, first, "next")
    seen += found(client, second)
    third = SEARCH + link(client, second, "next")
    seen += found(client, third)

    assert sorted(seen) == [service.code for service in many]
    assert (link(client, first, "prev"), link(client, third, "next")) == ("", "")
    assert found(client, SEARCH + link(client, third, "prev")) == found(client, second)
    assert "for=person" in second


@pytest.mark.parametrize(("page", "shown"), [("0", 20), ("-1", 20), ("x", 20), ("99", 5), ("99999", 20), ("３", 5)])
def test_a_page_that_is_not_there_is_the_nearest_one(client, many, page, shown):
    assert len(found(client, SEARCH, q="读者证", page=page)) == shown


@pytest.mark.parametrize(
    ("chosen", "hits"),
    [
        ({}, True),
        ({"for": "business"}, True),
        ({"for": "person"}, False),
        ({"for": "nobody"}, True),
        ({"department": "urban-management"}, True),
        ({"department": "health"}, False),
        ({"department": "nothing"}, True),
        ({"topic": "business:010"}, True),
        ({"topic": "person:060"}, False),
        ({"topic": "nonsense"}, False),
        ({"online": "1"}, True),
        ({"for": "business", "department": "health"}, False),
    ],
)
def test_a_search_is_narrowed_down(client, sign, chosen, hits):
    assert ("shop-sign" in found(client, SEARCH, q="店招", **chosen)) is hits


def test_what_was_chosen_stays_chosen_and_what_was_asked_stays_asked(client, sign):
    page = client.get(SEARCH, {"q": "店招", "for": "business", "topic": "business:010", "online": "1"}).content.decode()

    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["business", "business:010"]
    assert re.search(r'name="online" value="1" checked', page)
    assert '<input type="hidden" name="q" value="店招">' in page
    assert '<details class="narrow" open>' in page
    assert '<details class="narrow">' in client.get(SEARCH, {"q": "店招"}).content.decode()


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ({"q": "火箭发射"}, True),
        ({"q": "火箭发射", "for": "person"}, False),
        ({"q": "火箭发射", "department": "health"}, False),
        ({"q": "火箭发射", "topic": "person:060"}, False),
        ({"q": "火箭发射", "online": "1"}, False),
    ],
)
def test_only_a_wish_that_nothing_meets_is_counted_and_only_then_the_page_says_so(client, sign, query, counted):
    page = client.get(SEARCH, query).content.decode()

    assert FailedSearch.objects.exists() is counted
    assert ("您查找的内容已不记名统计" in page) is counted


@pytest.mark.parametrize("asked", ["", "   ", "\u200b"])
def test_a_search_for_nothing_leads_to_all_services(client, sign, asked):
    answer = client.get(SEARCH, {"q": asked})

    assert (answer.status_code, answer["Location"]) == (302, "/catalogue/")
    assert not FailedSearch.objects.exists()


@pytest.mark.parametrize(
    ("typed", "suggested"), [("店", False), ("店招", True), ("dianzhao", True), ("火箭", False), ("", False)]
)
def test_suggestions_begin_with_the_second_character(client, sign, typed, suggested):
    page = client.get("/catalogue/suggest/", {"q": typed})

    assert page.status_code == 200
    assert ("/catalogue/guide/shop-sign/" in page.content.decode()) is suggested


@pytest.mark.parametrize(
    ("path", "title", "codes"),
    [
        ("for/person", "个人办事", "card"),
        ("for/business", "企业办事", "shop-sign"),
        ("person/060", "", "card-00 card-01 card-02"),
        ("business/010", "", "shop-sign"),
        ("event/open-restaurant", "开办餐饮店", "shop-sign"),
        ("type/01", "行政许可", "shop-sign"),
        ("type/20", "公共服务", "card"),
        ("department/urban-management", "云泽市城市管理局", "shop-sign card"),
        ("department/health", "云泽市卫健委", ""),
    ],
)
def test_a_heading_lists_what_stands_under_it(client, many, path, title, codes):
    address = f"/catalogue/under/{path}/"
    page, shown = client.get(address).content.decode(), found(client, address)

    assert title in re.search("<h1>(.*?)</h1>", page, re.DOTALL)[1]
    assert shown == [code for code in shown if code.startswith(tuple(codes.split()) or "none")]
    assert bool(shown) is bool(codes)
    if " " in codes and "card " not in f"{codes} ":
        assert shown == codes.split()


def test_a_heading_is_narrowed_to_what_can_be_done_online(client, many):
    address = "/catalogue/under/department/urban-management/"

    assert found(client, address)[0] == "shop-sign"
    assert found(client, address, online="1") == ["shop-sign"]
    assert len(found(client, address, online="0")) == 20
    assert found(client, "/catalogue/under/person/060/", online="1") == []


@pytest.mark.parametrize(
    "path", ["for/nobody", "type/99", "person/010x", "level/3", "audience/2", "department/Nothing", "event/"]
)
def test_a_heading_that_is_none_is_not_found(client, sign, path):
    assert client.get(f"/catalogue/under/{path}/").status_code == 404


def test_an_empty_heading_says_where_to_look(client, sign):
    page = client.get("/catalogue/under/department/health/").content.decode()

    assert "这里还没有事项" in page
    assert 'href="/catalogue/"' in page


@pytest.mark.parametrize(
    ("sole_traders", "audience", "named"),
    [
        (True, ["1", "2", "6"], ["自然人", "企业法人", "个体工商户", "其他组织"]),
        (True, ["6"], ["个体工商户", "其他组织"]),
        (False, ["2", "6"], ["企业法人", "其他组织"]),
        (None, ["1"], ["自然人"]),
    ],
)
def test_sole_traders_stand_behind_the_companies(offices, sole_traders, audience, named):
    about = {"audience": audience} | ({} if sole_traders is None else {"sole_traders": sole_traders})

    assert presenting.audience(about) == named


@pytest.mark.parametrize(
    ("changes", "language", "said"),
    [
        ({}, "zh-hans", ("3个工作日", "10个工作日", "5个工作日", "", {})),
        ({}, "en", ("3 working days", "10 working days", "5 working days", "", {})),
        ({"unit": "day"}, "en", ("3 calendar days", "10 calendar days", "5 working days", "", {})),
        ({"promised_days": 1}, "en", ("1 working day", "10 working days", "5 working days", "", {})),
        (
            {"unit": "day", "extension": {"days": 10, "source": "条例"}},
            "en",
            ("3 calendar days", "10 calendar days", "5 working days", "10 calendar days", {}),
        ),
        (
            {"unit": "day", "procedure": [{"name": "听证", "days": 20, "source": "条例"}]},
            "zh-hans",
            ("3个自然日", "10个自然日", "5个工作日", "", {"听证": "20个工作日"}),
        ),
    ],
)
def test_time_limits_are_said_each_in_its_unit(changes, language, said):
    with translation.override(language):
        assert tuple(presenting.limits(guide({f"limits.{name}": value for name, value in changes.items()}))) == said


def test_what_is_asked_for_most_comes_first_and_what_is_online_before_it(client, many):
    catalogue.count_uses(actor=SYSTEM, uses={"card-07": 5, "card-09": 9, "shop-sign": 1})

    assert [card.code for card in catalogue.home_page().popular] == ["shop-sign", "card-09", "card-07"]


def test_a_start_page_counts_what_stands_under_each_heading(client, many):
    home = catalogue.home_page()

    assert {heading.code: heading.services for heading in home.kinds} == {"01": 1, "20": 45}
    assert {heading.code: heading.services for heading in home.departments} == {"urban-management": 46}
    assert {heading.code: heading.services for heading in home.person} == {"060": 3}
    assert [(event.code, event.services) for event in home.events] == [("open-restaurant", 1)]
    assert (home.services, home.online) == (46, 1)


def test_cards_are_those_of_what_is_offered(client, many):
    catalogue.withdraw(actor=SYSTEM, service=many[1], reason="停办")

    cards = catalogue.cards(["card-00", "card-01", "nothing", "shop-sign"])

    assert {code: (card.name, card.online) for code, card in cards.items()} == {
        "card-00": ("读者证00", False),
        "shop-sign": ("店招设置许可", True),
    }


def test_a_page_kept_for_visitors_is_not_shown_to_whoever_asks_otherwise(client, sign):
    plain = client.get("/catalogue/").content

    client.cookies["django_language"] = "en"
    english = client.get("/catalogue/").content
    assert plain != english
    client.cookies["django_language"] = "zh-hans"
    assert client.get("/catalogue/").content == plain


def test_the_words_people_choose_between_cover_every_audience():
    assert sorted("".join(pages.AUDIENCES.values())) == list("123456")

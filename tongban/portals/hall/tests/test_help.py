"""Help: questions, halls, statements, site map; search leads there; every number dials."""

import re
import tomllib

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tongban.city.services import DEMO as DEMO_FILE
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.places import services as places
from tongban.portals.hall import rules, services

pytestmark = [pytest.mark.django_db, pytest.mark.found("B13")]

PAGES = ["help", "halls", "accessibility", "privacy", "map"]
DEMO = tomllib.loads(DEMO_FILE.read_text())


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client


@pytest.fixture
def halls():
    places.load(actor=SYSTEM, table=DEMO["places"])


def shown(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def bare_numbers(page: str) -> list[str]:
    """Return the telephone numbers of a page that nobody can dial."""
    text = re.sub(r'<a [^>]*href="tel:.*?</a>|<[^>]*>', " ", page, flags=re.DOTALL)
    return re.findall(r"(?<!\d)(?:0\d{2,3}-\d{7,8}|12[1-9]\d\d)(?!\d)", text)


@pytest.mark.parametrize("door", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_help_opens_in_both_languages_and_its_numbers_dial(client, halls, door, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = shown(client, reverse(f"hall:{door}"))

    assert not bare_numbers(page)
    assert 'href="tel:12345"' in page


def test_the_footer_leads_to_help_and_not_to_developers(client):
    foot = re.search(r"<footer.*?</footer>", shown(client, "/"), re.DOTALL)[0]

    for door in PAGES:
        assert f'href="{reverse(f"hall:{door}")}"' in foot
    assert "设计规范" not in foot


@pytest.mark.parametrize(
    ("asked", "door"),
    [
        ("怎么投诉", "help"),
        ("投诉电话", "help"),
        ("complaint", "help"),
        ("how do I complain", "help"),
        ("隐私", "privacy"),
        ("隐私政策", "privacy"),
        ("privacy", "privacy"),
        ("办事大厅", "halls"),
        ("办事大厅在哪里", "halls"),
        ("几点上班", "halls"),
        ("opening hours", "halls"),
        ("无障碍", "accessibility"),
        ("accessibility", "accessibility"),
        ("忘记密码怎么办", "help"),
        ("什么是容缺受理", "help"),
        ("网站地图", "map"),
    ],
)
def test_search_finds_the_pages_of_help(client, asked, door):
    page = shown(client, f"/catalogue/search/?q={asked}")

    answers = re.search(r'<section class="answers.*?</section>', page, re.DOTALL)
    assert answers
    assert f'href="{reverse(f"hall:{door}")}' in answers[0]


@pytest.mark.parametrize(
    "asked",
    ["食品经营许可", "公司账户变更", "居住证", "投诉劳动保障", "办", "老年人优待证", "how to open a restaurant"],
)
def test_what_asks_for_a_service_is_not_answered_with_help(asked):
    assert not list(services.answers_to(asked))


def test_what_help_answers_is_no_unmet_wish(client):
    assert "暂时没有找到" not in shown(client, "/catalogue/search/?q=隐私政策")


def test_the_halls_are_the_citys_data_with_all_that_one_needs_to_go_there(client, halls):
    page = shown(client, "/help/halls/")

    for hall in DEMO["places"]["hall"]:
        for fact in (hall["name"], hall["address"], hall["hours"], f"tel:{hall['phone']}", hall["windows"][0]["name"]):
            assert fact in page


def test_every_window_of_a_shipped_guide_is_in_a_hall_of_the_list():
    houses = {hall["address"] for hall in DEMO["places"]["hall"]}
    for folder in definition_folders():
        for place in tomllib.loads((folder / "service.toml").read_text())["place"]:
            assert any(place["address"].startswith(house) for house in houses), place["address"]


def test_every_question_has_an_answer_and_a_way_on_in_both_languages():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for row in services.questions():
                assert row.ask, row.key
                assert row.answer, row.key
                assert row.url, row.key
                assert row.go, row.key


def test_what_is_said_of_time_comes_from_the_settings(client, settings):
    settings.IDENTITY_PERSON_IDLE_MINUTES = 47

    assert "47 分钟没有操作" in shown(client, "/help/privacy/")


def test_the_site_map_holds_the_menus_and_the_headings_of_the_catalogue(client):
    page = shown(client, "/help/map/")

    for door in ("catalogue:browse", "licences:verify", "cases:mine", "registers:mine", "parties:mandates", "halls"):
        assert f'href="{reverse(f"hall:{door}")}"' in page


@pytest.mark.parametrize(
    ("asked", "about"), [("怎么投诉？", "投诉"), ("办事大厅在哪里", "办事大厅"), ("How do I complain?", "complain")]
)
def test_a_question_is_about_what_is_left_without_its_question_words(asked, about):
    assert rules.core(asked) == about

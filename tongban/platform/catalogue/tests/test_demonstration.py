"""What the demonstration's offices do elsewhere: some three hundred guides, each of use by itself."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.snapshots import snapshot
from tongban.city import services as city
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.demonstration import GUIDES, load_services
from tongban.platform.catalogue.models import Service
from tongban.platform.catalogue.services import headings

# Asked for most, and nothing answered before (found.md A8).
ASKED = {
    "公积金": "公积金",
    "结婚": "结婚登记",
    "护照": "护照",
    "港澳通行证": "港澳通行证",
    "医保报销": "医疗费用",
    "低保": "低保",
    "失业金": "失业保险金",
    "营业执照": "营业执照",
    "残疾证": "残疾人证",
    "健康证": "健康证明",
    "身份证丢了": "居民身份证补领",
    "社保卡": "社会保障卡首次申领",
    "怎么投诉": "投诉",
    "passport": "护照",
    "老人证": "老年人优待证",
    "marriage": "婚",
    "get a driving licence": "驾驶证",
}
TOPICS = {"person": ["005", "060", "145", "075"], "business": ["030", "025", "165", "005"]}


@pytest.fixture
def guides(db: Any) -> Any:
    return snapshot("three hundred guides", taken_in)


def taken_in() -> Any:
    city.load_data()
    city.found_demo_city()
    return catalogue.import_guides(actor=SYSTEM, folder=GUIDES)


def items() -> list[dict[str, Any]]:
    return [item for file in sorted(GUIDES.glob("*.toml")) for item in tomllib.loads(file.read_text()).get("item", ())]


@pytest.mark.found("A8")
def test_some_three_hundred_guides_are_taken_in_without_a_doubt(guides):
    assert guides.count("refused") == 0, guides.as_text()
    assert guides.count("imported") == Service.objects.guides_only().count() >= 300


@pytest.mark.found("A8")
@pytest.mark.parametrize(("asked", "name"), ASKED.items())
def test_what_people_ask_most_leads_to_its_guide_first(guides, asked, name):
    found = catalogue.search(asked).results

    assert found
    assert name in found[0].service.name


@pytest.mark.found("A7")
def test_people_and_businesses_find_every_topic_they_expect(guides):
    for kind, codes in TOPICS.items():
        for code in codes:
            assert Service.objects.offered().under(kind, code).count() >= 5, headings.name(kind, code)


@pytest.mark.found("A8")
def test_a_guide_says_that_it_is_not_done_here_and_where_to_go(guides, client):
    guide = Service.objects.get(name="结婚登记")

    page = client.get(f"/catalogue/guide/{guide.code}/").content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(f"/catalogue/guide/{guide.code}/").content.decode()

    assert "本平台不能在线办理" in page
    assert guide.about["place"]["name"] in page
    assert f"tel:{guide.about['place']['phone']}" in page
    assert all(line in page for line in (*guide.about["materials"], *guide.about["steps"]))
    assert "/cases/begin/" not in page
    assert "Registering a marriage" in english
    assert "in Chinese only" in english


def test_the_interface_gives_the_whole_guide(guides, client):
    guide = Service.objects.get(name="结婚登记")

    told = client.get(f"/api/v1/catalogue/services/{guide.code}").json()

    assert told["guide"] is None
    assert told["about"]["materials"] == guide.about["materials"]


def test_the_same_folder_twice_changes_nothing(guides):
    again = catalogue.import_guides(actor=SYSTEM, folder=GUIDES)

    assert again.count("unchanged") == guides.count("imported")
    assert again.count("changed") == again.count("imported") == 0


def test_a_guide_that_moved_to_another_heading_is_filed_anew(guides, tmp_path: Path):
    for file in GUIDES.glob("*.toml"):
        text = file.read_text()
        (tmp_path / file.name).write_text(text.replace('person = ["060"]', 'person = ["005"]'))

    catalogue.import_guides(actor=SYSTEM, folder=tmp_path)

    assert Service.objects.get(name="结婚登记") in Service.objects.offered().under("person", "005")
    assert Service.objects.get(name="结婚登记") not in Service.objects.offered().under("person", "060")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('office = "marriage"', 'office = "nowhere"'),
        ('person = ["060"]', 'person = ["060x"]'),
        ("limit = ", "limits = "),
        ('type = "07"', 'type = "77"'),
    ],
)
def test_a_guide_with_a_slip_is_refused_in_words_and_the_others_are_taken(guides, tmp_path: Path, old, new):
    for file in GUIDES.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text().replace(old, new, 1))

    report = catalogue.import_guides(actor=SYSTEM, folder=tmp_path)

    assert report.count("refused") >= 1
    assert report.count("unchanged") > 300
    assert all(line.reasons for line in report.items if line.outcome == "refused")


def test_no_two_guides_say_the_same():
    said = items()

    for key in ("name", "summary", "english", "code"):
        assert [text for text, times in Counter(item[key] for item in said).items() if times > 1] == []
    assert [key for key, times in Counter((*i["materials"], *i["steps"]) for i in said).items() if times > 1] == []


def test_every_telephone_is_an_invented_one_or_a_national_line():
    offices = tomllib.loads((GUIDES / "offices.toml").read_text())["office"].values()

    assert all(office["phone"].startswith("0990-555") for office in offices)
    assert all(len(office["line"]) in {3, 5} for office in offices)


@pytest.mark.slow
@pytest.mark.found("B13")
def test_every_telephone_number_of_every_guide_can_be_dialled(guides, client):
    load_services()
    bare = {}
    for code in Service.objects.filter(offered=True).values_list("code", flat=True):
        page = client.get(f"/catalogue/guide/{code}/").content.decode()
        text = re.sub(r'<a [^>]*href="tel:.*?</a>|<[^>]*>', " ", page, flags=re.DOTALL)
        if numbers := re.findall(r"(?<![\d-])(?:0\d{2,3}-\d{7,8}|12[1-9]\d\d)(?![\d-])", text):
            bare[code] = numbers

    assert not bare

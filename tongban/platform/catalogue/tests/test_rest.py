"""The catalogue for machines: what is asked wrongly is refused by its field; what stays the same is not sent again."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.catalogue.tests.conftest import spoil
from tongban.platform.catalogue.tests.test_importing import LIST

API = "/api/v1/catalogue"
ADDRESSES = (
    f"{API}/services",
    f"{API}/search?q=招牌",
    f"{API}/services/shop-sign",
    f"{API}/services/shop-sign/questions",
)


@pytest.fixture
def listed(sign):
    """The shop sign permit, and three guides of a list."""
    catalogue.import_items(actor=SYSTEM, file=LIST)
    return sign


def names(answer) -> list[str]:
    return [line["name"] for line in answer.json()["items"]]


def test_a_service_is_listed_with_what_lists_show(client, sign):
    (line,) = client.get(f"{API}/services").json()["items"]

    assert line == {
        "code": "shop-sign",
        "name": "店招设置许可",
        "english": "Shop sign permit",
        "summary": "在沿街门面设置店名招牌前取得的许可。",
        "summary_english": "",
        "department": "云泽市城市管理局",
        "department_key": "urban-management",
        "type": "01",
        "level": "3",
        "area": "990100",
        "audience": ["2", "6"],
        "online": True,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["低保申请", "优待证办理", "店招设置许可", "结婚登记"]),
        ("online=true", ["店招设置许可"]),
        ("online=false", ["低保申请", "优待证办理", "店招设置许可", "结婚登记"]),
        ("department=urban-management", ["店招设置许可"]),
        ("department=health", []),
        ("topic=business:010", ["店招设置许可"]),
        ("topic=event:open-restaurant", ["店招设置许可"]),
        ("topic=person:010", []),
        ("topic=business:060&online=true", []),
        ("department=urban-management&topic=business:010&online=true", ["店招设置许可"]),
    ],
)
def test_a_list_is_narrowed(client, listed, query, found):
    answer = client.get(f"{API}/services?{query}")

    assert (answer.status_code, sorted(names(answer))) == (200, sorted(found))


@pytest.mark.parametrize(
    ("path", "field", "said"),
    [
        ("services?department=moon", "department", "没有标识为“moon”的部门。"),
        ("services?topic=person", "topic", "person:060"),
        ("services?topic=person:", "topic", "person:060"),
        ("services?topic=:060", "topic", "person:060"),
        ("services?topic=audience:1", "topic", "person:060"),
        ("services?online=perhaps", "online", ""),
        ("search", "q", ""),
        ("search?q=x&page=first", "page", ""),
        ("search?q=x&online=perhaps", "online", ""),
        ("services?after=nonsense", "after", ""),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_its_field(client, listed, path, field, said):
    answer = client.get(f"{API}/{path}")

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert field in str(answer.json())
    assert said in str(answer.json())


@pytest.mark.parametrize("path", ["services/none", "services/none/questions", "services/X-000021-001/questions"])
def test_what_is_not_there_is_a_404_in_words(client, listed, path):
    answer = client.get(f"{API}/{path}")

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_what_was_withdrawn_is_not_there(client, sign):
    catalogue.withdraw(actor=SYSTEM, service=sign, reason="停办")

    assert names(client.get(f"{API}/services")) == []
    assert client.get(f"{API}/services/shop-sign").status_code == 404
    assert client.get(f"{API}/services/shop-sign/questions").status_code == 404


def test_a_list_is_read_page_by_page_each_once(client, listed):
    whole = names(client.get(f"{API}/services"))
    assert client.get(f"{API}/services").json()["next"] == ""
    Service.objects.bulk_create(
        Service(
            code=f"more-{number:03}",
            name=f"更多{number:03}",
            type="20",
            department=listed.department,
            offered=True,
            changed_at=listed.changed_at,
        )
        for number in range(60)
    )
    seen, further = [], "online=false"
    while further and len(seen) < 100:
        page = client.get(f"{API}/services?{further}").json()
        assert len(page["items"]) <= 50
        seen += [line["name"] for line in page["items"]]
        further = page["next"]
    assert len(seen) == len(set(seen)) == 64
    assert set(whole) < set(seen)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_stays_the_same_is_not_sent_again(client, sign, address):
    tag = client.get(address)["ETag"]

    same = client.get(address, headers={"If-None-Match": tag})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_edition_and_another_language_are_sent(client, sign, folder, address):
    chinese = client.get(address, headers={"accept-language": "zh-CN"})["ETag"]
    assert client.get(address, headers={"accept-language": "en", "If-None-Match": chinese}).status_code == 200
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    assert client.get(address, headers={"accept-language": "zh-CN", "If-None-Match": chinese}).status_code == 200


def test_an_answer_may_be_kept_a_minute_by_anybody(client, sign):
    assert client.get(f"{API}/services")["Cache-Control"] == "public, max-age=60"


def test_a_guide_says_its_version_and_its_limits_in_the_readers_language(client, sign):
    def limits(language):
        return client.get(f"{API}/services/shop-sign", headers={"accept-language": language}).json()["limits"]

    told = client.get(f"{API}/services/shop-sign").json()
    assert (told["version"], told["guide"]["code"], told["about"]) == (1, "shop-sign", {})
    assert limits("zh-CN") == {
        "promised": "3个工作日",
        "statutory": "10个工作日",
        "acceptance": "5个工作日",
        "extension": "",
        "procedures": {},
    }
    assert limits("en")["promised"] == "3 working days"


def test_a_guide_that_is_not_handled_here_has_neither_version_nor_limits(client, listed):
    told = client.get(f"{API}/services/X-000021-001").json()

    assert (told["version"], told["guide"], told["limits"], told["online"]) == (None, None, None, False)


def test_the_questions_are_those_of_the_version_in_force(client, sign):
    told = client.get(f"{API}/services/shop-sign/questions").json()

    assert (told["service"], told["version"]) == ("shop-sign", 1)
    assert set(told["answers"]["properties"]) == {"shop_name", "lit"}
    assert [(step["step"], [one["name"] for one in step["questions"]]) for step in told["layout"]] == [
        ("shop", ["shop_name", "lit"])
    ]
    assert [(line["code"], line["accept"], line["max_mb"]) for line in told["materials"]] == [
        ("design", ["pdf", "png", "ofd"], 5)
    ]


def test_a_search_says_why_and_how_many(client, listed):
    told = client.get(f"{API}/search?q=挂招牌").json()

    assert (told["total"], told["page"], told["pages"]) == (1, 1, 1)
    assert told["items"][0]["why"] == ["日常说法“挂招牌”", "“招牌”对应“店招”"]


@pytest.mark.parametrize("page", [-3, 0, 1, 7, 10**9])
def test_a_page_that_is_not_there_is_the_nearest_one(client, listed, page):
    assert client.get(f"{API}/search?q=招牌&page={page}").json()["page"] == 1


def test_a_search_for_what_is_online_leaves_the_rest_out(client, listed):
    assert names(client.get(f"{API}/search?q=登记"))[0] == "结婚登记"
    assert "结婚登记" not in names(client.get(f"{API}/search?q=登记&online=true"))

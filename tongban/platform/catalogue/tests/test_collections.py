"""A collection of guides is read row by row: what other offices handle; each refusal has its reason."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Edition, Heading, Service
from tongban.platform.catalogue.rules import guides
from tongban.platform.identity.models import Department

MOMENT = datetime(2026, 3, 2, 2, tzinfo=UTC)
HEAD = """
[[department]]
key = "library"
parent = "health"
name = "云泽市图书馆"
english = "City Library"

[office.desk]
department = "library"
name = "图书馆总台"
english = "Library desk"
address = "湖滨大道 8 号"
hours = "每天 9:00—20:00"
phone = "0990-55510300"
"""
CARD = """
[[item]]
code = "lib-01"
name = "读者证办理"
english = "Library card"
summary = "借书之前办理。"
summary_english = "Before you borrow."
words = ["借书证"]
type = "20"
audience = ["1"]
person = ["060"]
business = ["010"]
events = ["newborn"]
office = "desk"
who = "所有人。"
materials = ["身份证"]
steps = ["到总台", "领证"]
limit = "当场。"
fee = "不收费。"
note = "周一闭馆。"
"""
OTHER = CARD.replace("lib-01", "lib-02").replace("读者证", "阅览证").replace("Library card", "Reading card")


@pytest.fixture
def collection(offices, tmp_path):
    """Write files and take them in: collection(first, second, …)."""
    folder = tmp_path / "guides"
    folder.mkdir()

    def take(*texts: str, actor: Actor = SYSTEM) -> Any:
        for old in folder.glob("*.toml"):
            old.unlink()
        for number, text in enumerate(texts):
            (folder / f"{number}.toml").write_text(text)
        return catalogue.import_guides(actor=actor, folder=folder)

    return take


def outcomes(report: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(line.code, line.outcome, line.reasons) for line in report.items]


def test_an_item_is_kept_with_all_it_says(collection, offices):
    with clock.at(MOMENT):
        report = collection(HEAD, CARD)

    assert outcomes(report) == [("lib-01", "imported", ())]
    kept = Service.objects.get(code="lib-01")
    library = Department.objects.get(key="library")
    assert (kept.name, kept.english) == ("读者证办理", "Library card")
    assert (kept.summary, kept.summary_english) == ("借书之前办理。", "Before you borrow.")
    assert (kept.keywords, kept.type, kept.audience) == (["借书证"], "20", ["1"])
    assert (kept.department, kept.area, kept.changed_at) == (library, "990100", MOMENT)
    assert (kept.offered, kept.online, kept.current) == (True, False, None)
    assert kept.about == {
        "who": "所有人。",
        "materials": ["身份证"],
        "steps": ["到总台", "领证"],
        "limit": "当场。",
        "fee": "不收费。",
        "note": "周一闭馆。",
        "place": {
            "name": "图书馆总台",
            "english": "Library desk",
            "address": "湖滨大道 8 号",
            "hours": "每天 9:00—20:00",
            "phone": "0990-55510300",
            "line": "",
        },
    }
    assert set(kept.headings.values_list("kind", "value")) == {
        ("audience", "1"),
        ("person", "060"),
        ("business", "010"),
        ("event", "newborn"),
    }


def test_a_department_of_the_collection_stands_below_its_parent_and_behind_the_citys_own(collection, offices):
    collection(HEAD, CARD)

    library = Department.objects.get(key="library")
    assert (library.name, library.english, library.parent) == ("云泽市图书馆", "City Library", offices["health"])
    assert (library.area, library.order) == (offices["health"].area, 1000)
    assert [department.key for department in Department.objects.in_order()][-1] == "library"


def test_what_an_item_leaves_out_has_a_meaning(collection):
    optional = ("english", "summary_english", "words", "type", "audience", "person", "business", "events", "note")
    bare = "\n".join(line for line in CARD.splitlines() if not line.startswith(optional))

    collection(HEAD, bare)

    kept = Service.objects.get(code="lib-01")
    assert (kept.english, kept.summary_english, kept.keywords) == ("", "", [])
    assert (kept.type, kept.audience) == (guides.PUBLIC_SERVICE, ["1"])
    assert set(kept.headings.values_list("kind", "value")) == {("audience", "1")}
    assert "note" not in kept.about


def test_what_a_collection_brought_is_told_once(collection):
    before = Edition.objects.current()

    collection(HEAD, CARD, CARD.replace("lib-01", "x y"))

    fact = Fact.objects.get(name="catalogue.ItemsImported")
    assert fact.data == {
        "source": "guides",
        "imported": 1,
        "changed": 0,
        "unchanged": 0,
        "doubtful": 0,
        "refused": 1,
    }
    assert (fact.subject, Edition.objects.current() != before) == ("catalogue", True)


def test_the_same_again_changes_nothing(collection):
    collection(HEAD, CARD, OTHER)
    edition, facts = Edition.objects.current(), Fact.objects.count()
    with clock.at(MOMENT):
        report = collection(HEAD, CARD, OTHER)

    assert [outcome for _code, outcome, _reasons in outcomes(report)] == ["unchanged", "unchanged"]
    assert (Edition.objects.current(), Fact.objects.count()) == (edition, facts)
    assert not Service.objects.filter(changed_at=MOMENT).exists()


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ('name = "读者证办理"', 'name = "借书证办理"', "name", "借书证办理"),
        ('english = "Library card"', 'english = "Card"', "english", "Card"),
        ("借书之前办理。", "看书之前办理。", "summary", "看书之前办理。"),
        ("Before you borrow.", "Before.", "summary_english", "Before."),
        ('["借书证"]', '["图书证"]', "keywords", ["图书证"]),
        ('type = "20"', 'type = "07"', "type", "07"),
        ('audience = ["1"]', 'audience = ["1", "2"]', "audience", ["1", "2"]),
    ],
)
def test_what_changed_of_one_item_changes_it_alone(collection, old, new, column, value):
    collection(HEAD, CARD, OTHER)
    assert old in CARD

    with clock.at(MOMENT):
        report = collection(HEAD, CARD.replace(old, new), OTHER)

    assert [outcome for _code, outcome, _reasons in outcomes(report)] == ["changed", "unchanged"]
    kept, other = Service.objects.get(code="lib-01"), Service.objects.get(code="lib-02")
    assert (getattr(kept, column), kept.changed_at) == (value, MOMENT)
    assert other.changed_at != MOMENT


def test_another_telephone_of_an_office_changes_what_its_items_say(collection):
    collection(HEAD, CARD)

    report = collection(HEAD.replace("55510300", "55510399") + 'line = "12345"\n', CARD)

    assert outcomes(report) == [("lib-01", "changed", ())]
    place = Service.objects.get(code="lib-01").about["place"]
    assert (place["phone"], place["line"]) == ("0990-55510399", "12345")


def test_another_heading_moves_the_item_and_begins_an_edition(collection):
    collection(HEAD, CARD, OTHER)
    edition = Edition.objects.current()

    collection(HEAD, CARD.replace('person = ["060"]', 'person = ["005"]'), OTHER)

    under = Heading.objects.filter(kind="person").values_list("service__code", "value")
    assert set(under) == {("lib-01", "005"), ("lib-02", "060")}
    assert Edition.objects.current() != edition


LACKS = "The item lacks one of: code, name, summary, office, who, materials, steps, limit, fee."
WRONG_TYPE = "A value of the item is neither a text nor a list of texts, as its key wants."
NO_HEADING = "The item is listed under a heading that does not exist."
NO_CODE = "The item code cannot be stored: too long, or not plain letters and digits."


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        *((f"{name} = ", f"# {name} = ", LACKS) for name in guides.NEEDED),
        ("materials = [", "materials = []\n# [", LACKS),
        ('fee = "不收费。"', 'fee = ""', LACKS),
        ("limit = ", "colour = 1\nlimit = ", "The item has a key that is not known here."),
        ('code = "lib-01"', 'code = "图书"', NO_CODE),
        ('code = "lib-01"', f'code = "{"x" * 65}"', NO_CODE),
        ('code = "lib-01"', "code = 7", WRONG_TYPE),
        ('name = "读者证办理"', "name = 7", WRONG_TYPE),
        ('words = ["借书证"]', 'words = "借书证"', WRONG_TYPE),
        ('words = ["借书证"]', "words = [7]", WRONG_TYPE),
        ('materials = ["身份证"]', 'materials = "身份证"', WRONG_TYPE),
        ('audience = ["1"]', "audience = [1]", WRONG_TYPE),
        ('name = "读者证办理"', f'name = "{"证" * 201}"', "The name is longer than 200 characters."),
        ('english = "Library card"', f'english = "{"x" * 201}"', "The name is longer than 200 characters."),
        ('office = "desk"', 'office = "moon"', "The item names an office that is not in the collection."),
        ('type = "20"', 'type = "21"', "The kind of the item is unknown."),
        ('type = "20"', 'type = "7"', "The kind of the item is unknown."),
        ('audience = ["1"]', 'audience = ["7"]', NO_HEADING),
        ('person = ["060"]', 'person = ["000"]', NO_HEADING),
        ('business = ["010"]', 'business = ["060", "01"]', NO_HEADING),
        ('events = ["newborn"]', 'events = ["flood"]', NO_HEADING),
    ],
)
def test_an_item_with_a_slip_is_refused_with_its_reason_and_the_others_are_taken(collection, old, new, reason):
    assert old in CARD

    report = collection(HEAD, CARD.replace(old, new, 1), OTHER)

    refused, taken = outcomes(report)
    assert refused[1:] == ("refused", (reason,))
    assert taken == ("lib-02", "imported", ())
    with translation.override("zh-hans"):
        assert reason not in report.as_text()


@pytest.mark.parametrize("kind", [*(f"0{number}" for number in range(1, 10)), "10", "20"])
def test_every_kind_of_item_may_be_told_of(collection, kind):
    assert outcomes(collection(HEAD, CARD.replace('"20"', f'"{kind}"'))) == [("lib-01", "imported", ())]


def test_a_name_of_two_hundred_characters_fits(collection):
    assert outcomes(collection(HEAD, CARD.replace("读者证办理", "证" * 200))) == [("lib-01", "imported", ())]


def test_of_two_items_of_one_code_neither_is_taken(collection):
    report = collection(HEAD, CARD, CARD.replace("读者证", "阅览证"), OTHER)

    reason = ("Another item of the collection has the same code.",)
    assert outcomes(report) == [
        ("lib-01", "refused", reason),
        ("lib-01", "refused", reason),
        ("lib-02", "imported", ()),
    ]


def test_two_items_without_a_code_lack_it_and_are_not_taken_for_doubles(collection):
    bare = CARD.replace('code = "lib-01"', "")

    assert [reasons for _code, _outcome, reasons in outcomes(collection(HEAD, bare, bare))] == [(LACKS,)] * 2


def test_an_office_of_a_department_that_the_city_does_not_have_takes_no_item(collection):
    report = collection(HEAD.replace('department = "library"', 'department = "museum"'), CARD)

    assert outcomes(report) == [
        ("lib-01", "refused", ("The office belongs to a department that the city does not have.",))
    ]


def test_a_definition_of_this_installation_is_not_overwritten(sign, collection):
    report = collection(HEAD, CARD.replace("lib-01", "shop-sign"))

    assert outcomes(report) == [("shop-sign", "refused", ("A definition of this installation already has this code.",))]
    kept = Service.objects.get(code="shop-sign")
    assert (kept.name, kept.about) == ("店招设置许可", {})
    assert ("person", "060") not in set(kept.headings.values_list("kind", "value"))


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ((HEAD, "a = = 1"), "1.toml, line 1, column 5: a value cannot be read"),
        ((HEAD + 'colour = "red"\n', CARD), "office.desk: colour?"),
        ((HEAD.replace("hours = ", "# "), CARD), "office.desk: hours"),
        ((HEAD.replace("hours = ", "hours = 9 # "), CARD), "office.desk?"),
        (("office = 3",), "office?"),
        (("[office]\ndesk = 3",), "office.desk?"),
        (("item = 3",), "[[item]]?"),
        (("item = [1]",), "[[item]]?"),
        (("department = {}",), "[[department]]?"),
        (("[[department]]\nkey = 'library'",), "department[1]: name"),
        (("[[department]]\nkey = 'library'\nname = 7",), "department[1]?"),
        ((HEAD.replace('"health"', '"healht"'), CARD), "department.library: parent?"),
    ],
)
def test_a_folder_that_is_no_collection_is_refused_whole_with_the_place(collection, texts, problem):
    with pytest.raises(catalogue.UnknownGuides) as refusal, translation.override("en"):
        collection(*texts)

    with translation.override("en"):
        assert str(refusal.value) == f"This folder is not a collection of guides: {problem}"
    assert refusal.value.status == 422
    assert not Service.objects.exists()
    assert not Department.objects.filter(key="library").exists()


def test_a_file_of_another_encoding_is_named(collection, tmp_path):
    (tmp_path / "guides" / "old.toml").write_bytes("name = '图书馆'".encode("gb18030"))

    with pytest.raises(catalogue.UnknownGuides, match=r"old\.toml"):
        catalogue.import_guides(actor=SYSTEM, folder=tmp_path / "guides")


def test_a_folder_without_guides_brings_nothing(collection):
    report = collection()

    assert report.items == []
    assert not Fact.objects.filter(name="catalogue.ItemsImported").exists()


def test_taking_in_guides_needs_the_duty(collection):
    with pytest.raises(NotAllowed):
        collection(HEAD, CARD, actor=Actor("staff"))


def test_a_row_of_the_collection_reaches_the_reader_of_its_page(collection, client):
    collection(HEAD, CARD)

    page = client.get("/catalogue/guide/lib-01/").content.decode()

    assert all(
        text in page for text in ("读者证办理", "图书馆总台", "湖滨大道 8 号", "当场。", "不收费。", "周一闭馆。")
    )

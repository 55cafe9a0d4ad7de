"""What is wrong with a definition is said with file, place and remedy."""

import json
import tomllib
from pathlib import Path

import pytest

from tongban.platform.catalogue.rules import consistency, examples, shape
from tongban.platform.catalogue.services.reading import plain

ROOM = Path(__file__).parent.parent
SCHEMA = json.loads((ROOM / "service.schema.json").read_text())
GUIDE = (Path(__file__).parent / "definitions/shop-sign/service.toml").read_text()
TASKS = {"accept": ("accept", "window"), "approve": ("approve", "approver")}
TEMPLATES = ("licence.md", "documents/face.md")


def guide(*changes):
    text = GUIDE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return plain(tomllib.loads(text))


def parts(**changes):
    known = {
        "folder": "shop-sign",
        "tasks": TASKS,
        "fields": {"shop_name", "lit"},
        "media": {"design-sample.png"},
        "templates": TEMPLATES,
        "departments": {"urban-management", "government-services"},
    }
    return consistency.Parts(**{**known, **changes})


def test_a_whole_guide_has_no_problems():
    assert not list(shape.problems(guide(), SCHEMA))
    assert not list(consistency.problems(guide(), parts()))
    assert not list(consistency.quality(guide()))


@pytest.mark.parametrize(
    ("old", "new", "place", "text", "remedy"),
    [
        ("summary = ", 'sumary = "x"\nsummary = ', "", "The key “%(key)s” is unknown.", "Did you mean “%(near)s”?"),
        ('name = "店招效果图"', 'nam = "店招效果图"', "material[design]", "The key “%(key)s” is missing.", None),
        ("promised_days = 3", 'promised_days = "3"', "limits.promised_days", "This must be %(type)s.", None),
        ('handling = "promise"', 'handling = "soon"', "handling", None, "Use one of: %(expected)s."),
        ('code = "shop-sign"', 'code = "Shop Sign"', "code", "%(value)s is not in the right format.", None),
        ('audience = ["2", "6"]', 'audience = ["2", "2"]', "audience", "The list contains something twice.", None),
        ('accept = ["pdf", "png"]', 'accept = ["pdf", "exe"]', "material[design].accept[2]", None, None),
        ("schema = 1", "schema = 2", "schema", None, "Write %(expected)s."),
    ],
)
def test_a_wrong_shape_is_named_with_its_place(old, new, place, text, remedy):
    found = list(shape.problems(guide((old, new)), SCHEMA))

    problem = next(problem for problem in found if problem.place == place)
    assert problem.file == "service.toml"
    assert text in {None, problem.text}
    assert remedy in {None, problem.remedy}


@pytest.mark.parametrize(
    ("change", "known", "place"),
    [
        (('code = "shop-sign"\n', 'code = "sign"\n'), {}, "code"),
        (('key = "approve"', 'key = "approval"'), {}, "stage"),
        (('key = "approver"\n', 'key = "review"\n'), {}, "role"),
        (("", ""), {"media": ()}, "material[design].sample"),
        (("lit = { const", "glowing = { const"), {}, "material[design].when"),
        (("properties = { lit", "type = 5, properties = { lit"), {}, "material[design].when.type"),
        (('accept = ["pdf", "png"]\n', ""), {}, "material[design]"),
        (("valid_years = 2", 'valid_years = 2\nvalidity = "long"'), {}, "result"),
        (("valid_years = 2", 'valid_years = 2\nphoto = "nothing"'), {}, "result.photo"),
        (('number_format = "DZ{year}{serial:06}"', ""), {}, "result"),
        (("", ""), {"templates": ("licence.md",)}, ""),
        (("", ""), {"departments": {"urban-management"}}, "role[window].department"),
        (("", ""), {"headings": {"business": {"005"}}}, "topics_business"),
    ],
)
def test_parts_that_do_not_fit_are_errors(change, known, place):
    found = [problem for problem in consistency.problems(guide(change), parts(**known)) if problem.forbids]

    assert place in {problem.place for problem in found}


@pytest.mark.parametrize(
    ("old", "new", "place", "severity"),
    [
        ("promised_days = 3", "promised_days = 11", "limits.promised_days", "error"),
        ('handling = "promise"', 'handling = "instant"', "handling", "error"),
        ("visits = 0", "visits = 1", "visits_reason", "error"),
        ("visits = 0", 'visits = 1\nvisits_reason = "现场拍照"', "online_depth", "error"),
        ("charged = false", "charged = true", "fee", "error"),
        ('complaint = "0990-55510109"', 'complaint = "0990-55510101"', "contacts", "error"),
        ('consult = "0990-55510101"', 'consult = "55510101"', "contacts.consult", "warning"),
        ('hours = "工作日 9:00—17:00"', 'hours = "9:00—17:00"', "place[1].hours", "warning"),
        ('phone = "0990-55510100"', 'phone = "55510100"', "place[1].phone", "warning"),
        ("\ndays = 3\n", "\ndays = 4\n", "stage[approve].days", "error"),
        ("\ndays = 0\n", "\ndays = 1\n", "stage", "warning"),
        ('name = "店招效果图"', 'name = "其他材料"', "material[design].name", "error"),
        ('audience = ["2", "6"]', 'audience = ["1"]', "audience", "warning"),
        ('keywords = ["挂招牌", "门头招牌"]', "keywords = []", "keywords", "warning"),
        ('name = "店招设置许可证"', 'name = "店招设置批复"', "result.name", "warning"),
    ],
)
@pytest.mark.requirement("APP-S-24")
def test_the_quality_rules_of_item_lists_are_kept(old, new, place, severity):
    found = list(consistency.quality(guide((old, new))))

    assert (place, severity) in {(problem.place, problem.severity) for problem in found}


def play(*changes):
    table = json.loads((Path(__file__).parent / "definitions/shop-sign/examples.json").read_text())
    for change in changes:
        change(table)
    known = {"fields": {"shop_name", "lit"}, "materials": {"design"}, "media": {"design-sample.png"}, "tasks": TASKS}
    return {problem.place for problem in examples.problems(table, **known)}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda table: table.pop(), ""),
        (lambda table: table[0].update(colour="red"), "[1]"),
        (lambda table: table[0].update(applicant="dog"), "[1].applicant"),
        (lambda table: table[0]["answers"].update(size=3), "[1].answers"),
        (lambda table: table[0]["materials"].update(design="lost.png"), "[1].materials.design"),
        (lambda table: table[0]["materials"].update(passport="fetch"), "[1].materials"),
        (lambda table: table[0]["steps"][0].update(task="knock"), "[1].steps[1]"),
        (lambda table: table[0]["steps"][1].update(outcome="pass"), "[1].steps[2]"),
        (lambda table: table[0].update(expect={"outcome": "maybe"}), "[1].expect"),
    ],
)
def test_examples_must_be_playable(change, place):
    assert not play()
    assert place in play(change)

"""A promise in a definition has a room that keeps it, or it is refused."""

import shutil
from pathlib import Path

import pytest

from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.rules import promises
from tongban.platform.catalogue.services import promising
from tongban.platform.catalogue.services.headings import of

SIGN = Path(__file__).parent / "definitions" / "shop-sign"
SUMMARY = 'summary = "'


@pytest.mark.found("A7")
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("纸质证邮寄（免费）。", "posting"),
        ("证件由快递送到家。", "posting"),
        ("实体居住证制好后，请到居住地公安派出所领取。", "collection"),
        ("周六办理预约事项。", "appointment"),
        ("办结后可以在线缴费。", "payment"),
        ("请在三日内缴纳工本费。", "payment"),
        ("每月15日前到账。", "payout"),
        ("系统会提前提醒。", "reminder"),
        ("办结后发短信告知。", "reminder"),
        ("营业执照、食品经营许可、消防检查一次办。", "one-go"),
        ("登记后可以一并办理。", "one-go"),
        ("变更后电子居住证自动更新。", "automatic"),
        ("不必跑一趟，证件会邮寄到家。", "posting"),
    ],
)
def test_words_that_promise_are_known(text, kind):
    assert kind in [found.key for found, _words in promises.made(text, promising.table())]


@pytest.mark.parametrize(
    "text",
    [
        "本平台不提供邮寄。",
        "工作人员不代收费用，也不会自动续期。",
        "有关制度推行一次办结。",
        "{% if answers.mail %}证件{% endif %}",
    ],
)
def test_what_is_denied_or_only_sounds_like_it_promises_nothing(text):
    assert not list(promises.made(text, promising.table()))


@pytest.mark.found("A7")
@pytest.mark.parametrize("file", ["service.toml", "form.json", "documents/face.md"])
def test_a_promise_that_no_room_keeps_forbids_publishing_wherever_it_stands(db, tmp_path, file):
    folder = shutil.copytree(SIGN, tmp_path / "shop-sign")
    text = (folder / file).read_text()
    places = {
        "service.toml": text.replace(SUMMARY, SUMMARY + "证件免费邮寄到家。", 1),
        "form.json": text.replace('"label": "', '"label": "邮寄到家：', 1),
        "documents/face.md": text + "\n说明 :: 证件邮寄到家\n",
    }
    assert places[file] != text
    (folder / file).write_text(places[file])

    found = [problem for problem in catalogue.check(folder) if problem.details.get("words")]

    assert [(problem.file, problem.forbids) for problem in found] == [(file, True)]
    assert "邮寄" in catalogue.sentence(found[0])


@pytest.mark.parametrize(
    ("promise", "place"),
    [
        ('what = "appointment"\nroom = "bookings"', "promise[appointment].room"),
        ('what = "posting"\nroom = "notices"', "promise[posting].room"),
        ('what = "wonder"\nroom = "notices"', "promise[wonder]"),
    ],
)
def test_a_room_that_is_not_there_or_does_something_else_keeps_nothing(db, tmp_path, promise, place):
    folder = shutil.copytree(SIGN, tmp_path / "shop-sign")
    guide = folder / "service.toml"
    guide.write_text(guide.read_text() + f"\n[[promise]]\n{promise}\n")

    assert place in [problem.place for problem in catalogue.check(folder) if problem.forbids]


def test_a_promise_that_a_room_keeps_is_let_through():
    table = promising.table()
    texts = [("service.toml", "summary", "证件邮寄到家。")]
    declared = [{"what": "posting", "room": "delivery"}]

    assert not list(promises.problems(texts, declared, table, {"delivery"}))
    assert list(promises.problems(texts, declared, table, {"notices"}))
    assert list(promises.problems(texts, [], table, {"delivery"}))


@pytest.mark.found("A7")
def test_a_fee_without_a_place_to_pay_it_is_refused():
    guide = {"fee": {"charged": True}, "online_depth": "4"}

    assert list(promises.unpayable(guide, payments=False))
    assert not list(promises.unpayable(guide, payments=True))
    assert not list(promises.unpayable({**guide, "online_depth": "3"}, payments=False))


@pytest.mark.found("A7")
def test_headings_promise_nothing(db):
    table = promising.table()

    assert [event.name for event in of("event") for _made in promises.made(event.note, table)] == []

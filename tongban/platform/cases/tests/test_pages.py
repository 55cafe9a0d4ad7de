"""Pages of cases, at every door: who is let in, what wrong input keeps, what the second of two is told."""

import re
from html import unescape

import pytest

from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.tests.three import REASON, Three, opinion, task_of

WHERE = {
    "hall": "/cases/{uid}/",
    "materials": "/cases/{uid}/materials/",
    "receipt": "/cases/{uid}/receipt.pdf",
    "desk": "/desk/cases/{uid}/",
    "limits": "/desk/cases/{uid}/limits/",
    "further": "/desk/cases/{uid}/further/",
    "counter": "/counter/cases/{uid}/",
    "deliver": "/counter/cases/{uid}/deliver/",
}


def text(answer) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def address(three: Three, door: str, name: str) -> str:
    return WHERE[door].format(uid=three.case(name).uid)


def steps(three: Three, name: str) -> list[str]:
    return list(Action.objects.filter(case=three.case(name)).order_by("pk").values_list("kind", flat=True))


def seen(case: Case, sent: dict[str, str]) -> dict[str, str]:
    """Return what a page sends of a case as somebody saw it."""
    return {**sent, "revision": str(case.revision)}


# Door, case, and who gets in; everybody else is told that there is nothing, or that they lack the duty.
LET_IN = {
    ("hall", "accepted"): {"agent"},
    ("hall", "granted"): {"agent"},
    ("hall", "submitted"): {"other"},
    ("hall", "draft"): {"other"},
    ("receipt", "accepted"): {"agent"},
    ("desk", "accepted"): {"clerk", "reviewer", "inspector", "approver"},
    ("desk", "submitted"): {"clerk"},
    ("desk", "draft"): set(),
    ("limits", "accepted"): {"approver"},
    ("limits", "submitted"): set(),
    ("further", "accepted"): {"approver"},
    ("counter", "accepted"): {"clerk", "reviewer", "approver"},
    ("counter", "submitted"): {"clerk"},
    ("counter", "draft"): set(),
    ("deliver", "granted"): {"clerk"},
}
EVERYBODY = ("clerk", "reviewer", "inspector", "approver", "outsider", "citizen", "agent")


@pytest.mark.parametrize(("door", "name"), LET_IN)
def test_each_door_lets_in_those_whose_case_it_is(three, door, name):
    let_in = {
        who for who in EVERYBODY if three.cast.browser(who).get(address(three, door, name)).status_code in {200, 302}
    }

    assert let_in == LET_IN[door, name] - {"other"}


@pytest.mark.parametrize("door", WHERE)
def test_nobody_gets_in_who_has_not_signed_in_nor_to_what_is_not_there(three, client, door):
    assert client.get(address(three, door, "accepted")).status_code in {302, 403}
    for who in ("agent", "approver", "clerk"):
        assert three.cast.browser(who).get(WHERE[door].format(uid="nothing")).status_code in {403, 404}


# Whose task, at which door, what is sent, status, a sentence, and what has to stand on the page still.
SLIPS = {
    "a request that names nothing": (
        "clerk",
        "submitted",
        "accept",
        "/counter/cases/tasks/{}/supplement/",
        {},
        409,
        "",
    ),
    "no for no reason": (
        "clerk",
        "submitted",
        "accept",
        "/counter/cases/tasks/{}/not-accept/",
        {"reason": " "},
        422,
        "",
    ),
    "no in too many words": (
        "clerk",
        "submitted",
        "accept",
        "/counter/cases/tasks/{}/not-accept/",
        {"reason": "不" * 1001},
        422,
        "不" * 1001,
    ),
    "an opinion that is none": (
        "reviewer",
        "accepted",
        "review",
        "/desk/cases/tasks/{}/opinion/",
        {"opinion": "资料齐全，布局合理。"},
        422,
        "资料齐全，布局合理。",
    ),
    "a finding without words": (
        "reviewer",
        "accepted",
        "review",
        "/desk/cases/tasks/{}/opinion/",
        {"passed": "yes"},
        422,
        "",
    ),
    "a finding of another kind": (
        "reviewer",
        "accepted",
        "review",
        "/desk/cases/tasks/{}/opinion/",
        {"passed": "perhaps", "opinion": "再议。"},
        422,
        "再议。",
    ),
}


@pytest.mark.parametrize("what", SLIPS)
def test_wrong_input_keeps_the_page_and_what_was_typed_and_changes_nothing(three, what):
    who, name, key, door, sent, status, stays = SLIPS[what]
    before = steps(three, name)

    answer = three.cast.browser(who).post(door.format(task_of(three, name, key).uid), sent)

    assert answer.status_code == status
    assert stays in text(answer)
    assert 'class="field__error"' in answer.content.decode() or "error" in answer.content.decode()
    assert steps(three, name) == before


@pytest.mark.parametrize(
    ("step", "sent", "stays"),
    [
        ("limits/extend/", {"extension-reason": "  "}, ""),
        ("limits/extend/", {"extension-reason": "慢" * 2001}, "慢" * 2001),
        (
            "limits/begin/",
            {"beginning-procedure": "占卜", "beginning-days": "5", "beginning-reason": "看天。"},
            "看天。",
        ),
        (
            "limits/begin/",
            {"beginning-procedure": "检验检测", "beginning-days": "0", "beginning-reason": "送检。"},
            "送检。",
        ),
        (
            "limits/begin/",
            {"beginning-procedure": "检验检测", "beginning-days": "x", "beginning-reason": "送检。"},
            "送检。",
        ),
        ("limits/begin/", {"beginning-procedure": "检验检测", "beginning-days": "366"}, ""),
        ("further/terminate/", {"terminate-reason": "人已不在。"}, "人已不在。"),
        ("further/terminate/", {"terminate-cause": "whim", "terminate-reason": "人已不在。"}, "人已不在。"),
        ("further/terminate/", {"terminate-cause": "other"}, ""),
        ("further/forward/", {"forward-reason": "应由省局决定。"}, "应由省局决定。"),
        ("further/forward/", {"forward-office": "省局"}, ""),
        ("further/offer/", {"offer-reason": " "}, ""),
        ("further/call/", {"call-day": "someday", "call-where": "政务大厅三楼"}, ""),
    ],
)
def test_a_slip_in_what_else_may_be_done_changes_nothing(three, step, sent, stays):
    before = steps(three, "accepted")

    answer = three.cast.browser("approver").post(f"/desk/cases/{three.case('accepted').uid}/{step}", sent)

    assert answer.status_code in {409, 422}
    assert stays in text(answer) or stays in unescape(answer.content.decode())
    assert steps(three, "accepted") == before


@pytest.mark.parametrize(
    ("step", "sent", "kind"),
    [
        ("limits/extend/", {"extension-reason": REASON}, "extended"),
        ("limits/begin/", {"beginning-procedure": "检验检测", "beginning-days": "5"}, "procedure_begun"),
        ("further/terminate/", {"terminate-cause": "object-gone", "terminate-reason": REASON}, "terminated"),
        ("further/forward/", {"forward-office": "省局", "forward-reason": REASON}, "forwarded"),
        ("further/offer/", {"offer-reason": REASON}, "hearing_offered"),
    ],
)
class TestWhatElseMayBeDone:
    def test_it_is_done_once_and_leads_back_to_the_case(self, three, step, sent, kind):
        case = three.case("accepted")

        answer = three.cast.browser("approver").post(f"/desk/cases/{case.uid}/{step}", seen(case, sent))

        assert (answer.status_code, answer["Location"]) == (302, f"/desk/cases/{case.uid}/")
        assert steps(three, "accepted")[-1] == kind

    def test_the_second_of_two_who_looked_at_the_same_case_is_told(self, three, step, sent, kind):
        case = three.case("accepted")
        opinion(three, "review")

        answer = three.cast.browser("approver").post(f"/desk/cases/{case.uid}/{step}", seen(case, sent))

        assert answer.status_code == 409
        assert steps(three, "accepted")[-1] == "opinion_given"

    def test_whoever_does_not_decide_may_not(self, three, step, sent, kind):
        for who in ("reviewer", "outsider", "clerk", "agent"):
            answer = three.cast.browser(who).post(f"/desk/cases/{three.case('accepted').uid}/{step}", sent)
            assert answer.status_code in {302, 403, 404}, who
        assert kind not in steps(three, "accepted")

    def test_whoever_only_looks_is_led_to_the_form(self, three, step, sent, kind):
        uid = three.case("accepted").uid

        answer = three.cast.browser("approver").get(f"/desk/cases/{uid}/{step}")

        assert (answer.status_code, answer["Location"]) == (302, f"/desk/cases/{uid}/{step.partition('/')[0]}/")


def test_of_two_who_accept_the_second_is_told_that_it_is_done(three):
    first, second = three.cast.browser("clerk"), three.cast.browser("clerk")
    door = f"/counter/cases/tasks/{task_of(three, 'submitted', 'accept').uid}/accept/"

    answer = seen(three.case("submitted"), {"confirm": "1"})
    assert first.post(door, answer).status_code == 302
    late = second.post(door, answer)

    assert late.status_code in {302, 404, 409}
    assert steps(three, "submitted").count("accepted") == 1


def test_what_an_answer_sends_is_shown_before_it_is_sent(three):
    door = f"/counter/cases/tasks/{task_of(three, 'submitted', 'accept').uid}/accept/"
    clerk = three.cast.browser("clerk")

    shown = clerk.post(door, seen(three.case("submitted"), {}))
    changed = clerk.post(door, seen(three.case("submitted"), {"change": "1"}))

    assert shown.status_code == 200
    assert "受理通知书" in text(shown)
    assert changed.status_code == 200
    assert steps(three, "submitted") == ["submitted"]


def test_a_preview_is_had_as_a_file_and_changes_nothing(three):
    door = f"/counter/cases/tasks/{task_of(three, 'submitted', 'accept').uid}/accept/"
    clerk = three.cast.browser("clerk")

    paper, none = (clerk.post(door, seen(three.case("submitted"), {"preview": number})) for number in ("0", "99"))

    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert none["Content-Type"].startswith("text/html")
    assert steps(three, "submitted") == ["submitted"]


@pytest.mark.parametrize("who", ["clerk", "outsider", "inspector", "agent"])
@pytest.mark.parametrize("door", ["", "opinion/", "claim/"])
def test_anothers_task_is_not_there(three, who, door):
    uid = task_of(three, "accepted", "review").uid

    answer = three.cast.browser(who).post(f"/desk/cases/tasks/{uid}/{door}", {"passed": "yes", "opinion": "好"})

    assert answer.status_code in {302, 403, 404, 405}
    assert "opinion_given" not in steps(three, "accepted")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"how": "window", "receiver": "周文博", "code": "{code}"}, 302),
        ({"how": "window", "receiver": "周文博", "code": "wrong"}, 422),
        ({"how": "post", "receiver": "周文博", "code": "EX1"}, 302),
        ({"how": "post", "receiver": " ", "code": "EX1"}, 422),
        ({"how": "pigeon", "receiver": "周文博", "code": "EX1"}, 422),
        ({"receiver": "周文博", "code": "EX1"}, 422),
        ({"how": "post", "receiver": "周" * 101, "code": "EX1"}, 422),
    ],
)
def test_papers_are_handed_over_to_whoever_has_the_code(three, sent, status):
    sent = {name: value.format(code=three.case("granted").query_code) for name, value in sent.items()}

    answer = three.cast.browser("clerk").post(address(three, "deliver", "granted"), sent)

    assert answer.status_code == status
    assert ("delivered" in steps(three, "granted")) is (status == 302)
    assert status == 302 or sent["receiver"].strip() in unescape(answer.content.decode())


@pytest.mark.parametrize("who", ["reviewer", "outsider", "citizen"])
def test_an_applicants_pages_are_theirs_alone(three, who):
    uid = three.case("accepted").uid
    browser = three.cast.browser(who)

    answers = [browser.post(f"/cases/{uid}/{door}/", {"reason": "x"}) for door in ("withdraw", "supplement", "visit")]

    assert {answer.status_code for answer in answers} <= {302, 403, 404, 405}
    assert Case.objects.get(uid=uid).state == "accepted"

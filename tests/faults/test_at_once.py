"""Several people at the same moment, at a house that really runs, on both databases: done once, the others are told."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests

from tests.faults.form_client import FormClient, Forms, visible_text
from tests.faults.html_page import Page
from tests.faults.simulated_users import of_oneself
from tests.running import POSTGRESQL, House, prepared, prepared_on, running

pytestmark = pytest.mark.slow

SERVICE = "flexible-employment"  # a person's matter, decided at the window on the spot
CLERKS = {"chen.jing": "陈静", "an.ran": "安然"}
FIRST_PASSWORD = "Fenghuang-2026-Ting"
ROUNDS = 3


@dataclass
class Answer:
    """What somebody got, and where they were led to. trouble: what the house wrote about its own fault."""

    status: int
    path: str
    page: Page
    trouble: str = ""


class Read:
    """A response, as `Page` reads it."""

    streaming = False

    def __init__(self, response: requests.Response) -> None:
        self.status_code, self.content = response.status_code, response.content


class Visitor(FormClient):
    """Somebody who asks once: whatever goes wrong is a finding."""

    def __init__(self, house: House, login: str, password: str = "") -> None:
        super().__init__(house.url, login, going=lambda: False)
        self.house = house
        if password:
            form = self.form("/identity/sign-in/", "login", "password")
            self.post("/identity/sign-in/", form | {"login": login, "password": password})
        else:
            self.sign_in()

    def another_window(self) -> "requests.Session":
        window = requests.Session()
        window.cookies.update(self.session.cookies)
        return window

    def presses(self, path: str, form: dict[str, list[str]]) -> Callable[[], Answer]:
        """Return the pressing of a button, to be done when all are ready."""
        window = self.another_window()

        def press() -> Answer:
            response = window.post(self.url + path, data=form, timeout=60)
            trouble = self.house.log[-5000:] if response.status_code >= 500 else ""
            return Answer(response.status_code, response.url.removeprefix(self.url), Page(Read(response)), trouble)

        return press

    def reads(self, path: str) -> Page:
        return Page(Read(self.get(path)))


def at_once(*deeds: Callable[[], Answer]) -> list[Answer]:
    """Do all of it at the same moment; return the answers in the order of the deeds."""
    ready, answers = threading.Barrier(len(deeds)), {}

    def do(number: int, deed: Callable[[], Answer]) -> None:
        ready.wait()
        answers[number] = deed()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(deeds)
    assert not any(answer.trouble for answer in answers.values()), max(answer.trouble for answer in answers.values())
    return [answers[number] for number in range(len(deeds))]


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def house(request, tmp_path_factory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "SQLite":
        with running(prepared(folder)) as house:
            yield house
        return
    if not POSTGRESQL.startswith("postgresql"):
        pytest.skip("no PostgreSQL server is offered")
    with prepared_on(POSTGRESQL, folder) as url, running(folder, TONGBAN_DATABASE=url) as house:
        yield house


@pytest.fixture(scope="module")
def person(house: House) -> Visitor:
    return Visitor(house, "lin.xiaoyun")


@pytest.fixture(scope="module")
def clerks(house: House) -> dict[str, Visitor]:
    """The window's clerk, and a second one whom the operator appoints through the doors."""
    operator = Visitor(house, "gao.fei")
    form = operator.form("/desk/identity/open/", "login", "password")
    opened = operator.post(
        "/desk/identity/open/", form | {"kind": "staff", "login": "an.ran", "name": "安然", "password": FIRST_PASSWORD}
    )
    account = opened.url.removeprefix(house.url)
    assert "/open/" not in account, visible_text(opened.text)
    form = operator.form(account, "role", "department")
    appointed = operator.post(
        f"{account}appoint/", form | {"role": "window-clerk", "department": "government-services"}
    )
    assert appointed.status_code == 200
    second = Visitor(house, "bai.hua")  # whoever may decide is appointed by two people
    waiting = second.get(account).text
    confirm = re.search(r'action="(/desk/identity/[^"]+/positions/[^"]+/confirm/)"', waiting)[1]
    assert second.post(confirm, second.form(account, "csrfmiddlewaretoken")).status_code == 200
    return {"chen.jing": Visitor(house, "chen.jing"), "an.ran": Visitor(house, "an.ran", FIRST_PASSWORD)}


def drafts(person: Visitor) -> list[str]:
    return re.findall(r"/cases/(\w{16})/discard/", person.get("/cases/").text)


def handed_in(person: Visitor) -> list[str]:
    return sorted(set(re.findall(r'href="/cases/(\w{16})/"', person.get("/cases/").text)) - set(drafts(person)))


def draft(person: Visitor) -> str:
    """Fill an application in, to the last step; return its word."""
    return person.fill_in(SERVICE, of_oneself(SERVICE))


def task_about(number: str, clerk: Visitor) -> str:
    """Return where the clerk finds the task about a case."""
    paths = dict.fromkeys(re.findall(r"/counter/cases/tasks/[0-9a-f-]{36}/", clerk.get("/counter/workflow/").text))
    return next(path for path in paths if number in clerk.get(path).text)


def number_of(answer: Answer) -> str:
    return re.search(r'confirmation__number">\s*([^<\s]+)', answer.page.html)[1]


def test_a_button_pressed_several_times_at_once_begins_once(person):
    path = f"/cases/begin/{SERVICE}/"
    form = person.form(path, "once")

    answers = at_once(*(person.presses(path, form) for _time in range(5)))

    assert len({answer.path for answer in answers}) == 1, answers
    assert re.match(r"/cases/\w{16}/fill/", answers[0].path)
    assert len(drafts(person)) == 1


def test_several_windows_that_begin_at_once_begin_once(house):
    person = Visitor(house, "lin.jianguo")
    path = f"/cases/begin/{SERVICE}/"
    forms = [person.form(path, "once") for _window in range(4)]

    answers = at_once(*(person.presses(path, form) for form in forms))

    assert len({answer.path for answer in answers}) == 1
    assert len(drafts(person)) == 1


def test_handing_in_several_times_at_once_gives_one_number(person):
    before = handed_in(person)
    uid = draft(person)
    path = f"/cases/{uid}/review/"
    form = Forms(person.get(path).text).with_field("csrfmiddlewaretoken") | {"declared": ["on"]}

    answers = at_once(*(person.presses(path, form) for _time in range(5)))

    assert {answer.path for answer in answers} == {f"/cases/{uid}/submitted/"}
    assert len({number_of(answer) for answer in answers}) == 1
    assert handed_in(person) == sorted([*before, uid])
    assert drafts(person) == []


def test_two_devices_that_save_one_step_at_once_one_is_told_and_nothing_is_lost(person):
    uid = draft(person)
    path = f"/cases/{uid}/fill/job/"
    form = person.form(path, "revision")
    typed = ["送外卖，上门取送。", "开网约车，跑晚班。"]

    answers = at_once(*(person.presses(path, form | {"work": [text]}) for text in typed))

    (told,) = [number for number, answer in enumerate(answers) if answer.status == 422]
    other = 1 - told
    page = answers[told].page
    page.is_told_well()
    assert "您查看期间内容已有更改" in page.text
    assert page.controls["work"] == [typed[told]]
    assert person.reads(path).controls["work"] == [typed[other]]
    assert person.post(path, page.controls).status_code == 200
    assert person.reads(path).controls["work"] == [typed[told]]
    person.post(f"/cases/{uid}/discard/", person.form(f"/cases/{uid}/discard/"))


def test_two_officials_who_decide_at_once_one_wins_and_the_other_reads_who(person, clerks):
    deeds = {
        "chen.jing": {"granted": ["yes"], "confirm": ["1"]},
        "an.ran": {"granted": ["no"], "reason": ["未提供平台用工证明。"], "confirm": ["1"]},
    }
    for _round in range(ROUNDS):
        uid = draft(person)
        path = task_about(person.hand_in(uid), clerks["chen.jing"])
        presses = []
        for login, deed in deeds.items():
            form = clerks[login].form(path, "revision", "reason")
            presses.append(clerks[login].presses(f"{path}decide/", form | deed))

        answers = dict(zip(deeds, at_once(*presses), strict=True))

        winner = next(login for login, answer in answers.items() if answer.status == 200)
        loser = next(login for login, answer in answers.items() if answer.status == 409)
        page = answers[loser].page
        assert CLERKS[winner] in page.text
        assert "办理完毕" in page.text
        assert loser != "an.ran" or "未提供平台用工证明。" in page.text, "what was written can be copied"
        outcome = person.reads(f"/cases/{uid}/").text
        assert ("不予" in outcome) == (winner == "an.ran")


def test_an_acceptance_and_a_withdrawal_at_once_leave_one_story(person, clerks):
    """The applicant takes it back while the window decides: one of both happens, and both read which."""
    uid = draft(person)
    clerk = clerks["chen.jing"]
    path = task_about(person.hand_in(uid), clerk)
    decide = clerk.presses(
        f"{path}decide/", clerk.form(path, "revision", "reason") | {"granted": ["yes"], "confirm": ["1"]}
    )
    back = f"/cases/{uid}/withdraw/"
    withdraw = person.presses(back, person.form(back, "reason") | {"reason": ["不办了"]})

    decided, withdrawn = at_once(decide, withdraw)

    taken_back = decided.status in {404, 409}
    said = person.reads(f"/cases/{uid}/").text
    assert withdrawn.status == 200
    assert ("您已撤回" in said or "申请人已撤回" in said or "已撤回" in said) == taken_back
    assert ("不能再" in withdrawn.page.text) != taken_back

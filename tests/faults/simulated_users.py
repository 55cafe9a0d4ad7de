"""People who use a house all at once: applicants who apply again and again, officials who do whatever lies there."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.cast import FLOOR_PLAN, RULES, definition, example
from tests.faults.form_client import HALL, NO_ROOM, WINDOW, FormClient, Forms, GaveUp, visible_text
from tests.faults.verbs_by_turns import Turns, apply_together
from tests.laws.house import ROOT
from tests.running import House
from tongban.infrastructure.kernel import clock
from tongban.platform.cases.demonstration import rehearsal

COMPANY, AGENT = "云泽市禾香餐饮有限公司", "zhou.wenbo"
OWN = {"name", "id_number", "birth_date", "household_address", "residence_address", "phone"}
SIGNED = "您已经签过"  # whoever asks again after their signature was taken, and the next one is asked for
LIMIT_SECONDS = 300  # for something that others have to do; a busy machine may be slow, a stuck one never comes
CALM_SECONDS = 300  # for everything that is left, once nothing disturbs any more
TASK = re.compile(r"/(counter|desk|crew)/cases/tasks/([0-9a-f-]{36})/")


def of_oneself(service: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in example(service)["answers"].items() if name not in OWN} | changes


def soon(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


SAMPLES = {service: definition(service) for service in ("dog-registration", "temporary-relief")}
# Who applies for what, again and again: licences of two branches, licences, letters, and one decided on the spot.
APPLICANTS: list[tuple[str, str, dict[str, Any], dict[str, Path]]] = [
    (
        "zhou.wenbo",
        "food-business",
        example("food-business")["answers"],
        {"floor-plan": FLOOR_PLAN, "safety-rules": RULES},
    ),
    ("lin.xiaoyun", "flexible-employment", of_oneself("flexible-employment"), {}),
    (
        "du.mingyuan",
        "dog-registration",
        of_oneself("dog-registration"),
        {code: SAMPLES["dog-registration"] / f"{code}-sample.pdf" for code in ("vaccination", "dog-photo")},
    ),
    (
        "lin.jianguo",
        "temporary-relief",
        of_oneself("temporary-relief", residence_address="云泽市临湖区学府路22号1幢601室"),
        {"hardship-proof": SAMPLES["temporary-relief"] / "hardship-proof-sample.pdf"},
    ),
]
# Signed by two departments in turn, and published: only where the verbs are done by turns.
STREET = (
    "zhou.wenbo",
    "street-occupation",
    example("street-occupation")["answers"] | {"from_date": soon(30), "to_date": soon(50)},
    {code: definition("street-occupation") / f"{code}-sample.pdf" for code in ("site-plan", "safety-plan")},
)
# Handled by an office of either city: applied for here by mistake, and taken in here for the office there.
ELSEWHERE, THERE = "no-criminal-record", "990200"
WRONG = ("lin.xiaoyun", ELSEWHERE, of_oneself(ELSEWHERE), {})
VISITOR, VISITOR_NUMBER = "du.mingyuan", "990221199706051284"
# Groups of officials work side by side; the second clerk answers what the first one has on the screen as well.
OFFICIALS = [
    [("chen.jing", "/counter/workflow/"), ("wu.zhiyuan", "/desk/workflow/"), ("zhao.guoqing", "/desk/workflow/")],
    [("he.lan", "/crew/workflow/"), ("jiang.tao", "/desk/workflow/"), ("luo.min", "/desk/workflow/")],
    [("su.qing", "/desk/workflow/"), ("deng.hua", "/desk/workflow/"), ("chen.jing", "/counter/workflow/")],
]
# Who else has a part in what is done by turns: signers and inspectors of a street, filers of signs, a second reviewer.
MORE_OFFICIALS = [
    [("fang.lei", "/desk/workflow/"), ("fang.lei", "/crew/workflow/"), ("qin.yan", "/desk/workflow/")],
    [("ren.jie", "/desk/workflow/")],
    [("gu.lan", "/counter/workflow/"), ("jian.chuan", "/desk/workflow/"), ("wen.qiu", "/desk/workflow/")],
]


@dataclass
class SimulatedUsers:
    """Everybody who uses a house.

    by_turns  whether they do the verbs of `verbs_by_turns` as well, and apply for several things as one
    numbers   of the applications that were answered
    faults    what nobody should have seen
    """

    house: House
    by_turns: bool = False
    numbers: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    clients: list[FormClient] = field(default_factory=list)
    pressing: bool = True
    working: bool = True
    turns: Turns | None = None

    @contextmanager
    def about(self) -> Iterator[None]:
        """Let all of them loose; after the block applicants finish what they began, and all is brought to its end."""
        applicants = [threading.Thread(target=self.apply, args=applicant) for applicant in self.applicants()]
        officials = [threading.Thread(target=self.officiate, args=(group,)) for group in OFFICIALS]
        if self.by_turns:
            self.turns = Turns(self._signed_in, payer=AGENT, cashier="chen.jing")
            applicants += [threading.Thread(target=self.apply_together), threading.Thread(target=self.take_in)]
            officials += [threading.Thread(target=self.officiate, args=(group,)) for group in MORE_OFFICIALS]
            officials.append(threading.Thread(target=self.follow_up))
        for thread in applicants + officials:
            thread.start()
        try:
            yield
            self.pressing = False
            end = time.monotonic() + CALM_SECONDS
            with witness(self.house) as ask:
                while (
                    self.working
                    and time.monotonic() < end
                    and (any(one.is_alive() for one in applicants) or self.is_waited_for() or busy(ask))
                ):
                    time.sleep(0.3)
        finally:
            self.pressing = self.working = False
            for thread in applicants + officials:
                thread.join(40)

    def get_something_done(self, times: int = 1) -> None:
        """Wait until so many more applications were answered."""
        goal = len(self.numbers) + times
        until(
            lambda: len(self.numbers) >= goal or bool(self.faults),
            lambda: f"nothing gets done: {self.last_refusals}",
        )
        assert not self.faults, self.faults

    @property
    def last_refusals(self) -> str:
        """What people were told last."""
        return "; ".join(client.refusals[-1] for client in self.clients if client.refusals)

    @property
    def refusals(self) -> list[str]:
        """What people were told while the house could not serve: "503 …"."""
        return [refusal for client in self.clients for refusal in client.refusals]

    def apply(self, login: str, service: str, given: dict[str, Any], files: dict[str, Path]) -> None:
        """Apply again and again, and remember what was answered."""
        client = self._client(login)
        try:
            client.sign_in()
            if login == AGENT:
                client.act_for(COMPANY)
            while self.pressing:
                uid = client.prepare(service, given, files)
                if self.turns:
                    self.turns.owners[uid] = login
                self.numbers.append(client.hand_in(uid))
        except GaveUp as gave_up:
            self.faults.append(str(gave_up))
        except Exception as error:  # whatever a thread stumbles over is a finding
            self.faults.append(f"{login}: {error!r}")

    def applicants(self) -> list[tuple[str, str, dict[str, Any], dict[str, Path]]]:
        """Return who applies for what; by turns one of the quick ones makes room for a street."""
        return [*APPLICANTS[:1], *APPLICANTS[2:3], STREET, WRONG] if self.by_turns else APPLICANTS

    def apply_together(self) -> None:
        """Apply again and again for several things as one; the numbers of all their cases were answered."""
        try:
            client = self._signed_in(AGENT)
            while self.pressing:
                self.numbers += apply_together(client, self.turns.owners if self.turns else {})
        except GaveUp as gave_up:
            self.faults.append(str(gave_up))
        except Exception as error:
            self.faults.append(f"together: {error!r}")

    def take_in(self) -> None:
        """Take in again and again, at the window here, what an office of the other city handles."""
        try:
            clerk = self._signed_in("chen.jing", WINDOW)
            while self.pressing:
                clerk.serve(VISITOR_NUMBER)
                uid = clerk.fill_in(ELSEWHERE, of_oneself(ELSEWHERE), area=THERE)
                if self.turns:
                    self.turns.owners[uid] = VISITOR
                self.numbers.append(clerk.hand_in(uid))
        except GaveUp as gave_up:
            self.faults.append(str(gave_up))
        except Exception as error:
            self.faults.append(f"at the window: {error!r}")

    def follow_up(self) -> None:
        try:
            if self.turns:
                self.turns.follow_up(lambda: self.working)
        except GaveUp as gave_up:
            if self.working:
                self.faults.append(str(gave_up))
        except Exception as error:
            self.faults.append(f"what follows: {error!r}")

    def is_waited_for(self) -> bool:
        """Say whether something still has to follow a verb that was done by turns."""
        return bool(self.turns and self.turns.waiting)

    def officiate(self, people: list[tuple[str, str]]) -> None:
        """Do whatever lies on these desks, again and again."""
        clients = [(self._client(login), inbox) for login, inbox in people]
        try:
            for client, _inbox in clients:
                client.sign_in()
            while self.working:
                done = sum(work(client, inbox, self.turns) for client, inbox in clients)
                time.sleep(0 if done else 0.3)
        except GaveUp as gave_up:
            if self.working:
                self.faults.append(str(gave_up))
        except Exception as error:
            self.faults.append(f"{people}: {error!r}")

    def _signed_in(self, login: str, cases: str = HALL) -> FormClient:
        """Return somebody's client, signed in and acting for the company where they do; "" is a stranger's."""
        client = self._client(login, cases)
        if login:
            client.sign_in()
        if login == AGENT:
            client.act_for(COMPANY)
        return client

    def _client(self, login: str, cases: str = HALL) -> FormClient:
        client = FormClient(self.house.url, login, lambda: self.working, cases)
        self.clients.append(client)
        return client


def until(true: Callable[[], bool], otherwise: Callable[[], str] | str, *, pause: float = 0.05) -> None:
    """Wait for something that must come true; ask again after a pause of seconds."""
    end = time.monotonic() + LIMIT_SECONDS
    while not true():
        assert time.monotonic() < end, otherwise if isinstance(otherwise, str) else otherwise()
        time.sleep(pause)


def work(client: FormClient, inbox: str, turns: Turns | None = None) -> int:
    """Answer the first tasks of a desk; return how many. Somebody else may have been faster, or the case gone on."""
    tasks = list(dict.fromkeys(TASK.findall(client.get(inbox).text)))[:3]
    for portal, uid in tasks:
        path = f"/{portal}/cases/tasks/{uid}/"
        page = client.get(path)
        if (
            turns
            and portal in {"desk", "counter"}
            and page.status_code == 200
            and turns.instead(client, uid, page.text)
        ):
            continue
        forms = Forms(page.text)
        door, sent = answer_to(page.text)
        answer = next(
            (
                fields
                for action, fields in forms.forms
                if action == f"{path}sign/" or (action in {"", f"{path}{door}"} and len(fields) > 1)
            ),
            None,
        )
        if page.status_code != 200 or answer is None:
            continue
        answer |= sent
        photos = [("photos", (f"{number}.png", rehearsal.photo(number), "image/png")) for number in range(2)]
        told = client.post(f"{path}{door}", answer, files=photos if portal == "crew" else None)
        if NO_ROOM not in told.text and SIGNED not in told.text:
            assert told.status_code in {200, 404, 409}, f"{told.status_code} {path}: {visible_text(told.text)}"
    return len(tasks)


def answer_to(html: str) -> tuple[str, dict[str, Any]]:
    """Return the end of the address that an answer to this task goes to, and what is typed."""
    if 'name="latitude"' in html:
        points = dict.fromkeys(re.findall(r'name="(point-[a-z0-9-]+)"', html), "pass")
        people = {f"{name}-{n}": f"{name} {n}" for name in ("inspector", "certificate") for n in (1, 2)}
        position = {"latitude": "30.5", "longitude": "104.0", "finish": "1"}
        return "", {"passed": "yes", "opinion": "现场一致。", **points, **people, **position}
    if '/sign/"' in html:
        return "sign/", {}
    if '/send/"' in html:
        return "send/", {"identity": "on", "originals": "on"}
    if '/accept/"' in html:
        return "accept/", {"confirm": "1"}
    if 'name="granted"' in html:
        return "decide/", {"granted": "yes", "reason": "符合条件。", "confirm": "1"}
    return "opinion/", {"passed": "yes", "opinion": "资料齐全。"}


@contextmanager
def witness(house: House) -> Iterator[Callable[[str], Any]]:
    """Give a way to ask about this house again and again, without loading it each time; see the module `evidence`."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.invariants"],
        cwd=ROOT,
        env=house.environment | {"DJANGO_SETTINGS_MODULE": "tongban.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:

        def ask(question: str) -> Any:
            assert process.stdin
            assert process.stdout
            process.stdin.write(f"{question}\n")
            answer = process.stdout.readline()
            assert answer, f"the witness fell silent: {process.wait()}"
            return json.loads(answer)

        yield ask


def check_invariants(house: House) -> dict[str, Any]:
    """Return what is wrong in this house, and what is there."""
    with witness(house) as ask:
        return dict(ask("invariants"))


def busy(ask: Callable[[str], Any]) -> bool:
    """Say whether something is still to be done; what is wrong may only not be right yet."""
    return not ask("rest") or bool(ask("invariants")["problems"])


def hold(people: SimulatedUsers, *, least: int) -> dict[str, Any]:
    """Assert what must be true once all is quiet; return what was found.

    least   so many applications must have been answered
    """
    found = check_invariants(people.house)
    assert not people.faults, people.faults
    assert not found["problems"], "\n".join(found["problems"])
    assert len(people.numbers) >= least, "people got something done meanwhile"
    assert not (wrong := differences(people.numbers, found["numbers"])), wrong
    people.house.manage("journal", "seal")
    proof = people.house.manage("journal", "verify")
    assert proof.returncode == 0, proof.stdout
    return found


def differences(answered: Sequence[str], there: Sequence[str]) -> list[str]:
    """Say how the applications that were answered differ from the cases that are there.

    Whoever got no answer asked again until there was one: so each case was answered, and once.
    """
    twice = [number for number, times in Counter(answered).items() if times > 1]
    return [
        *(f"{number}: two applications got this number" for number in twice),
        *(f"{number}: was answered and is lost" for number in sorted(set(answered) - set(there))),
        *(f"{number}: nobody was told, so it was handed in twice" for number in sorted(set(there) - set(answered))),
    ]

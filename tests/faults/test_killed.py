"""kill -9 of web server and worker at random points: nothing that was answered is lost, nothing is done twice."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from tests.cast import DEFINITIONS, FLOOR_PLAN, RULES, example
from tests.faults.walker import Forms, GaveUp, Walker
from tests.laws.house import ROOT
from tests.running import House, answers, at, free_port

SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
POSTGRESQL = os.environ.get("TONGBAN_TEST_POSTGRESQL") or os.environ.get("TONGBAN_DATABASE", "")
COMPANY = "云泽市禾香餐饮有限公司"
OWN = {"name", "id_number", "birth_date", "household_address", "residence_address", "phone"}
CALM_SECONDS = 90  # for everything that is left, after the last kill
TASK = re.compile(r"/(counter|desk|crew)/cases/tasks/([0-9a-f-]{36})/")


def of_oneself(service: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in example(service)["answers"].items() if name not in OWN} | changes


SAMPLES = {service: DEFINITIONS / service for service in ("residence-permit-reissue", "senior-allowance")}
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
        "residence-permit-reissue",
        of_oneself("residence-permit-reissue"),
        {"photo": SAMPLES["residence-permit-reissue"] / "photo-sample.jpg"},
    ),
    (
        "lin.jianguo",
        "senior-allowance",
        of_oneself("senior-allowance", by_agent=False),
        {"bank-account": SAMPLES["senior-allowance"] / "bank-account-sample.pdf"},
    ),
]
# Two groups of officials work side by side; the second clerk answers what the first one has on the screen as well.
OFFICIALS = [
    [("chen.jing", "/counter/cases/"), ("wu.zhiyuan", "/desk/cases/"), ("zhao.guoqing", "/desk/cases/")],
    [("he.lan", "/crew/cases/"), ("jiang.tao", "/desk/cases/"), ("luo.min", "/desk/cases/")],
    [("su.qing", "/desk/cases/"), ("deng.hua", "/desk/cases/"), ("chen.jing", "/counter/cases/")],
]


@dataclass
class Siege:
    """A house whose processes are killed while people use it.

    numbers   of the applications that were answered
    """

    house: House
    chance: random.Random
    numbers: list[str] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    pressing: bool = True
    working: bool = True

    @contextmanager
    def web(self) -> Iterator[None]:
        """Run the web server until the end of the block, then kill all of it."""
        port = self.house.url.rpartition(":")[2]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", port, "--workers", "1"]
        command += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "tongban.wsgi:application"]
        with self._log("web") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.house.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @contextmanager
    def workers(self) -> Iterator[Callable[[], int]]:
        """Give a way to start workers, one process each, without loading the house each time."""
        environment = self.house.environment | {"DJANGO_SETTINGS_MODULE": "tongban.settings"}
        with (
            self._log("work") as log,
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                bufsize=1,
            ) as nursery,
        ):

            def start() -> int:
                assert nursery.stdin
                assert nursery.stdout
                nursery.stdin.write("\n")
                return int(nursery.stdout.readline())

            try:
                yield start
            finally:
                nursery.kill()

    def besiege_web(self, kills: int) -> None:
        """Start the web server, let it answer a little, kill it; as often as asked."""
        for _number in range(kills):
            with self.web():
                if self.chance.random() > 0.1:  # a few are killed before they could answer at all
                    self._await_answer()
                time.sleep(self.chance.uniform(0.1, 2.5))
            self.kills["web"] = self.kills.get("web", 0) + 1

    def besiege_worker(self, kills: int) -> None:
        with self.workers() as start:
            for _number in range(kills):
                worker = start()
                time.sleep(self.chance.uniform(0.05, 3))
                os.kill(worker, signal.SIGKILL)
                self.kills["worker"] = self.kills.get("worker", 0) + 1

    def _log(self, name: str) -> IO[str]:
        return (self.house.folder / f"{name}.log").open("a")

    def _await_answer(self) -> None:
        end = time.monotonic() + 60
        while not answers(self.house) and time.monotonic() < end:
            time.sleep(0.02)

    def apply(self, login: str, service: str, given: dict[str, Any], files: dict[str, Path]) -> None:
        """Apply again and again, and remember what was answered."""
        walker = Walker(self.house.url, login, lambda: self.working)
        try:
            walker.sign_in()
            if service == "food-business":
                walker.act_for(COMPANY)
            while self.pressing:
                self.numbers.append(walker.apply(service, given, files))
        except GaveUp as gave_up:
            self.faults.append(str(gave_up))
        except Exception as error:  # whatever a thread stumbles over is a finding
            self.faults.append(f"{login}: {error!r}")

    def officiate(self, people: list[tuple[str, str]]) -> None:
        """Do whatever lies on these desks, again and again."""
        walkers = [(Walker(self.house.url, login, lambda: self.working), inbox) for login, inbox in people]
        try:
            for walker, _inbox in walkers:
                walker.sign_in()
            while self.working:
                done = sum(work(walker, inbox) for walker, inbox in walkers)
                time.sleep(0 if done else 0.3)
        except GaveUp as gave_up:
            if self.working:
                self.faults.append(str(gave_up))
        except Exception as error:
            self.faults.append(f"{people}: {error!r}")


def work(walker: Walker, inbox: str) -> int:
    """Answer the first tasks of a desk; return how many. Somebody else may have been faster, or the case gone on."""
    tasks = list(dict.fromkeys(TASK.findall(walker.get(inbox).text)))[:3]
    for portal, uid in tasks:
        path = f"/{portal}/cases/tasks/{uid}/"
        page = walker.get(path)
        forms = Forms(page.text)
        answer = next((fields for _action, fields in forms.forms if "revision" in fields or "latitude" in fields), None)
        if page.status_code != 200 or answer is None:
            continue
        answer |= answer_to(page.text)
        said = walker.post(path, answer)
        assert said.status_code in {200, 404, 409}, f"{said.status_code} {path}"
    return len(tasks)


def answer_to(html: str) -> dict[str, Any]:
    if 'name="latitude"' in html:
        return {"passed": "yes", "opinion": "现场一致。", "latitude": "30.5", "longitude": "104.0", "finish": "1"}
    if 'value="accept"' in html:
        return {"answer": "accept"}
    if 'value="grant"' in html:
        return {"answer": "grant"}
    if 'name="granted"' in html:
        return {"granted": "yes", "reason": "符合条件。"}
    return {"passed": "yes", "opinion": "资料齐全。"}


def siege(folder: Path, *, web: int, worker: int, **settings: str) -> Siege:
    """Prepare a house, press it with people and kills, let it come to rest."""
    house = at(folder, free_port(), JOBS_LEASE_SECONDS="4", **settings)
    prepared = house.manage("prepare")
    assert prepared.returncode == 0, prepared.stderr
    held = Siege(house, random.Random(SEED))
    people = [threading.Thread(target=held.apply, args=applicant) for applicant in APPLICANTS]
    people += [threading.Thread(target=held.officiate, args=(group,)) for group in OFFICIALS]
    killers = [
        threading.Thread(target=held.besiege_web, args=(web,)),
        threading.Thread(target=held.besiege_worker, args=(worker,)),
    ]
    for thread in people + killers:
        thread.start()
    for killer in killers:
        killer.join()
    held.pressing = False
    with held.web(), held.workers() as start:
        worker = start()
        end = time.monotonic() + CALM_SECONDS
        while time.monotonic() < end and (any(one.is_alive() for one in people[: len(APPLICANTS)]) or busy(house)):
            time.sleep(0.5)
        held.working = False
        for person in people:
            person.join(40)
        os.kill(worker, signal.SIGKILL)
    return held


def evidence(house: House) -> dict[str, Any]:
    environment = house.environment | {"DJANGO_SETTINGS_MODULE": "tongban.settings"}
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.evidence"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout, told.stderr
    return dict(json.loads(told.stdout))


def busy(house: House) -> bool:
    """Say whether something is still to be done: jobs, or cases that are not at their end."""
    found = evidence(house)
    return bool(found["problems"]) or set(found["states"]) != {"completed"}


def hold(held: Siege, *, kills: int) -> None:
    """Assert what must be true after a siege."""
    found = evidence(held.house)
    print(f"\nseed {SEED}, kills {held.kills}, answered {len(held.numbers)}, {found}")
    assert sum(held.kills.values()) >= kills
    assert not held.faults, held.faults
    assert not found["problems"], "\n".join(found["problems"])
    assert len(held.numbers) >= 5, "people got something done meanwhile"
    assert len(set(held.numbers)) == len(held.numbers)
    assert set(held.numbers) <= set(found["numbers"]), "an answered application is lost"
    held.house.manage("journal", "seal")
    proof = held.house.manage("journal", "verify")
    assert proof.returncode == 0, proof.stdout


@pytest.mark.slow
@pytest.mark.requirement("QUA-06")
def test_killed_fifty_times_nothing_is_lost_and_nothing_is_done_twice(tmp_path):
    hold(siege(tmp_path, web=18, worker=36), kills=50)


@pytest.mark.slow
@pytest.mark.skipif(not POSTGRESQL.startswith("postgresql"), reason="no PostgreSQL server is offered")
def test_killed_on_postgresql_nothing_is_lost_and_nothing_is_done_twice(tmp_path):
    with database(POSTGRESQL) as url:
        hold(siege(tmp_path, web=5, worker=10, TONGBAN_DATABASE=url), kills=15)


@contextmanager
def database(server: str) -> Iterator[str]:
    """Make a database of its own on the offered server."""
    name = f"killed_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

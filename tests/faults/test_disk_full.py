"""No room left: a clear word, nothing half done; and the house goes on as soon as there is room again.

The disk is a true one, only a small one, and a house runs on it.
"""

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from tests.cast import FLOOR_PLAN, RULES, example
from tests.faults.form_client import NO_ROOM, FormClient, line_of
from tests.faults.simulated_users import COMPANY, SimulatedUsers, check_invariants, hold, until
from tests.running import House, prepared, running

FULL = "存储空间已满"
TIMES = 4
MAX_SAVES = 2000  # the log of the database holds some room of its own
ANSWERS = example("food-business")["answers"]
SETTINGS = {"JOBS_LEASE_SECONDS": "4", "TELEMETRY_FREE_MIB": "1"}


class Disk:
    """A small disk. folder: where it is mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, *, leave: int = 0) -> None:
        """Leave so many bytes and no more."""
        block = b"\0" * 65536
        with self._ballast.open("ab", buffering=0) as file:
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]
            file.truncate(max(file.tell() - leave, 0))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[Disk]:
    program = shutil.which("mount")
    if program is None:
        pytest.skip("no program here mounts a small disk")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mounted = subprocess.run(
        [program, "-t", "tmpfs", "-o", f"size={mib}m,mode=0700", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can be mounted by root only: {mounted.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")
    return random.Random(seed)


def status(house: House) -> tuple[int, list[str]]:
    """Return how /readyz answers, and which critical checks fail."""
    answer = requests.get(f"{house.url}/readyz", timeout=20)
    return answer.status_code, [one["name"] for one in answer.json()["checks"] if one["critical"] and not one["ok"]]


def agent_of(house: House) -> FormClient:
    agent = FormClient(house.url, "zhou.wenbo")
    agent.sign_in()
    agent.act_for(COMPANY)
    return agent


@pytest.mark.slow
def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path, chance: random.Random):
    # Who is seen is written down with every request, as after a longer pause.
    seen = {"IDENTITY_SEEN_SECONDS": "0"}
    with small_disk(tmp_path / "house", 96) as disk, running(prepared(disk.folder), **SETTINGS, **seen) as house:
        agent = agent_of(house)
        uid = agent.fill_in("food-business", ANSWERS)
        for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
            agent.bring(uid, code, file)
        review, materials = f"/cases/{uid}/review/", f"/cases/{uid}/materials/"
        declared = agent.form(review) | {"declared": "on"}

        empty_log(house)
        disk.fill()
        assert status(house) == (503, ["disk"])
        assert requests.get(f"{house.url}/healthz", timeout=20).status_code == 200
        for path in ("/cases/", review, materials, "/notices/"):
            assert agent.once("GET", path).status_code == 200, f"{path}: what is there can be read"
        unkept(agent, materials)
        disk.fill(leave=100_000)
        save_until_refused(agent, uid)

        for room in range(40):  # a few pages more each time, so that it runs out in the middle of things
            disk.fill(leave=room * 4096)
            answer = agent.once("POST", review, data=declared)
            if answer.status_code == 200:
                break
            unsaved(answer)
            assert agent.once("GET", review).url.endswith(review), "it is a draft as before"
        assert answer.status_code == 200 or not check_invariants(house)["numbers"]

        disk.free()
        until(lambda: status(house)[0] == 200, "the house does not see that there is room again")
        people = SimulatedUsers(house, numbers=[agent.hand_in(uid)])
        with people.about():
            fill_again_and_again(disk, people, chance)
        unclear = [refusal for refusal in people.refusals if FULL not in refusal and NO_ROOM not in refusal]
        assert not unclear, unclear
        hold(people, least=TIMES + 1)


def empty_log(house: House) -> None:
    """Give back the room that the database's log holds: it would take hundreds of saves to fill it."""
    with closing(sqlite3.connect(house.folder / "tongban.sqlite3", timeout=20)) as database:
        emptied = "PRAGMA wal_checkpoint(TRUNCATE)"
        until(lambda: not database.execute(emptied).fetchone()[0], "the database's log is never at rest")


def fill_again_and_again(disk: Disk, people: SimulatedUsers, chance: random.Random) -> None:
    """Take the room away from people in the middle of what they do, and give it back."""
    for _time in range(TIMES):
        people.get_something_done()
        said = len(people.refusals)
        disk.fill(leave=chance.randrange(300_000))
        until(lambda said=said: len(people.refusals) > said + 3, "nobody is told anything")
        disk.free()


def unsaved(answer: requests.Response) -> None:
    assert answer.status_code == 503, answer.status_code
    assert FULL in answer.text
    assert "没有保存" in answer.text
    assert answer.headers["Retry-After"]


def save_until_refused(agent: FormClient, uid: str) -> None:
    """Save a draft again and again: what was saved stays, what was refused is not there, not even a part of it."""
    here = f"/cases/{uid}/fill/business/"
    for _time in range(MAX_SAVES):
        form = agent.form(here, "revision")
        answer = agent.once("POST", here, data=form | {"later": "1"})
        if answer.status_code != 200:
            unsaved(answer)
            assert agent.form(here, "revision")["revision"] == form["revision"]
            return
    raise AssertionError("there was room after all")


def unkept(agent: FormClient, materials: str) -> None:
    """A file finds no room: that is said where it was to lie, and nothing lies there."""
    before = agent.once("GET", materials).text
    name = "新平面图.pdf"
    content = FLOOR_PLAN.read_bytes() + uuid4().bytes
    data = {"csrfmiddlewaretoken": agent.form(materials)["csrfmiddlewaretoken"], "code": "floor-plan"}
    answer = agent.once("POST", materials, data=data, files={"file": (name, content)})
    assert answer.status_code == 422
    assert NO_ROOM in line_of(answer.text, "floor-plan")
    assert agent.once("GET", materials).text.count("/files/") == before.count("/files/")
    assert name not in agent.once("GET", materials).text


@pytest.mark.slow
def test_what_needs_a_file_waits_until_there_is_room(tmp_path):
    house = tmp_path / "house"
    with (
        small_disk(house / "files", 32) as disk,
        running(prepared(house), **SETTINGS, JOBS_ATTEMPTS="2") as running_house,
    ):
        agent = agent_of(running_house)
        uid = agent.fill_in("food-business", ANSWERS)
        disk.fill()
        unkept(agent, f"/cases/{uid}/materials/")
        assert agent.fill_in("food-business", ANSWERS) == uid, "answers need no file"
        disk.free()
        people = SimulatedUsers(running_house)
        with people.about():
            people.get_something_done()
            disk.fill()  # before its first letter
            until(lambda: running_house.log.count("job failed") > 4, "no letter was tried again")
            disk.free()
        hold(people, least=1)

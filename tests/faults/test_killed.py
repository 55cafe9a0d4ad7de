"""kill -9 of web server, worker and time-stamping authority at random points: nothing that was answered is lost,
nothing is done twice, and no paper goes without its stamp."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from tests import stamping
from tests.faults.simulated_users import SimulatedUsers, hold
from tests.laws.house import ROOT
from tests.running import POSTGRESQL, House, answers, at, free_port, prepared, prepared_on
from tests.stamping import Authority

SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))


@dataclass
class Siege:
    """A house whose processes are killed while people use it."""

    house: House
    chance: random.Random
    kills: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def web(self) -> Iterator[None]:
        """Run the web server until the end of the block, then kill all of it."""
        port = self.house.url.rpartition(":")[2]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", port, "--workers", "1"]
        command += ["--blocking-threads", "16", "--no-ws", "--log-level", "warning", "tongban.wsgi:application"]
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
                [sys.executable, "-m", "tests.faults.worker_spawner"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                bufsize=1,
            ) as nursery,
        ):
            started: list[int] = []

            def start() -> int:
                assert nursery.stdin
                assert nursery.stdout
                nursery.stdin.write("\n")
                started.append(int(nursery.stdout.readline()))
                return started[-1]

            try:
                yield start
            finally:
                nursery.kill()
                for last in started[-1:]:
                    with suppress(ProcessLookupError):
                        os.kill(last, signal.SIGKILL)

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
                time.sleep(self.chance.uniform(0.05, 2))
                os.kill(worker, signal.SIGKILL)
                self.kills["worker"] = self.kills.get("worker", 0) + 1

    def besiege_authority(self, authority: Authority, kills: int) -> None:
        """Kill it now and then, and leave it away for a while; questions wait at its door meanwhile, or go wrong."""
        for _number in range(kills):
            time.sleep(self.chance.uniform(0.5, 4))
            authority.kill()
            self.kills["authority"] = self.kills.get("authority", 0) + 1
            time.sleep(self.chance.uniform(0, 4))
            authority.start()

    def _log(self, name: str) -> IO[str]:
        return (self.house.folder / f"{name}.log").open("a")

    def _await_answer(self) -> None:
        end = time.monotonic() + 60
        while not answers(self.house) and time.monotonic() < end:
            time.sleep(0.02)


def siege(folder: Path, *, web: int, worker: int, authority: int, by_turns: bool = False, **settings: str) -> None:
    """Press a prepared house with people and kills, let it come to rest, and look at what is there.

    by_turns   people do the verbs that not every matter meets as well
    """
    with stamping.authority(folder / "tsa") as tsa:
        # A job that kills its worker again and again is laid aside; here it is not the job's doing.
        settings |= tsa.settings | {"SEALS_TSA_SECONDS": "2"}
        house = at(folder, free_port(), JOBS_LEASE_SECONDS="4", JOBS_ATTEMPTS="100", **settings)
        press(house, tsa, web=web, worker=worker, authority=authority, by_turns=by_turns)


def press(house: House, tsa: Authority, *, web: int, worker: int, authority: int, by_turns: bool) -> None:
    held, people = Siege(house, random.Random(SEED)), SimulatedUsers(house, by_turns=by_turns)
    killers = [
        threading.Thread(target=held.besiege_web, args=(web,)),
        threading.Thread(target=held.besiege_worker, args=(worker,)),
        threading.Thread(target=held.besiege_authority, args=(tsa, authority)),
    ]
    with ExitStack() as calm, people.about():  # people go home first
        for killer in killers:
            killer.start()
        for killer in killers:
            killer.join()
        calm.enter_context(held.web())
        calm.enter_context(held.workers())()
    print(f"\nseed {SEED}, kills {held.kills}, answered {len(people.numbers)}")
    assert held.kills == {"web": web, "worker": worker, "authority": authority}
    print(hold(people, least=len(people.applicants())))
    if people.turns:
        print(dict(people.turns.done))


@pytest.mark.slow
@pytest.mark.requirement("QUA-06")
def test_killed_fifty_times_nothing_is_lost_and_nothing_is_done_twice(tmp_path):
    siege(prepared(tmp_path), web=13, worker=40, authority=10)


@pytest.mark.slow
@pytest.mark.skipif(not POSTGRESQL.startswith("postgresql"), reason="no PostgreSQL server is offered")
def test_killed_on_postgresql_nothing_is_lost_and_nothing_is_done_twice(tmp_path):
    with prepared_on(POSTGRESQL, tmp_path) as url:
        siege(tmp_path, web=5, worker=10, authority=3, by_turns=True, TONGBAN_DATABASE=url)

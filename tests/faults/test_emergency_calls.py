"""kill -9 of the web server while call centres send calls: none that was accepted is lost, none is there twice."""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.test_killed import SEED, Siege
from tests.running import House, answers, at, free_port, prepared

CALLERS, KILLS = 4, 4
KEY = """
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
account = identity.open_account(actor=SYSTEM, login="calls", name="110", kind="client")
role = identity.define_role(actor=SYSTEM, key="calls", name="110", duties=["emergency.take_call", "emergency.read"])
place = Department.objects.get(key="emergency-command")
identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
print("KEY", identity.make_token(actor=SYSTEM, account=account, title="110", duties=["emergency.take_call"])[1])
"""
COUNT = """
from tongban.applications.emergency.models import EmergencyCall
found = EmergencyCall.objects.filter(key__regex=r"^[0-9]+:[0-9]-[0-9]+-[0-9]+$")
print("CALLS", found.count(), found.values("incident").distinct().count())
"""


def call(house: House, key: str, name: str) -> str:
    """Send a call; return the number of its incident, "" where nothing came back."""
    body = {"department": "emergency-command", "kind": "road-accident", "words": "faults", "address": name, "key": name}
    request = urllib.request.Request(
        f"{house.url}/api/v1/emergency/calls",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(json.load(answer)["number"])
    except (OSError, urllib.error.HTTPError, ValueError):
        return ""


def said(house: House, code: str, word: str) -> list[str]:
    done = house.manage("shell", "-c", code)
    lines = [line for line in done.stdout.splitlines() if line.startswith(word)]
    assert lines, done.stderr
    return lines[-1].split()[1:]


@contextmanager
def calling(house: House, key: str) -> Iterator[dict[str, str]]:
    """Let call centres send calls one after another until the end of the block; give what was accepted."""
    accepted: dict[str, str] = {}
    over = threading.Event()

    def one(number: int) -> None:
        count = 0
        while not over.is_set():
            count += 1
            name = f"{number}-{count}-{time.monotonic_ns()}"
            if told := call(house, key, name):
                accepted[name] = told
            else:
                time.sleep(0.1)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    try:
        yield accepted
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.slow
def test_no_accepted_call_is_lost_when_the_server_is_killed(tmp_path: Path):
    house = at(prepared(tmp_path), free_port())
    (key,) = said(house, KEY, "KEY")
    siege = Siege(house, random.Random(SEED))
    accepted: dict[str, str] = {}
    for _kill in range(KILLS):
        with siege.web():
            until = time.monotonic() + 60
            while not answers(house):
                assert time.monotonic() < until
                time.sleep(0.1)
            with calling(house, key) as told:
                time.sleep(siege.chance.uniform(0.5, 3))
                # The kill comes at the end of `siege.web`, with calls on their way: their threads see it as silence.
                accepted |= dict(told)
    assert len(accepted) > KILLS

    with siege.web():
        until = time.monotonic() + 60
        while not answers(house):
            assert time.monotonic() < until
            time.sleep(0.1)
        again = {name: call(house, key, name) for name in accepted}

    assert again == accepted
    calls, incidents = (int(word) for word in said(house, COUNT, "CALLS"))
    assert calls == incidents >= len(accepted)

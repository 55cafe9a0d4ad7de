"""The database dies under a running house and comes back: people are told, nothing is lost, nobody has to restart."""

import socket
from typing import Any

import pytest
import requests

from tests.faults.form_client import FormClient
from tests.faults.simulated_users import COMPANY, SimulatedUsers, hold, until
from tests.running import House, running
from tools.postgresql import Server, server

# Whatever was committed is with the system when the answer goes out; nobody waits for the disk.
OPTIONS = ["fsync=off", "full_page_writes=off", "max_connections=50"]
AWAY = "数据库暂时无法访问"
DEATHS = 3


@pytest.fixture
def postgresql():
    try:
        with server(options=OPTIONS) as made:
            yield made
    except SystemExit as missing:
        pytest.skip(str(missing))


def ready(house: House) -> requests.Response:
    return requests.get(f"{house.url}/readyz", timeout=20)


def failing(house: House) -> set[str]:
    return {check["name"] for check in ready(house).json()["checks"] if not check["ok"]}


@pytest.mark.slow
def test_the_database_dies_and_comes_back_under_people_who_work(tmp_path, postgresql: Server):
    with running(tmp_path, TONGBAN_DATABASE=postgresql.address, JOBS_LEASE_SECONDS="4") as house:
        agent = FormClient(house.url, "zhou.wenbo")
        agent.sign_in()
        agent.act_for(COMPANY)
        form = agent.form("/cases/begin/food-business/")
        people = SimulatedUsers(house)
        with people.about():
            for death in range(DEATHS):
                people.get_something_done(2)
                postgresql.kill()
                everybody_is_told(house, agent, form)
                if death == 0:
                    nobody_waits_for_silence(agent, postgresql.port)
                postgresql.start()
                until(lambda: ready(house).status_code == 200, "the house does not find its database again")

        assert any(refusal.startswith("503") for refusal in people.refusals)
        unclear = [refusal for refusal in people.refusals if AWAY not in refusal]
        assert not unclear, unclear
        until(lambda: not failing(house) - {"calendar"}, "the worker does not find its database again")
        hold(people, least=DEATHS)
        assert "starting it again" not in house.log


def nobody_waits_for_silence(agent: FormClient, port: int) -> None:
    """Something takes up connections where the database was, and never says a word."""
    with socket.socket() as silence:
        silence.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        silence.bind(("127.0.0.1", port))
        silence.listen(100)
        answer = agent.once("GET", "/licences/v/abc/")  # gives up after half a minute
    assert answer.status_code == 503
    assert AWAY in answer.text


def everybody_is_told(house: House, agent: FormClient, form: dict[str, Any]) -> None:
    """While the database is away: alive, but not ready; pages say so in words, and interfaces in theirs."""
    alive = requests.get(f"{house.url}/healthz", timeout=20)
    assert (alive.status_code, alive.text) == (200, "ok")
    usable = ready(house)
    assert (usable.status_code, usable.json()["status"]) == (503, "unusable")
    broken = [check["name"] for check in usable.json()["checks"] if check["critical"] and not check["ok"]]
    assert "database" in broken
    assert "disk" not in broken

    for path in ("/cases/", "/cases/begin/food-business/", "/notices/", "/desk/workflow/", "/licences/v/abc/"):
        answer = agent.once("GET", path)
        assert answer.status_code == 503, f"{answer.status_code} {path}"
        assert AWAY in answer.text
        assert answer.headers["Retry-After"]
    sent = agent.once("POST", "/cases/begin/food-business/", data=form)
    assert sent.status_code == 503
    assert "没有保存" in sent.text
    machine = requests.get(f"{house.url}/api/v1/catalogue/services", headers={"Accept-Language": "zh-CN"}, timeout=20)
    assert machine.status_code == 503
    assert machine.headers["Content-Type"] == "application/problem+json"

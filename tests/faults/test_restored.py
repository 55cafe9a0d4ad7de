"""What docs/operating/backup.md says, typed: a copy made under people who work is whole in another place."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.simulated_users import APPLICANTS, SimulatedUsers, until, witness
from tests.laws.house import ROOT
from tests.running import POSTGRESQL, House, at, database, free_port, prepared, prepared_on, running

PAGE = (ROOT / "docs" / "operating" / "backup.md").read_text()


def commands(title: str) -> list[str]:
    """Return what stands to be typed under a title, block by block."""
    section = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section, f"the page has nothing on {title}"
    return re.findall(r"^```\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)


def typed(house: House, script: str) -> str:
    """Type it in the checkout, in the house's environment; the programs of PostgreSQL are at hand."""
    programs = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=ROOT,
        env=house.environment | {"PATH": ":".join([*programs, os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def places(request, tmp_path) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Which database, and the settings of the house that is copied, prepared, and of the one that rises elsewhere."""
    house = tmp_path / "house"
    apart = {"BACKUP": str(tmp_path / "backup"), "VAULT": str(tmp_path / "vault"), "JOBS_LEASE_SECONDS": "4"}
    if request.param == "SQLite":
        prepared(house)
        yield request.param, apart, apart
        return
    if not POSTGRESQL.startswith("postgresql"):
        pytest.skip("no PostgreSQL server is offered")
    with prepared_on(POSTGRESQL, house) as old, database(POSTGRESQL) as new:
        yield request.param, apart | {"TONGBAN_DATABASE": old}, apart | {"TONGBAN_DATABASE": new}


@pytest.mark.slow
def test_a_copy_made_under_people_who_work_is_whole_in_another_place(places, tmp_path):
    kind, here, there = places
    with running(tmp_path / "house", **here) as house:
        people = SimulatedUsers(house)
        with people.about():
            people.get_something_done(len(APPLICANTS))
            house.manage("journal", "seal")
            checkpoint = re.search(r"checkpoint (\S+)", house.manage("journal", "verify").stdout)
            answered = set(people.numbers)
            backup, restore = commands(kind)
            for script in [*commands("The keys"), backup]:
                typed(house, script)
            people.pressing = people.working = False  # nobody needs to see where they end
    assert checkpoint
    typed(restored := at(tmp_path / "elsewhere", free_port(), **there), restore)
    proof = restored.manage("journal", "verify", "--checkpoint", checkpoint[1])
    assert proof.returncode == 0, proof.stdout + proof.stderr
    with running(restored.folder, **there) as again, witness(again) as ask:
        # The worker goes on where the copy was made; then every case has its papers, each with its content.
        until(lambda: not ask("invariants")["problems"], lambda: "\n".join(ask("invariants")["problems"]), pause=1)
        found = ask("invariants")
    assert answered <= set(found["numbers"]), "an application that was answered before the copy is not in it"

"""kill -9 of the worker while it commands devices: no command is lost, none is carried out twice, all are released."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.counterparts import running
from tests.faults.test_killed import SEED, Siege
from tests.laws.house import ROOT
from tests.running import at, free_port, prepared
from tongban.platform.actuation.tests.devices import ActuatingCounterpart


def besieged(folder: Path, *, commands: int, kills: int) -> None:
    """Ask for commands while workers are killed, then let one work until all are over, and look at what is there."""
    with running(ActuatingCounterpart(folder / "siege")) as devices:
        settings = {"ACTUATION_TASKING": str(devices.account), "ACTUATION_TIMEOUT_SECONDS": "1"}
        held = Siege(at(folder, free_port(), **settings), random.Random(SEED))
        environment = held.house.environment | {"DJANGO_SETTINGS_MODULE": "tongban.settings"}
        command = [sys.executable, "-m", "tests.faults.commanding", str(commands)]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as asking:
            held.besiege_worker(kills)
            with held.workers() as start:
                start()
                out, _err = asking.communicate(timeout=600)
        became = json.loads(out)
        told = Counter(re.findall(r"路灯回路：(\w+)", devices.page()))
        assert "schedule" in devices.page()
    print(f"\nseed {SEED}, kills {held.kills}, {Counter(one['state'] for one in became)}")
    assert held.kills == {"worker": kills}
    # One whose time was over before anybody could ask the device is failed: nobody knows that it ever was in force.
    assert {one["state"] for one in became} <= {"released", "failed"}
    assert len(became) == commands
    assert told == {"dim": commands, "release": commands}


@pytest.mark.slow
@pytest.mark.requirement("QUA-06", "APP-R-06")
def test_a_killed_worker_loses_no_command_and_carries_none_out_twice(tmp_path):
    besieged(prepared(tmp_path), commands=8, kills=25)

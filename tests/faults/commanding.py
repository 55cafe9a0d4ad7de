"""Somebody who commands the lamps of a prepared house again and again, each time when they are free.

python -m tests.faults.commanding NUMBER    asks for so many commands, and prints what became of them
"""

import json
import sys
import time

import django

django.setup()

from tongban.infrastructure.kernel.actors import SYSTEM  # noqa: E402
from tongban.platform.actuation import services as actuation  # noqa: E402
from tongban.platform.actuation.models import ControlCommand, ControlledDevice  # noqa: E402

SECONDS = 2
PATIENCE_SECONDS = 600


def main(number: int) -> None:
    device = ControlledDevice.objects.get(key="city-lamps-1")
    until = time.monotonic() + PATIENCE_SECONDS
    for turn in range(number):
        while ControlCommand.objects.in_hand(device.pk).exists():
            assert time.monotonic() < until, "a command hangs"
            time.sleep(0.1)
        said = {"command": "dim", "parameters": {"level": 50}, "seconds": SECONDS, "reason": "演练"}
        for _again in range(2):  # and once more, as somebody does who got no answer
            actuation.request(actor=SYSTEM, device=device, key=f"siege:{turn}", **said)
    while ControlCommand.objects.in_hand(device.pk).exists():
        assert time.monotonic() < until, "a command hangs"
        time.sleep(0.1)
    found = ControlCommand.objects.filter(key__startswith="siege:").order_by("pk")
    print(json.dumps([{"order": str(one.uid), "state": one.state} for one in found]))


if __name__ == "__main__":
    main(int(sys.argv[1]))

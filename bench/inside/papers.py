"""papers COUNT TURN: issue so many licences as the worker does, then each as OFD; print what each took, in seconds.

Everything that belongs to it is done: number and identifier, face set in type, seal with the time stamp of an authority
in a process of its own, the file, its entry in the register, the facts.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings

import bench.inside  # noqa: F401
from bench.inside import cast
from tests.stamping import authority
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.identity.models import Department
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.parties.models import Party
from tongban.platform.seals import services as seals


def order(number: int, holder: Party, issuer: Department) -> licences.Order:
    return licences.Order(
        kind="bench-licence",
        kind_name="食品经营许可证",
        kind_code="11100000MB03271699001",
        number="JY2{area}{serial:06}{check}",
        holder=holder,
        issuer=issuer,
        subject=f"bench:{turn}-{number}",
        valid_from=date(2026, 1, 1),
        valid_until=date(2031, 12, 31),
        face={
            "经营者名称": f"云泽市测算{number}号餐饮有限公司",
            "经营场所": "云泽市临湖区柳岸街15号",
            "经营项目": "热食类食品制售",
        },
    )


def timed(kind: str, count: int, work: Callable[[int], object]) -> list[float]:
    took, before = [], time.process_time()
    for number in range(count):
        began = time.perf_counter()
        work(number)
        took.append(time.perf_counter() - began)
    processor[kind] = 1000 * (time.process_time() - before) / count
    return took


processor: dict[str, float] = {}  # milliseconds of one for each paper, by kind
count, turn = int(sys.argv[1]), int(sys.argv[2])
with tempfile.TemporaryDirectory() as folder, authority(Path(folder)) as running:
    for name, value in running.settings.items():
        setattr(settings, name, value)
    issuer = Department.objects.get(key="market-regulation")
    holder = cast.company(turn)[1]
    made: list[Licence] = []
    licences.make_ofd(licences.issue(actor=SYSTEM, order=order(-1, holder, issuer)))  # what only the first one costs
    pdf = timed(
        "pdf", count, lambda number: made.append(licences.issue(actor=SYSTEM, order=order(number, holder, issuer)))
    )
    ofd = timed("ofd", count, lambda number: licences.make_ofd(made[number]))
    check = seals.examine(storage.read(licences.make_ofd(made[-1]).blob))
    assert check.good, check.problems
    assert check.stamped_at
print(json.dumps({"pdf": pdf, "ofd": ofd, "processor": processor}))

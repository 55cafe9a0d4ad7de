"""loggers COUNT: register so many outfalls with a data logger each; prints their numbers (MN) as JSON."""

import json
import sys

import bench.inside  # noqa: F401
from tongban.applications.environment import services as environment
from tongban.applications.environment.models import MonitoringPoint
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department

FACTORS = ("w01018", "w21003")


def main() -> None:
    office = Department.objects.get(key="ecology-environment")
    numbers = [f"BENCH{number:06d}" for number in range(int(sys.argv[1]))]
    for mn in numbers:
        environment.register_point(
            actor=SYSTEM, mn=mn, name=mn, kind="waste-water", st="32", password="123456", department=office
        )  # fmt: skip
        point = MonitoringPoint.objects.get(mn=mn)
        for factor in FACTORS:
            environment.open_stream(point, factor, "realtime")
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()

"""issue SECONDS: issue and seal licences in this process, as the worker does, one after another.

Prints {"issued": number, "seconds": how long it took}.
"""

import json
import os
import sys
import time
from datetime import timedelta

import bench.inside  # noqa: F401
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.licences import services as licences
from tongban.platform.parties.models import Party

FACE = {"经营者名称": "云泽市禾香餐饮有限公司", "经营场所": "云泽市临湖区柳岸街15号", "主体业态": "餐饮服务经营者"}

os.nice(10)  # as the worker does
holder = Party.objects.get(name="云泽市禾香餐饮有限公司")
issuer = Department.objects.get(key="market-regulation")
seconds, issued, began = float(sys.argv[1]), 0, time.perf_counter()
while time.perf_counter() - began < seconds:
    licences.issue(
        actor=SYSTEM,
        kind="food-business-licence",
        kind_name="食品经营许可证",
        kind_code="11990100MB9900101F001",
        number="JY2{area}{serial:06}{check}",
        holder=holder,
        issuer=issuer,
        subject=f"bench:{os.getpid()}:{issued}",
        valid_from=clock.today(),
        valid_until=clock.today() + timedelta(days=1825),
        face=FACE,
    )
    issued += 1
print(json.dumps({"issued": issued, "seconds": time.perf_counter() - began}))

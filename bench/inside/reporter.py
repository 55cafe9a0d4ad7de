"""reporter: a system that may send street reports by Open311; print {"key"}."""

import json

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity

DUTIES = ("streets.forward",)

system = identity.open_account(actor=SYSTEM, login="bench-reporter", name="测算系统", kind="client")
role = identity.define_role(actor=SYSTEM, key="bench-reporter", name="测算接口", duties=DUTIES)
identity.appoint(actor=SYSTEM, account=system, department=cast.department("city"), role=role, subtree=True)
_token, key = identity.make_token(actor=SYSTEM, account=system, title="bench", duties=DUTIES)
print(json.dumps({"key": key}))

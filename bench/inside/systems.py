"""systems COUNT: register so many companies, and a system that may apply for them; print {"key", "firms"}."""

import json
import sys

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.registers.models import Entry

DUTIES = ("cases.file", "cases.read", "parties.find")

system = identity.open_account(actor=SYSTEM, login="bench-system", name="测算系统", kind="client")
role = identity.define_role(actor=SYSTEM, key="bench-system", name="测算接口", duties=DUTIES)
identity.appoint(actor=SYSTEM, account=system, department=cast.department("market-regulation"), role=role)
_token, key = identity.make_token(actor=SYSTEM, account=system, title="bench", duties=DUTIES)
firms = [cast.company(number)[1] for number in range(int(sys.argv[1]))]
found = [
    {"id_kind": "uscc", "id_number": Entry.objects.get(party=firm).data["uscc"], "name": firm.name} for firm in firms
]
print(json.dumps({"key": key, "firms": found}))

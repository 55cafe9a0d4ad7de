"""relying BACK: admit a system whose keys are read from standard input as JWK set; print its handle."""

import json
import sys

import bench.inside  # noqa: F401
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.federation import services as federation

party = federation.admit(
    actor=SYSTEM,
    title="测算系统",
    purpose="测算单点登录",
    redirect_uris=[sys.argv[1]],
    keys=sys.stdin.read(),
    scopes=["profile"],
)
print(json.dumps(party.handle))

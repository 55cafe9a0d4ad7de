"""people COUNT PASSWORD: open accounts with a password; print their sign-in names."""

import json
import sys

import bench.inside  # noqa: F401
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity

password = sys.argv[2]
made = [
    identity.open_account(
        actor=SYSTEM, login=f"visitor-{number}", name=f"访客{number}", kind="person", password=password
    )
    for number in range(int(sys.argv[1]))
]
print(json.dumps([account.login for account in made]))

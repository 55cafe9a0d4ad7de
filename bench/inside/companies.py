"""companies COUNT: register so many companies; print [{"cookie", "account", "firm"}]."""

import json
import sys

import bench.inside  # noqa: F401
from bench.inside import cast

made = [cast.company(number) for number in range(int(sys.argv[1]))]
found = [{"cookie": cast.session(account, firm), "account": account.pk, "firm": firm.pk} for account, firm in made]
print(json.dumps(found))

"""drafts ACCOUNT:FIRM,… COUNT: leave so many complete drafts for each agent; print [[words of URLs] for each]."""

import json
import sys

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.platform.identity.models import Account
from tongban.platform.parties.models import Party

found = []
for pair in sys.argv[1].split(","):
    account, firm = map(int, pair.split(":"))
    first = cast.draft(Account.objects.get(pk=account), Party.objects.get(pk=firm))
    found.append([first.uid, *cast.copies(first, int(sys.argv[2]) - 1)])
print(json.dumps(found))

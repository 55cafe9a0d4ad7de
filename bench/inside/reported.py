"""reported: count what came by interface; print {"requests", "cases"}."""

import json

import bench.inside  # noqa: F401
from tongban.applications.streets.models import StreetCase
from tongban.platform.requests.models import PublicRequest

sent = PublicRequest.objects.of_system("streets").filter(channel="api")
cases = StreetCase.objects.filter(request__in=sent)
print(json.dumps({"requests": sent.count(), "cases": cases.count()}))

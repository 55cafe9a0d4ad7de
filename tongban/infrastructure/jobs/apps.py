from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Jobs(module.Module):
    """Work done a little later: durable, retried, in order, and visible when it fails."""

    name = "tongban.infrastructure.jobs"
    title = _("Background work")
    duties = {"jobs.run": _("Look after background work")}
    house_duties = frozenset({"jobs.run"})
    menu = {
        "desk": [
            module.Entry(
                "jobs:list", _("Background work"), "jobs.run", _("Look after work that failed, see what waits")
            )
        ]
    }
    settings = {"JOBS_ATTEMPTS": 8, "JOBS_LEASE_SECONDS": 300, "JOBS_KEEP_DAYS": 7, "JOBS_NICE": 10}

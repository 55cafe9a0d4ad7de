from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Jobs(module.Module):
    """Work done a little later: durable, retried, in order, and visible when it fails."""

    name = "tongban.infrastructure.jobs"
    title = _("Background tasks")
    duties = {"jobs.run": _("Manage background tasks")}
    citywide_duties = frozenset({"jobs.run"})
    menu = {
        "desk": [
            module.MenuEntry(
                "jobs:list",
                _("Background tasks"),
                "jobs.run",
                _("Handle failed tasks and see what is waiting"),
                group="system",
            )
        ]
    }
    settings = {
        "JOBS_ATTEMPTS": module.Setting(8, "how often failing work is tried before it is given up"),
        "JOBS_LEASE_SECONDS": module.Setting(300, "after so long without an end, another worker takes the work over"),
        "JOBS_KEEP_DAYS": module.Setting(7, "how long finished work stays in the table"),
        "JOBS_NICE": module.Setting(
            10,
            "how far the worker steps back where people wait for pages; 0, not at all, where it has a machine of its "
            "own or must keep up with a busy one",
        ),
    }

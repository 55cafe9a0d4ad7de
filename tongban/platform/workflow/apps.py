from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Workflow(module.Module):
    """Who does what in which order: processes drawn in BPMN, tasks at desks, decisions in tables."""

    name = "tongban.platform.workflow"
    title = _("Processes")
    menu = {
        **dict.fromkeys(("counter", "crew"), (module.MenuEntry("workflow:todo", _("To do"), group="work"),)),
        "desk": (
            module.MenuEntry("workflow:todo", _("To do"), group="work"),
            module.MenuEntry("workflow:copies", _("Copies for me"), group="work"),
        ),
    }

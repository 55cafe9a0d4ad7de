from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Workflow(module.Module):
    """Processes and their tasks."""

    name = "tongban.platform.workflow"
    title = _("Processes")

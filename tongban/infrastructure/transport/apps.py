from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Transport(module.Module):
    """Mail and other ways out, with time-outs and retries."""

    name = "tongban.infrastructure.transport"
    title = _("Transport")

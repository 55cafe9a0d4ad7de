from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Counter(module.Module):
    """For window clerks."""

    name = "tongban.portals.counter"
    title = _("Counter")

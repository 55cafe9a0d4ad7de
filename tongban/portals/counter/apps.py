from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import portals


class Counter(portals.Portal):
    """For window clerks."""

    name = "tongban.portals.counter"
    title = _("Counter")
    prefix = "counter/"
    start = "cases:inbox"

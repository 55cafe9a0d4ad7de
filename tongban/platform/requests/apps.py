from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module


class Requests(module.Module):
    """Requests 诉求: what people say to the city, whatever the channel: received, handled, answered, rated."""

    name = "tongban.platform.requests"
    title = pgettext_lazy("requests", "Requests")
    duties = {
        "requests.receive": _("Receive requests and assign them to departments"),
        "requests.handle": _("Handle requests and answer them"),
    }
    menu = {
        "hall": [
            module.MenuEntry("requests:mine", _("My requests"), group="mine"),
            module.MenuEntry("requests:follow", _("Follow a request"), None, group="voice"),
        ],
        "desk": [
            module.MenuEntry(
                "requests:inbox",
                pgettext_lazy("requests", "Requests"),
                "requests.handle",
                _("What people asked the city for, and what became of it"),
                group="voice",
            ),
            module.MenuEntry(
                "requests:reception",
                _("Requests received"),
                "requests.receive",
                _("Receive what people said, and assign it to a department"),
                group="voice",
            ),
        ],
    }
    settings = {
        "REQUESTS_TERMS_FILE": module.Setting(
            "", "a file with the city's own dated terms of requests (kinds, channels, days); empty for those shipped"
        ),
        "REQUESTS_MAX_PHOTOS": module.Setting(5, "so many photographs are taken with one request"),
        "REQUESTS_MAX_PHOTO_MB": module.Setting(10, "the largest photograph of a request"),
    }

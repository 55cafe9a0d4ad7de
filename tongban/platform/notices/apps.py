from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module

INBOX = module.MenuEntry("notices:inbox", _("Notices"), note=_("News about your matters"), group="work", badge="unread")


class Notices(module.Module):
    """Messages to people: always in the inbox, by e-mail as well where they want it."""

    name = "tongban.platform.notices"
    title = _("Notices")
    menu = {
        "hall": [INBOX._replace(group="mine")],
        "desk": [INBOX],
        "counter": [INBOX],
        "crew": [INBOX],
    }

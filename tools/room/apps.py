from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module


class NewRoom(module.Module):
    """New room 新系统: people write notes to a department, which answers them."""

    name = "tongban.applications.newroom"
    title = pgettext_lazy("newroom", "New room")
    duties = {"newroom.answer": _("Answer the notes of New room")}
    menu = {
        "hall": [module.MenuEntry("newroom:mine", pgettext_lazy("newroom", "New room"), group="services")],
        "desk": [
            module.MenuEntry("newroom:open", pgettext_lazy("newroom", "New room"), "newroom.answer", group="city")
        ],
    }

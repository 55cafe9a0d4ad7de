from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Parties(module.Module):
    """People, organisations, mandates: whose matters they are, and who may act for whom."""

    name = "tongban.platform.parties"
    title = _("People and organisations")
    duties = {
        "parties.find": _("Find people and organisations by their number, for a stated purpose"),
        "parties.register": _("Register people, organisations and their mandates at the counter"),
    }
    citywide_duties = frozenset(duties)
    links = {"acting_for": "hall:parties:acting_for"}
    menu = {
        "hall": [module.MenuEntry("parties:mandates", _("My mandates"), group="mine")],
        "counter": [
            module.MenuEntry("parties:find", _("Find a person or organisation"), "parties.find", group="people"),
            module.MenuEntry(
                "parties:register", _("Register a person or organisation"), "parties.register", group="people"
            ),
        ],
        "desk": [module.MenuEntry("parties:find", _("Find a person or organisation"), "parties.find", group="people")],
    }

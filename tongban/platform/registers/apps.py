from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Registers(module.Module):
    """What the city holds about people and organisations: declared, dated, one source per field, every look-up kept."""

    name = "tongban.platform.registers"
    title = _("Registers")
    duties = {
        "registers.look_up": _("Look up people and organisations in registers for a matter at hand"),
        "registers.look_up_sensitive": _("See sensitive fields of registers"),
        "registers.steward": _("Maintain the data of a register and decide on corrections"),
        "registers.declare": _("Declare registers and load them"),
    }
    menu = {
        "hall": [module.MenuEntry("registers:mine", _("My data"), group="mine")],
        "desk": [
            module.MenuEntry("registers:search", _("Look up a register"), "registers.look_up", group="people"),
            module.MenuEntry(
                "registers:corrections",
                _("Corrections of data"),
                "registers.steward",
                _("Decide on corrections that people have requested"),
                group="people",
            ),
        ],
    }

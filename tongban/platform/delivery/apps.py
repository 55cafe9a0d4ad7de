from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Delivery(module.Module):
    """Parcels: address books, what is posted to people and by them, by which carrier, and where it is."""

    name = "tongban.platform.delivery"
    title = _("Parcels")
    duties = {"delivery.post": _("Post parcels and see where they are")}
    menu = {
        "hall": [module.MenuEntry("delivery:mine", _("Parcels and addresses"), group="mine")],
        "desk": [
            module.MenuEntry(
                "delivery:parcels",
                _("Parcels"),
                "delivery.post",
                _("What is to be posted, what is on its way, what came back"),
                group="cases",
            )
        ],
    }
    settings = {
        "DELIVERY_SF": module.Setting(
            "",
            "a JSON file, readable by the house alone, with the account at SF Express (丰桥): `url`, `partner`, "
            "`checkword`, `monthly_card`, `sender` (`name`, `phone`, `province`, `city`, `county`, `street`); "
            "empty: not in use. A demonstration that `make run` starts has a local counterpart instead",
        ),
        "DELIVERY_EMS": module.Setting(
            "",
            "the same for EMS of China Post: `url`, `sender_no`, `authorization`, `sign_key` (SM4, base64), `sender`",
        ),
        "DELIVERY_SECONDS": module.Setting(6.0, "how long the answer of a carrier may take"),
    }

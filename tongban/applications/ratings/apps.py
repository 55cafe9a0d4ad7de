from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Ratings(module.Module):
    """Ratings 好差评: who was served says how it was; a low grade comes back to the department."""

    name = "tongban.applications.ratings"
    title = _("Ratings")
    duties = {"ratings.follow_up": _("Follow up low ratings")}
    menu = {
        "hall": [module.MenuEntry("ratings:figures", _("Ratings"), None, group="open")],
        "desk": [module.MenuEntry("ratings:follow_ups", _("Low ratings"), "ratings.follow_up", group="figures")],
    }
    settings = {
        "RATINGS_TERMS_FILE": module.Setting(
            "", "a file with the city's own dated terms of ratings (window, answer time); empty for those shipped"
        ),
    }

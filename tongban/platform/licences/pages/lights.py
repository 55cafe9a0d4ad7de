"""How the state of a licence is shown: colour and word."""

from django.utils.translation import pgettext_lazy

VALIDITIES = {
    "valid": ("green", pgettext_lazy("licence register", "Valid")),
    "pending": ("yellow", pgettext_lazy("licence register", "Not valid yet")),
    "expired": ("red", pgettext_lazy("licence register", "Expired")),
    "suspended": ("yellow", pgettext_lazy("licence register", "Suspended")),
    "revoked": ("red", pgettext_lazy("licence register", "Revoked")),
    "cancelled": ("grey", pgettext_lazy("licence register", "Cancelled")),
    "superseded": ("grey", pgettext_lazy("licence register", "Replaced")),
}

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Ledger(module.Module):
    """Double-entry moves of any unit between accounts: money, stock, slots, beds, bays."""

    name = "tongban.platform.ledger"
    title = _("Ledger")

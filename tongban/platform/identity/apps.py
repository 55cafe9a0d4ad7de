from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Identity(module.Module):
    """Accounts, departments, duties."""

    name = "tongban.platform.identity"
    title = _("Accounts")

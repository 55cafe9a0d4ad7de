from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Database(module.Module):
    """The embedded database's fair queue of writers."""

    name = "tongban.infrastructure.database"
    title = _("Database")

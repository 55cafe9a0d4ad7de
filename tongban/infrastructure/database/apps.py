from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.prefixes import IndexedStartsWith
from tongban.infrastructure.kernel import module


class Database(module.Module):
    """The embedded database's fair queue of writers."""

    name = "tongban.infrastructure.database"
    title = _("Database")

    def ready(self) -> None:
        super().ready()
        Field.register_lookup(IndexedStartsWith)

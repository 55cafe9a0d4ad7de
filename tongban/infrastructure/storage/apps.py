from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Storage(module.Module):
    """Files: digest, type check, disk."""

    name = "tongban.infrastructure.storage"
    title = _("Storage")

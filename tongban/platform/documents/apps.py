from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Documents(module.Module):
    """Files with meaning: kind, origin, validity, trust level."""

    name = "tongban.platform.documents"
    title = _("Documents")

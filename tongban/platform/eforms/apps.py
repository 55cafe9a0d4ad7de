from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Eforms(module.Module):
    """Questions as data: what is asked, when, and what an answer must look like."""

    name = "tongban.platform.eforms"
    title = _("Forms")

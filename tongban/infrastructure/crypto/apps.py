from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Crypto(module.Module):
    """Keys, digests, signatures, fields encrypted where they rest."""

    name = "tongban.infrastructure.crypto"
    title = _("Crypto")

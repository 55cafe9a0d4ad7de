from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Crypto(module.Module):
    """Keys, digests, signatures, fields encrypted where they rest."""

    name = "tongban.infrastructure.crypto"
    title = _("Crypto")
    settings = {
        "CRYPTO_SIGNER": "local",
        "CRYPTO_ORGANISATION": "通办",
        "CRYPTO_AUTHORITY_NAME": "通办内置证书颁发机构",
        "CRYPTO_AUTHORITY_DAYS": 7300,
        "CRYPTO_CERTIFICATE_DAYS": 1095,
        "CRYPTO_REVOCATION_LIST_DAYS": 7,
        "CRYPTO_ROOTS": "",  # a PEM file with certificates of outside authorities that are trusted too
    }

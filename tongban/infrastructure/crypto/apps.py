from django.core import checks
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.checks import roots_can_be_read
from tongban.infrastructure.kernel import module


class Crypto(module.Module):
    """Keys, digests, signatures, fields encrypted where they rest."""

    name = "tongban.infrastructure.crypto"
    title = _("Crypto")
    settings = {
        "CRYPTO_SIGNER": module.Setting("local", "which signer holds the private keys; see operating/keys.md"),
        "CRYPTO_PKCS11_MODULE": module.Setting(
            "", "library of a hardware module that speaks PKCS #11, for `CRYPTO_SIGNER=pkcs11`: `/usr/lib/…/libhsm.so`"
        ),
        "CRYPTO_PKCS11_TOKEN": module.Setting("tongban", "label of the token in it that keeps the keys"),
        "CRYPTO_PKCS11_PIN": module.Setting("", "the user's PIN of that token"),
        "CRYPTO_ORGANISATION": module.Setting("通办", "the organisation that certificates name"),
        "CRYPTO_AUTHORITY_NAME": module.Setting("通办内置证书颁发机构", "the name of the small certificate authority"),
        "CRYPTO_AUTHORITY_DAYS": module.Setting(7300, "validity of the authority's own certificate"),
        "CRYPTO_CERTIFICATE_DAYS": module.Setting(1095, "validity of the certificates that it issues"),
        "CRYPTO_REVOCATION_LIST_DAYS": module.Setting(7, "validity of a list of revoked certificates"),
        "CRYPTO_ROOTS": module.Setting("", "a PEM file with certificates of outside authorities that are trusted too"),
    }

    def ready(self) -> None:
        super().ready()
        checks.register(roots_can_be_read)

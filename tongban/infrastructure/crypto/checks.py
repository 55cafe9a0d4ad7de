"""What `manage.py check`, and every start, says about the certificates of outside authorities."""

from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core import checks

HINT = "CRYPTO_ROOTS names a PEM file with the certificates of outside authorities; leave it empty for none."


def roots_can_be_read(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say at the start, and not at the first verification, that the named file is missing or holds no certificate."""
    if not settings.CRYPTO_ROOTS:
        return []
    try:
        found = x509.load_pem_x509_certificates(Path(settings.CRYPTO_ROOTS).read_bytes())
    except OSError as error:
        text = f"{settings.CRYPTO_ROOTS} cannot be read: {error.strerror}."
    except ValueError:
        text = f"{settings.CRYPTO_ROOTS} holds no certificate that can be read."
    else:
        return [] if found else [checks.Error(f"{settings.CRYPTO_ROOTS} is empty.", hint=HINT, id="crypto.E001")]
    return [checks.Error(text, hint=HINT, id="crypto.E001")]

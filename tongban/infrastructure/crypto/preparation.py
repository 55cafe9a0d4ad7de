"""What `manage.py prepare` says of keys: whose certificate names an address that is no longer ours."""

from django.conf import settings

from tongban.infrastructure.crypto import services


def prepare() -> list[str]:
    if settings.DEMO:
        return []
    return [
        f"{owner} signs with a certificate that names {url}; manage.py keys renew {owner}"
        for owner, url in services.revoked_elsewhere()
    ]

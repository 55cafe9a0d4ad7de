"""What `manage.py prepare` does for licences: the kinds that come with the house are defined."""

from tongban.platform.licences import services


def prepare() -> list[str]:
    services.define_shipped_kinds()
    return []

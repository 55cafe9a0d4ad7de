"""What `manage.py prepare` brings up to date: the code lists and the working calendar that come with the product."""

from tongban.platform.codes import services


def prepare() -> list[str]:
    services.load_shipped()
    return []

"""For all tests."""

from django.conf import settings


def pytest_configure() -> None:
    """Let pages name static files plainly: a test has not collected them."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

"""A city with all its services, for tests that do everything wrong."""

import tomllib
from typing import Any

import pytest

from tests.cast import FOUNDED, Cast, cast, definition, definitions, example, found  # noqa: F401
from tests.snapshots import snapshot
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

SERVICES = tuple(folder.name for folder in definitions())
# Who applies for what; everything else is for people.
BUSINESS = {service for service in SERVICES if example(service)["applicant"] == "organisation"}


def departments_of(service: str) -> set[str]:
    """Return the departments that the definition of a service names."""
    guide = tomllib.loads((definition(service) / "service.toml").read_text())
    return {guide["department"], *(role["department"] for role in guide["role"])}


@clock.at(FOUNDED)
def whole_city() -> Cast:
    """Found the city with every department and every service."""
    city = found()
    for key in sorted(
        set().union(*map(departments_of, SERVICES)) - set(Department.objects.values_list("key", flat=True))
    ):
        identity.put_department(actor=SYSTEM, key=key, name=f"云泽市{key}局", parent=None, area="990100")
    for service in SERVICES:
        draft = catalogue.load(actor=SYSTEM, folder=definition(service))
        catalogue.publish(actor=SYSTEM, version=draft.version)
    return city


@pytest.fixture
def city(db: Any) -> Cast:
    return snapshot("city with every service", whole_city)

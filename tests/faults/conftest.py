"""A city with all its services, for tests that do everything wrong."""

from typing import Any

import pytest

from tests.cast import FOUNDED, Cast, cast, definition, definitions, example, found  # noqa: F401
from tests.snapshots import snapshot
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import services as identity

SERVICES = tuple(folder.name for folder in definitions())
MORE_DEPARTMENTS = ("civil-affairs", "human-resources", "culture-tourism", "transport", "urban-management")
# Who applies for what; everything else is for people.
BUSINESS = {service for service in SERVICES if example(service)["applicant"] == "organisation"}


@clock.at(FOUNDED)
def whole_city() -> Cast:
    """Found the city with every department and every service."""
    city = found()
    for key in MORE_DEPARTMENTS:
        identity.put_department(actor=SYSTEM, key=key, name=f"云泽市{key}局", parent=None, area="990100")
    for service in SERVICES:
        draft = catalogue.load(actor=SYSTEM, folder=definition(service))
        catalogue.publish(actor=SYSTEM, version=draft.version)
    return city


@pytest.fixture
def city(db: Any) -> Cast:
    return snapshot("city with every service", whole_city)

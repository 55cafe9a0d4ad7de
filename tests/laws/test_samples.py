"""A room brings what the laws need to know of it: a room with tables has a sample, and the sample shows all of them."""

from collections.abc import Iterable
from types import SimpleNamespace

import pytest
from django.db.models import Model

from tests.laws.test_doors import endpoints, pages
from tests.sample_city import SampleCity
from tests.samples import Sample, sample_of, samples
from tongban.infrastructure.kernel.module import Module, rooms
from tongban.platform.identity.models import Account


def without_sample(all_rooms: Iterable[Module]) -> list[str]:
    """Return the rooms that have tables and show the laws nothing."""
    return [room.name for room in all_rooms if list(room.get_models()) and sample_of(room) is None]


def test_every_room_with_tables_has_a_sample():
    assert not without_sample(rooms()), "write tests/sample.py; see tests/samples.py"


def test_a_room_without_a_sample_is_seen():
    planted = SimpleNamespace(name="tongban.portals.hall", get_models=lambda: [Account])

    assert without_sample([planted]) == ["tongban.portals.hall"]


def empty(models: Iterable[type[Model]]) -> list[str]:
    return [model._meta.label for model in models if not model._default_manager.exists()]


@pytest.mark.django_db
def test_there_is_a_row_of_every_table(sample_city: SampleCity):
    assert not empty(model for room in rooms() for model in room.get_models())


@pytest.mark.django_db
def test_a_table_without_a_row_is_seen():
    assert empty([Account]) == ["identity.Account"]


def unknown_pages(shown: Iterable[Sample], addresses: Iterable[str]) -> set[str]:
    """Return the addresses with something in them of which no sample says whose it is."""
    known = {route for one in shown for route in (*one.owned, *one.office, *one.common)}
    return {address.lstrip("/") for address in addresses if "<" in address} - known


def test_every_address_that_names_something_is_in_a_sample():
    assert not unknown_pages(samples(), [door.address for door in pages()])


def test_an_address_of_which_nobody_says_whose_it_is_is_seen():
    shown = Sample(owned={"planted/<uuid:uid>/": "planted"})

    assert unknown_pages([shown], ["/planted/<uuid:uid>/", "/planted/", "/forgotten/<int:number>/"]) == {
        "forgotten/<int:number>/"
    }


def unknown_calls(shown: Iterable[Sample], calls: Iterable[str]) -> set[str]:
    known = {call for one in shown for call in one.calls}
    return {call for call in calls if "<" in call} - known


def test_every_endpoint_that_names_something_is_in_a_sample():
    asked = [
        f"{method} {door.address}" for door in endpoints() if door.audience == "key" for method in door.methods.split()
    ]

    assert asked
    assert not unknown_calls(samples(), asked)


def test_an_endpoint_of_which_nobody_says_whose_it_is_is_seen():
    assert unknown_calls([Sample()], ["GET /api/v1/planted/<uid>", "GET /api/v1/planted"]) == {
        "GET /api/v1/planted/<uid>"
    }

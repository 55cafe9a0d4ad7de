"""What the interface does not understand it refuses, by name."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.found("F15")]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/api/v1/catalogue/services?type=99", ["type"]),
        ("/api/v1/catalogue/search?q=证&department=nosuch", ["department"]),
        ("/api/v1/catalogue/services?sort=name&limit=5", ["limit", "sort"]),
        ("/api/v1/catalogue/services?department=nosuch", ["department"]),
        ("/api/v1/catalogue/services?topic=nosuch", ["topic"]),
        ("/api/v1/catalogue/services?topic=planet:1", ["topic"]),
        ("/api/v1/catalogue/services?online=maybe", ["online"]),
        ("/api/v1/catalogue/services?after=xyz", ["after"]),
    ],
)
def test_an_unknown_or_impossible_parameter_is_named(address, names):
    answer = Client().get(address)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert sorted(name.rpartition(".")[2] for name in answer.json()["errors"]) == names


def test_what_is_known_is_answered():
    assert Client().get("/api/v1/catalogue/services?online=true").status_code == 200

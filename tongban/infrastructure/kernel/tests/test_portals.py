"""Where an audience comes in, and which portal an address belongs to."""

import pytest

from tongban.infrastructure.kernel import portals
from tongban.infrastructure.kernel.portals import Group, Portal


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "hall"),
        ("/cases/", "hall"),
        ("/desk/", "desk"),
        ("/desk/cases/7/", "desk"),
        ("/counter/visits/", "counter"),
        ("/crew/", "crew"),
        ("/api/v1/cases", "gateway"),
        ("/desk", "hall"),
        ("/desktop/", "hall"),
        ("/cases/desk/", "hall"),
        ("desk/", "hall"),
        ("", "hall"),
        ("//desk/", "hall"),
        ("/DESK/", "hall"),
    ],
)
def test_an_address_belongs_to_the_portal_whose_beginning_it_has(path, label):
    assert portals.portal_at(path).label == label


def test_a_visitor_begins_at_the_portal_without_a_beginning():
    assert portals.root().label == "hall"
    assert portals.root().address == "/"
    assert portals.named("desk").address == "/desk/"


def test_officials_work_in_those_for_staff_and_nobody_else_does():
    assert {portal.label for portal in portals.workplaces()} == {"counter", "desk", "crew", "cockpit"}
    assert {portal.audience for portal in portals.workplaces()} == {"staff"}


def test_a_portal_that_is_not_there_is_not_named():
    with pytest.raises(StopIteration):
        portals.named("cases")


def test_no_two_portals_have_one_beginning():
    beginnings = [portal.prefix for portal in portals.portals()]

    assert len(set(beginnings)) == len(beginnings)


@pytest.mark.parametrize(("key", "title"), [("work", "工作"), ("other", "其他"), ("", "其他"), ("no such", "其他")])
def test_a_line_without_a_group_stands_in_the_last(key, title):
    portal = Portal("tongban.portals.hall", portals)
    portal.groups = (Group("work", "工作", "list"), Group("other", "其他", "list"))

    assert portal.group_of(key).title == title

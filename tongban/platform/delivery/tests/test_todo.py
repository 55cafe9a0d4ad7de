"""What an office has to do with a parcel stands in the one to-do list, as long as it waits."""

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.ports import TrackLine
from tongban.platform.delivery.tests.conftest import POSTER
from tongban.platform.identity import services as identity
from tongban.platform.workflow.models import Task

WAYBILL = "SF1000000000001"


def open_tasks(parcel) -> int:
    jobs.run_all()
    return Task.objects.of(f"parcel:{parcel.pk}").open().count()


def told(parcel, *steps):
    """Let the carrier tell this of a parcel."""
    lines = [TrackLine(f"{step}@1", clock.now(), step, "营业部", "") for step in steps]
    delivery.take(carrier="sf", waybill=WAYBILL, lines=lines)
    return Parcel.objects.get(pk=parcel.pk)


@pytest.fixture
def booked(parcel):
    return delivery.note_booking(actor=POSTER, parcel=parcel, carrier="sf", waybill=WAYBILL)


@pytest.fixture
def announced(cast, order, sf):
    return delivery.announce(
        actor=cast.actor("agent"), order=order("papers:1"), carrier="sf", waybill=WAYBILL, phone="13900000001"
    )


def test_what_is_to_be_posted_waits_until_it_is_booked(parcel):
    assert open_tasks(parcel) == 1

    delivery.note_booking(actor=POSTER, parcel=parcel, carrier="sf", waybill=WAYBILL)
    assert open_tasks(parcel) == 0


@pytest.mark.parametrize("end", ["returned", "lost"])
def test_what_came_back_or_was_lost_waits_until_it_is_posted_again(booked, end):
    assert open_tasks(booked) == 0
    back = told(booked, "picked_up", end)
    assert open_tasks(booked) == 1

    again = delivery.send_again(actor=POSTER, parcel=back)
    assert (open_tasks(booked), open_tasks(again)) == (0, 1)


def test_papers_that_were_announced_wait_from_their_arrival_until_they_are_with_the_matter(announced):
    assert open_tasks(announced) == 0
    with pytest.raises(delivery.NotHere):
        delivery.file_papers(actor=POSTER, parcel=announced)

    here = told(announced, "picked_up", "signed")
    assert open_tasks(here) == 1

    filed = delivery.file_papers(actor=POSTER, parcel=here)
    assert (filed.state, open_tasks(here)) == ("filed", 0)
    assert delivery.file_papers(actor=POSTER, parcel=filed).state == "filed"


def test_who_posts_finds_it_in_the_list_and_files_it_on_its_page(cast, announced):
    here = told(announced, "picked_up", "signed")
    jobs.run_all()
    role = identity.define_role(actor=SYSTEM, key="poster", name="寄递", duties=["delivery.post"])
    identity.appoint(
        actor=SYSTEM,
        account=cast.accounts["reviewer"],
        role=role,
        department=here.department,
        valid_from=clock.today(),
    )
    browser = cast.browser("reviewer")

    listed = browser.get("/desk/workflow/").content.decode()
    assert f"/desk/delivery/{here.uid}/" in listed
    assert "材料已到，待归入办件" in listed
    assert "已归入办件" in browser.get(f"/desk/delivery/{here.uid}/").content.decode()

    browser.post(f"/desk/delivery/{here.uid}/file/")
    assert Parcel.objects.get(pk=here.pk).state == "filed"


@pytest.mark.parametrize("who", ["agent", "stranger", "clerk"])
def test_nobody_else_files_papers(cast, announced, who):
    here = told(announced, "picked_up", "signed")

    assert cast.browser(who).post(f"/desk/delivery/{here.uid}/file/").status_code in {403, 404}
    assert Parcel.objects.get(pk=here.pk).state == "signed"

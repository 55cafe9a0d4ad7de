"""The address book, and where something is posted: whose it is, and until when it can be changed."""

from dataclasses import replace

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel, PostalAddress
from tongban.platform.delivery.services import addresses
from tongban.platform.delivery.tests.conftest import HOME, POSTER


def test_a_line_is_added_changed_and_removed_by_whose_it_is(cast):
    agent = cast.actor("agent")
    made = delivery.add_address(actor=agent, line=HOME)
    changed = delivery.change_address(actor=agent, address=made, line=replace(HOME, street="石桥路18号"))
    assert changed.street == "石桥路18号"

    with pytest.raises(NotFound):
        delivery.change_address(actor=cast.actor("stranger"), address=made, line=HOME)
    delivery.remove_address(actor=agent, address=made)

    assert not PostalAddress.objects.exists()


def test_what_rests_in_the_database_is_no_name_and_no_telephone(cast):
    made = delivery.add_address(actor=cast.actor("agent"), line=HOME)

    resting = PostalAddress.objects.filter(pk=made.pk).extra(select={"raw": "recipient || phone || street"}).get().raw

    assert "周文博" not in resting
    assert HOME.phone not in resting


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"recipient": " "}, delivery.NoRecipient),
        ({"phone": "139"}, delivery.NoPhone),
        ({"area": "110101"}, delivery.NoSuchArea),
        ({"street": "街"}, addresses.NoStreet),
    ],
)
def test_what_no_courier_finds_is_refused(cast, wrong, refusal):
    with pytest.raises(refusal):
        delivery.add_address(actor=cast.actor("agent"), line=replace(HOME, **wrong))


def test_an_official_has_no_address_book_here(cast):
    with pytest.raises(NotAllowed):
        delivery.add_address(actor=cast.actor("clerk"), line=HOME)


def test_an_address_book_has_an_end(cast):
    agent = cast.actor("agent")
    for number in range(addresses.MAX_ADDRESSES):
        delivery.add_address(actor=agent, line=replace(HOME, street=f"柳岸街{number}号"))

    with pytest.raises(delivery.AddressBookFull):
        delivery.add_address(actor=agent, line=HOME)


def test_where_it_goes_is_chosen_from_the_book_or_written_and_kept(cast, placed):
    agent = cast.actor("agent")
    book = delivery.add_address(actor=agent, line=replace(HOME, street="石桥路18号"))

    assert delivery.choose(actor=agent, destination=placed, address=book).street == "石桥路18号"
    delivery.choose(actor=agent, destination=placed, line=HOME, keep=True)

    assert PostalAddress.objects.count() == 2


def test_nobody_else_says_where_it_goes(cast, placed):
    with pytest.raises(NotFound):
        delivery.choose(actor=cast.actor("stranger"), destination=placed, line=HOME)


def test_whoever_posts_it_may_write_down_what_they_were_told(placed, parcel):
    chosen = delivery.choose(actor=POSTER, destination=placed, line=replace(HOME, recipient="何香"))

    assert chosen.recipient == "何香"


def test_once_the_courier_is_ordered_the_address_stays(cast, placed, parcel, sf):
    delivery.book(actor=POSTER, parcel=parcel, carrier="sf")

    with pytest.raises(delivery.OnItsWay):
        delivery.choose(actor=cast.actor("agent"), destination=placed, line=HOME)


def test_what_is_requested_twice_is_one_parcel(parcel, order):
    assert delivery.request(actor=SYSTEM, order=order()).pk == parcel.pk
    assert Parcel.objects.count() == 1


def test_without_an_address_no_courier_is_ordered(cast, order, sf):
    made = delivery.request(actor=SYSTEM, order=order())

    with pytest.raises(delivery.NotPlaced):
        delivery.book(actor=POSTER, parcel=made, carrier="sf")


def test_without_the_duty_nobody_posts(cast, parcel, sf):
    with pytest.raises(NotAllowed):
        delivery.book(actor=cast.actor("agent"), parcel=parcel, carrier="sf")
    with pytest.raises(NotFound):
        delivery.book(actor=cast.actor("stranger"), parcel=parcel, carrier="sf")

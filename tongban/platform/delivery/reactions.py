from typing import Any

from tongban.infrastructure.journal import services as journal
from tongban.platform.delivery.events import (
    BookingCancelled,
    PapersFiled,
    ParcelBooked,
    ParcelEnded,
    ParcelLost,
    ParcelRequested,
    ParcelReturned,
    ParcelSigned,
)
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.services import todo

HEARD = (
    ParcelRequested,
    ParcelBooked,
    BookingCancelled,
    ParcelSigned,
    ParcelReturned,
    ParcelLost,
    ParcelEnded,
    PapersFiled,
)


def follow(event: type) -> None:
    def keep_in_list(fact: Any) -> None:
        """Put what the office has to do into the to-do list, take off what is done; of the one before it, too."""
        parcel = Parcel.objects.select_related("follows").get(pk=fact.parcel_id)
        todo.keep_in_list(parcel)
        if parcel.follows:
            todo.keep_in_list(parcel.follows)

    # Jobs are called by name, so each fact has a reaction of its own.
    keep_in_list.__name__ = f"keep_in_list_on_{event.__name__}"
    journal.on(event)(keep_in_list)


for heard in HEARD:
    follow(heard)

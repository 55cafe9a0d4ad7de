"""The holder of a licence hears what was done to it where no case tells them."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.licences import services as licences
from tongban.platform.licences.events import (
    LicenceCancelled,
    LicenceCopyOrdered,
    LicenceOfdOrdered,
    LicenceResumed,
    LicenceRevoked,
    LicenceSuspended,
    LicenceVersionOrdered,
)
from tongban.platform.licences.models import Licence


@journal.on(LicenceSuspended)
def tell_of_suspension(event: LicenceSuspended) -> None:
    _tell(event.licence_id, "suspended")


@journal.on(LicenceResumed)
def tell_of_resumption(event: LicenceResumed) -> None:
    _tell(event.licence_id, "valid")


@journal.on(LicenceRevoked)
def tell_of_revocation(event: LicenceRevoked) -> None:
    if event.cause:
        _tell(event.licence_id, "revoked")


@journal.on(LicenceCancelled)
def tell_of_cancellation(event: LicenceCancelled) -> None:
    if event.cause:
        _tell(event.licence_id, "cancelled")


@journal.on(LicenceCancelled, atomic=False)
def write_cancellation(event: LicenceCancelled) -> None:
    if event.cause:
        licences.write_cancellation(_licence(event.licence_id), event.cause)


def _tell(pk: int, state: str) -> None:
    """Tell the holder, unless something else was done to it meanwhile: that is told by itself."""
    if (licence := _licence(pk)).state == state:
        licences.tell_holder(licence)


def _licence(pk: int) -> Licence:
    return Licence.objects.with_people().get(pk=pk)


@journal.on(LicenceVersionOrdered, atomic=False)
def make_ordered_version(event: LicenceVersionOrdered) -> None:
    licences.make_ordered(_licence(event.licence_id))


@journal.on(LicenceCopyOrdered, atomic=False)
def make_copy(event: LicenceCopyOrdered) -> None:
    licences.make_copy(event.copy_id)


@journal.on(LicenceOfdOrdered, atomic=False)
def make_ofd(event: LicenceOfdOrdered) -> None:
    licences.make_ofd(_licence(event.licence_id))

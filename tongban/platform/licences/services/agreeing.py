"""Whether a row of the register says what the journal's record of the licence says."""

import structlog

from tongban.infrastructure.journal import services as journal
from tongban.platform.licences.events import (
    LicenceCancelled,
    LicenceImported,
    LicenceIssued,
    LicenceResumed,
    LicenceRevoked,
    LicenceSuperseded,
    LicenceSuspended,
)
from tongban.platform.licences.models import Licence

log = structlog.get_logger(__name__)

# Each of these facts holds the code of what the licence said from then on.
STEPS = (
    LicenceIssued,
    LicenceImported,
    LicenceSuspended,
    LicenceResumed,
    LicenceRevoked,
    LicenceCancelled,
    LicenceSuperseded,
)


def agrees(licence: Licence) -> bool:
    """Say whether the row is what the last step brought about; one that was changed in the database is not."""
    fact = journal.newest_fact(f"licence:{licence.identifier}", *STEPS)
    if fact and journal.is_genuine(fact) and fact.data.get("record") == licence.code():
        return True
    log.error("a licence does not agree with its record", identifier=licence.identifier)
    return False

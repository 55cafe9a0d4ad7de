"""The verbs of parties: registering people and organisations, giving and revoking mandates, acting for another."""

from tongban.platform.parties.services.finding import find, serve, serving, take_leave, visitor
from tongban.platform.parties.services.mandates import (
    MandateTooNarrow,
    NobodySo,
    decides_for,
    find_agent,
    give_mandate,
    must_cover,
    revoke_mandate,
)
from tongban.platform.parties.services.numbers import (
    age,
    birth_date,
    document_problem,
    id_number_problem,
    masked,
    mobile_problem,
    number_problem,
    passport_problem,
    same_name,
    shown_number,
    uscc_is_old,
    uscc_problem,
)
from tongban.platform.parties.services.registering import (
    OtherAccount,
    OtherName,
    register_organisation,
    register_person,
)
from tongban.platform.parties.services.standing import choose, completed

__all__ = [
    "MandateTooNarrow",
    "NobodySo",
    "OtherAccount",
    "OtherName",
    "age",
    "birth_date",
    "choose",
    "completed",
    "decides_for",
    "document_problem",
    "find",
    "find_agent",
    "give_mandate",
    "id_number_problem",
    "masked",
    "mobile_problem",
    "must_cover",
    "number_problem",
    "passport_problem",
    "register_organisation",
    "register_person",
    "revoke_mandate",
    "same_name",
    "serve",
    "serving",
    "shown_number",
    "take_leave",
    "uscc_is_old",
    "uscc_problem",
    "visitor",
]

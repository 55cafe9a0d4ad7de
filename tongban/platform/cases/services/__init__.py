"""The verbs of a case, by journey: drafting, submitting, accepting, deciding, letters."""

from tongban.platform.cases.services.accepting import (
    AskedAlready,
    NoPoints,
    NoReason,
    accept,
    deem_accepted,
    not_accept,
    request_supplement,
)
from tongban.platform.cases.services.acting import NotNow
from tongban.platform.cases.services.asking import NoSuchCase, asked_for
from tongban.platform.cases.services.deciding import (
    OpinionMissing,
    OwnOpinion,
    add_site_photos,
    complete,
    decide,
    give_opinion,
)
from tongban.platform.cases.services.drafting import (
    HandedIn,
    KeyUsed,
    NotForYou,
    NothingToFetch,
    NotOnline,
    ServiceChanged,
    ServiceWithdrawn,
    UnknownMaterial,
    attach,
    begin,
    checklist,
    current_version,
    discard,
    fetch,
    fetch_all,
    file,
    fill,
    move_on,
    offered_to,
    remove,
)
from tongban.platform.cases.services.letters import context as letter_context
from tongban.platform.cases.services.letters import receipt
from tongban.platform.cases.services.letters import write_for as write_letters
from tongban.platform.cases.services.listing import drafts, listed, own
from tongban.platform.cases.services.plan import DUTIES, Plan
from tongban.platform.cases.services.plan import of as plan_of
from tongban.platform.cases.services.submitting import Incomplete, NotDeclared, fees_due, submit, supplement, withdraw

__all__ = [
    "DUTIES",
    "AskedAlready",
    "HandedIn",
    "Incomplete",
    "KeyUsed",
    "NoPoints",
    "NoReason",
    "NoSuchCase",
    "NotDeclared",
    "NotForYou",
    "NotNow",
    "NotOnline",
    "NothingToFetch",
    "OpinionMissing",
    "OwnOpinion",
    "Plan",
    "ServiceChanged",
    "ServiceWithdrawn",
    "UnknownMaterial",
    "accept",
    "add_site_photos",
    "asked_for",
    "attach",
    "begin",
    "checklist",
    "complete",
    "current_version",
    "decide",
    "deem_accepted",
    "discard",
    "drafts",
    "fees_due",
    "fetch",
    "fetch_all",
    "file",
    "fill",
    "give_opinion",
    "letter_context",
    "listed",
    "move_on",
    "not_accept",
    "offered_to",
    "own",
    "plan_of",
    "receipt",
    "remove",
    "request_supplement",
    "submit",
    "supplement",
    "withdraw",
    "write_letters",
]

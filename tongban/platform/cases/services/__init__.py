"""The verbs of a case, by journey: drafting, submitting, accepting, deciding, letters."""

from tongban.platform.cases.services.accepting import (
    AskedAlready as AskedAlready,
)
from tongban.platform.cases.services.accepting import (
    NoPoints as NoPoints,
)
from tongban.platform.cases.services.accepting import (
    NoReason as NoReason,
)
from tongban.platform.cases.services.accepting import (
    accept as accept,
)
from tongban.platform.cases.services.accepting import (
    deem_accepted as deem_accepted,
)
from tongban.platform.cases.services.accepting import (
    not_accept as not_accept,
)
from tongban.platform.cases.services.accepting import (
    request_supplement as request_supplement,
)
from tongban.platform.cases.services.acting import NotNow as NotNow
from tongban.platform.cases.services.deciding import (
    OpinionMissing as OpinionMissing,
)
from tongban.platform.cases.services.deciding import (
    OwnOpinion as OwnOpinion,
)
from tongban.platform.cases.services.deciding import (
    add_site_photos as add_site_photos,
)
from tongban.platform.cases.services.deciding import (
    complete as complete,
)
from tongban.platform.cases.services.deciding import (
    decide as decide,
)
from tongban.platform.cases.services.deciding import (
    give_opinion as give_opinion,
)
from tongban.platform.cases.services.drafting import (
    NotForYou as NotForYou,
)
from tongban.platform.cases.services.drafting import (
    NothingToFetch as NothingToFetch,
)
from tongban.platform.cases.services.drafting import (
    NotOnline as NotOnline,
)
from tongban.platform.cases.services.drafting import (
    ServiceChanged as ServiceChanged,
)
from tongban.platform.cases.services.drafting import (
    ServiceWithdrawn as ServiceWithdrawn,
)
from tongban.platform.cases.services.drafting import (
    UnknownMaterial as UnknownMaterial,
)
from tongban.platform.cases.services.drafting import (
    attach as attach,
)
from tongban.platform.cases.services.drafting import (
    begin as begin,
)
from tongban.platform.cases.services.drafting import (
    checklist as checklist,
)
from tongban.platform.cases.services.drafting import (
    current_version as current_version,
)
from tongban.platform.cases.services.drafting import (
    discard as discard,
)
from tongban.platform.cases.services.drafting import (
    fetch as fetch,
)
from tongban.platform.cases.services.drafting import (
    fetch_all as fetch_all,
)
from tongban.platform.cases.services.drafting import (
    fill as fill,
)
from tongban.platform.cases.services.drafting import (
    move_on as move_on,
)
from tongban.platform.cases.services.drafting import (
    remove as remove,
)
from tongban.platform.cases.services.letters import context as letter_context
from tongban.platform.cases.services.letters import receipt as receipt
from tongban.platform.cases.services.letters import write_for as write_letters
from tongban.platform.cases.services.plan import Plan as Plan
from tongban.platform.cases.services.plan import of as plan_of
from tongban.platform.cases.services.submitting import (
    Incomplete as Incomplete,
)
from tongban.platform.cases.services.submitting import (
    NotDeclared as NotDeclared,
)
from tongban.platform.cases.services.submitting import (
    fees_due as fees_due,
)
from tongban.platform.cases.services.submitting import (
    submit as submit,
)
from tongban.platform.cases.services.submitting import (
    supplement as supplement,
)
from tongban.platform.cases.services.submitting import (
    withdraw as withdraw,
)

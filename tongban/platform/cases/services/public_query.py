"""Ask how far a case is without signing in, by the two numbers on its receipt."""

from hmac import compare_digest

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import rules
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity

THROTTLE_KEY = "case-query"


class NoSuchCase(Refusal):
    """Said for an unknown number and a wrong code alike, so that nothing can be learnt from guessing."""

    status = 422
    message = _("No case matches this number and this query code.")


def find_by_query_code(*, actor: Actor, number: str, query_code: str) -> Case:
    """Return the case for whoever has both its numbers. Raises NoSuchCase, TooManyAttempts.

    The code is short, for it is typed from paper: attempts at one case count together, from wherever they come.
    """
    number = rules.case_number(number)
    identity.throttle(THROTTLE_KEY, actor.address, number)
    case: Case | None = Case.objects.with_related().numbered(number).first()
    if case is None or not compare_digest(case.query_code.encode(), query_code.encode()):
        identity.record_denied(actor, THROTTLE_KEY, number)
        raise NoSuchCase()
    identity.clear_attempt(THROTTLE_KEY, actor.address, number)
    return case

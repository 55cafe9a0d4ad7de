"""Levels of assurance and their evidence."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.assurance import rules
from tongban.platform.assurance.events import AssuranceRaised, AssuranceWithdrawn
from tongban.platform.assurance.models import MAX_SOURCE, Evidence
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account


class TooLittleAssurance(Refusal):
    status = 403
    message = _("This needs identity assurance of level %(needed)s; yours is level %(level)s.")


class NoIdentifiedPerson(Invalid):
    """No person's account has this sign-in name."""


def level_of(actor: Actor) -> int:
    """Return how sure the city is today that the actor is who they say: 1 to 4; 0 for a stranger."""
    if actor.account is None:
        return 0
    levels = Evidence.objects.of(actor.account).valid(on=clock.today()).values_list("level", flat=True)
    return rules.level(has_party=actor.party is not None, evidence=list(levels))


def must_reach(actor: Actor, needed: int) -> None:
    """Raise TooLittleAssurance unless a person's assurance is at least that. The house and officials are not asked."""
    if actor.kind == "person" and (level := level_of(actor)) < needed:
        raise TooLittleAssurance(needed=needed, level=level)


@transaction.atomic
def confirm_in_person(*, actor: Actor, login: str, purpose: str) -> Evidence:
    """Record at the window that the holder of an account showed their original document.

    Nobody does it for themself. Raises NotAllowed, NoIdentifiedPerson.
    """
    actor.must_hold("assurance.confirm")
    account = Account.objects.with_login(login)
    if account is None or not account.active or account.kind != "person" or not hasattr(account, "party"):
        raise NoIdentifiedPerson({"login": [_("No identified person has this sign-in name.")]})
    if account.pk == actor.account:
        raise NotAllowed()
    return add(account, "window", source=actor.name, by=actor, reason=purpose)


@transaction.atomic
def withdraw_evidence(*, actor: Actor, uid: str) -> None:
    """Take back evidence of one's own; the level falls with it. Raises NotFound."""
    found: Evidence = identity.must_find(
        Evidence.objects.owned_by(actor).filter(uid=uid).first(), actor, "evidence", uid
    )
    take_back(found, by=actor)


def add(
    account: Account, kind: str, *, source: str, by: Actor, valid_until: date | None = None, reason: str = ""
) -> Evidence:
    level = rules.GIVES[kind]
    made: Evidence = Evidence.objects.create(
        account=account,
        kind=kind,
        level=level,
        source=source[:MAX_SOURCE],
        made_at=clock.now(),
        valid_until=valid_until,
    )
    journal.write(AssuranceRaised(account.pk, kind, level), by=by, subject=f"account:{account.pk}", reason=reason)
    return made


def take_back(found: Evidence, *, by: Actor) -> None:
    if found.withdrawn_at:
        return
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    event = AssuranceWithdrawn(found.account_id, found.kind, found.level)
    journal.write(event, by=by, subject=f"account:{found.account_id}")

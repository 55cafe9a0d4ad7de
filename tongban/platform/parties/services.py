"""The verbs of parties: registering people and organisations, giving and revoking mandates, acting for another."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import Text
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import rules
from tongban.platform.parties.events import (
    MandateGiven,
    MandateRevoked,
    PartyLookedUp,
    PartyRegistered,
    StandingChosen,
)
from tongban.platform.parties.models import Mandate, Party

_ID_NUMBER_PROBLEMS: dict[str, Text] = {
    "length": _("An ID number has 18 characters."),
    "characters": _("An ID number has 17 digits, then a digit or the letter X."),
    "date": _("The date of birth in this ID number does not exist."),
    "check": _("This ID number cannot be right: its last character does not fit the others."),
}
_USCC_PROBLEMS: dict[str, Text] = {
    "length": _("A unified social credit code has 18 characters."),
    "characters": _("A unified social credit code has digits and capital letters, but never I, O, S, V or Z."),
    "registrar": _("No registration authority has codes that begin with this character."),
    "check": _("This unified social credit code cannot be right: its last character does not fit the others."),
}
_MOBILE_PROBLEMS: dict[str, Text] = {
    "length": _("A mobile number has 11 digits."),
    "characters": _("A mobile number has 11 digits and begins with 13 to 19."),
}


class OtherName(Refusal):
    message = _("This number is registered under another name. Check number and name.")


class OtherAccount(Refusal):
    message = _("%(name)s has another account already.")


class NobodySo(Invalid):
    """No party has this number and this name."""


class MandateTooNarrow(Refusal):
    status = 403
    message = _("Your mandate for %(name)s does not cover this service.")


def id_number_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with an ID number; None where it is right."""
    return _said(_ID_NUMBER_PROBLEMS, rules.id_number_problem(text, today=clock.today()))


def uscc_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with a unified social credit code; None where it is right."""
    return _said(_USCC_PROBLEMS, rules.uscc_problem(text))


def number_problem(text: str) -> str | None:
    """Return what is wrong with a number that may be an ID number or a credit code; None where it is one of both."""
    as_person = id_number_problem(text)
    if as_person is None or uscc_problem(text) is None:
        return None
    return as_person if rules.looks_like_id_number(text) else uscc_problem(text)


def mobile_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with a mobile number; None where it is right."""
    return _said(_MOBILE_PROBLEMS, rules.mobile_problem(text))


def masked(kind: str, text: str) -> str:
    """Return what may be shown of a personal value; the kinds are those of `rules.masked`."""
    return rules.masked(kind, text)


def shown_number(party: Party) -> str:
    """Return a party's number as it may be shown: a company's is public, a person's is masked."""
    if party.id_kind == Party.IdKind.CREDIT_CODE:
        return str(party.id_number)
    return rules.masked("id-number", party.id_number)


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same when spaces, width and the dot of foreign names are left aside."""
    return rules.same_name(one, other)


def age(born: date, on: date) -> int:
    """Return full years of age that day."""
    return rules.age(born, on)


@transaction.atomic
def register_person(
    *,
    actor: Actor,
    name: str,
    id_number: str,
    id_kind: str = Party.IdKind.IDENTITY_CARD,
    account: Account | None = None,
    phone: str = "",
    email: str = "",
    address: str = "",
    area: str = "",
) -> Party:
    """Make a person known; the same number again is the person who is there, joined to the account if it had none.

    Raises NotAllowed, Invalid, OtherName, OtherAccount.
    """
    number = rules.normal_number(id_number)
    problem = id_number_problem(number) if id_kind == Party.IdKind.IDENTITY_CARD else None
    party = _register(
        actor,
        Party(kind=Party.Kind.PERSON, name=name.strip(), id_kind=id_kind, id_number=number, area=area),
        problem,
        phone=rules.normal_phone(phone),
        email=email,
        address=address,
    )
    return _join(party, account)


@transaction.atomic
def register_organisation(
    *,
    actor: Actor,
    name: str,
    uscc: str,
    legal_representative: Party | None = None,
    account: Account | None = None,
    phone: str = "",
    email: str = "",
    address: str = "",
    area: str = "",
) -> Party:
    """Make an organisation known; the same code again is the organisation that is there.

    Raises NotAllowed, Invalid, OtherName, OtherAccount.
    """
    code = rules.normal_number(uscc)
    kind = Party.Kind.ORGANISATION
    party = _register(
        actor,
        Party(
            kind=kind,
            name=name.strip(),
            id_kind=Party.IdKind.CREDIT_CODE,
            id_number=code,
            area=area,
            legal_representative=legal_representative,
        ),
        uscc_problem(code),
        phone=phone,
        email=email,
        address=address,
    )
    return _join(party, account)


@transaction.atomic
def give_mandate(
    *,
    actor: Actor,
    principal: Party,
    agent: Party,
    services: Collection[str] = (),
    valid_from: date | None = None,
    valid_until: date | None = None,
    source: str = "online",
) -> Mandate:
    """Let a party act for another. The same again, while it is valid, is the mandate that is there.

    services   codes of the services it is for; none for all
    Only the principal may: a person themself, the legal representative of an organisation, a clerk for either at the
    counter; whoever holds a mandate cannot hand it on. Raises NotAllowed, Invalid.
    """
    if not decides_for(actor, principal):
        raise NotAllowed()
    start, wanted = valid_from or clock.today(), sorted(set(services))
    _refuse_odd_mandate(principal, agent, start, valid_until)
    # One after another for each principal, so that a double click gives one mandate.
    Party.objects.select_for_update().get(pk=principal.pk)
    for found in Mandate.objects.between(principal=principal.pk, agent=agent.pk).valid(on=start):
        if sorted(found.services) == wanted and found.valid_until == valid_until:
            return found
    mandate = Mandate.objects.create(
        principal=principal,
        agent=agent,
        services=wanted,
        valid_from=start,
        valid_until=valid_until,
        source=source,
        created_at=clock.now(),
    )
    until = valid_until.isoformat() if valid_until else ""
    event = MandateGiven(mandate.pk, principal.pk, agent.pk, wanted, start.isoformat(), until)
    journal.write(event, by=actor, subject=f"party:{principal.pk}")
    return mandate


@transaction.atomic
def revoke_mandate(*, actor: Actor, uid: UUID | str, reason: str = "") -> Mandate:
    """End a mandate at once: the principal takes it back, or the agent lays it down. A second time changes nothing.

    Raises NotFound.
    """
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("principal").filter(uid=uid).first()
    if mandate is None or not (mandate.agent_id == actor.party or decides_for(actor, mandate.principal)):
        raise identity.missing(actor, "mandate", uid)
    if mandate.revoked_at:
        return mandate
    mandate.revoked_at = clock.now()
    mandate.save(update_fields=["revoked_at"])
    event = MandateRevoked(mandate.pk, mandate.principal_id, mandate.agent_id)
    journal.write(event, by=actor, subject=f"party:{mandate.principal_id}", reason=reason)
    return mandate


def find_agent(*, actor: Actor, number: str, name: str) -> Party:
    """Return the party with this number and this name, to give it a mandate. Raises NobodySo.

    Number and name must both be known, and each miss is kept, so that nobody can learn here who is registered.
    """
    for party in Party.objects.numbered(digest_of(rules.normal_number(number))):
        if rules.same_name(party.name, name):
            return party
    identity.door_tried(actor, "party", "number and name")
    raise NobodySo({"number": [_("Nobody with this number and this name is registered.")]})


@transaction.atomic
def find(*, actor: Actor, number: str, purpose: str) -> list[Party]:
    """Return who bears a number; the look-up is kept with its purpose, also where nobody does. Raises NotAllowed."""
    actor.must_hold("parties.find")
    found = list(Party.objects.numbered(digest_of(rules.normal_number(number))).select_related("legal_representative"))
    for party in found:
        journal.write(PartyLookedUp(party.pk), by=actor, subject=f"party:{party.pk}", reason=purpose)
    if not found:
        journal.write(PartyLookedUp(None), by=actor, reason=purpose)
    return found


@transaction.atomic
def choose(*, actor: Actor, uid: UUID | str | None) -> Party | None:
    """Say for whom the actor acts from now on; None for themself. Raises NotAllowed, NotFound.

    Keeping the choice is up to the session; whether it still holds is asked at each request.
    """
    if actor.party is None:
        raise NotAllowed()
    principal = Party.objects.acted_for_by(actor.party).filter(uid=uid).first() if uid else None
    if uid and principal is None:
        raise identity.missing(actor, "principal", uid)
    event = StandingChosen(actor.party, principal.pk if principal else None)
    journal.write(event, by=actor, subject=f"party:{actor.party}")
    return principal


def must_cover(*, actor: Actor, service: str) -> None:
    """Raise MandateTooNarrow where the actor acts for another by mandates of which none covers the service."""
    if actor.acting_for is None or actor.kind == "system":
        return
    principal = Party.objects.get(pk=actor.acting_for)
    if principal.legal_representative_id == actor.party:
        return
    held = Mandate.objects.between(principal=principal.pk, agent=actor.party or 0).valid(on=clock.today())
    if not any(rules.covers(mandate.services, service) for mandate in held):
        raise MandateTooNarrow(name=principal.name)


def decides_for(actor: Actor, principal: Party) -> bool:
    """Say whether the actor may give mandates for this party."""
    own = actor.party is not None and actor.party in (principal.pk, principal.legal_representative_id)
    return own or actor.holds("parties.register")


def completed(actor: Actor, *, chosen: int | None = None) -> Actor:
    """Return the actor with its own party and, while it may act for it, the chosen one; officials stay as they are.

    chosen   id of the party to act for
    """
    if actor.kind not in ("person", "client"):
        return actor
    own: int | None = None
    principal: tuple[int | None, str] = (None, "")
    for party, name, account in Party.objects.standing(account=actor.account, chosen=chosen):
        if account == actor.account:
            own = party
        else:
            principal = party, name
    services = Mandate.objects.scope(principal=principal[0], agent=own) if principal[0] and own else ()
    return replace(actor, party=own, acting_for=principal[0], acting_name=principal[1], services=services)


def _register(actor: Actor, wanted: Party, problem: str | None, **contact: str) -> Party:
    actor.must_hold("parties.register")
    if problem:
        raise Invalid({"id_number": [problem]})
    if not wanted.name:
        raise Invalid({"name": [_("Say what the party is called.")]})
    wanted.id_digest = digest_of(wanted.id_number)
    known = Party.objects.select_for_update().filter(id_kind=wanted.id_kind, id_digest=wanted.id_digest)
    if found := known.first():
        if not rules.same_name(found.name, wanted.name):
            raise OtherName()
        return found
    for field, value in contact.items():
        setattr(wanted, field, value)
    wanted.created_at = clock.now()
    wanted.save()
    journal.write(PartyRegistered(wanted.pk, wanted.kind), by=actor, subject=f"party:{wanted.pk}")
    return wanted


def _join(party: Party, account: Account | None) -> Party:
    if account is None or party.account_id == account.pk:
        return party
    if party.account_id is not None:
        raise OtherAccount(name=party.name)
    party.account = account
    party.save(update_fields=["account"])
    return party


def _refuse_odd_mandate(principal: Party, agent: Party, start: date, until: date | None) -> None:
    if principal.pk == agent.pk:
        raise Invalid({"number": [_("Nobody needs a mandate to act for themself.")]})
    if until and until < start:
        raise Invalid({"valid_until": [_("The last day cannot be before the first.")]})
    if until and until < clock.today():
        raise Invalid({"valid_until": [_("The last day has passed already.")]})


def _said(sentences: dict[str, Text], problem: str | None) -> str | None:
    return str(sentences[problem]) if problem else None

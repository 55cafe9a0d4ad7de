"""Make people and organisations known."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity.models import Account
from tongban.platform.parties import rules
from tongban.platform.parties.events import LegalRepresentativeNamed, PartyRegistered
from tongban.platform.parties.models import Party
from tongban.platform.parties.services.finding import note_looked_up
from tongban.platform.parties.services.numbers import id_number_problem, passport_problem, uscc_is_old, uscc_problem


class OtherName(Invalid):
    """The number is there under another name, which is not told."""

    message = _("This number is registered under another name. Check number and name.")


class OtherAccount(Refusal):
    message = _("%(name)s already has another account.")


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
    purpose: str = "",
) -> Party:
    """Make a person known; the same number again is the person who is there, joined to the account if it had none.

    purpose   what somebody is registered for, at the window; it stays in the journal
    Raises NotAllowed, Invalid, OtherName, OtherAccount.
    """
    number = rules.normal_number(id_number)
    problem = (id_number_problem if id_kind == Party.IdKind.IDENTITY_CARD else passport_problem)(number)
    wanted = Party(
        kind=Party.Kind.PERSON,
        name=typed.name(name),
        id_kind=id_kind,
        id_number=number,
        phone=rules.normal_phone(phone),
        email=typed.address(email),
        address=typed.prose(address),
        area=area,
    )
    return _join(_register(actor, wanted, problem, purpose), account)


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
    purpose: str = "",
    remark: str = "",
) -> Party:
    """Make an organisation known; the same code again is the organisation that is there.

    purpose   what it is registered for, at the window; it stays in the journal
    remark    where the code's check character does not fit, as with some codes of before 2016: how the original was
              seen; without it such a code is refused
    Raises NotAllowed, Invalid, OtherName, OtherAccount.
    """
    code = rules.normal_number(uscc)
    wanted = Party(
        kind=Party.Kind.ORGANISATION,
        name=typed.name(name),
        id_kind=Party.IdKind.CREDIT_CODE,
        id_number=code,
        legal_representative=legal_representative,
        phone=rules.normal_phone(phone),
        email=typed.address(email),
        address=typed.prose(address),
        area=area,
    )
    genuine = bool(remark) and uscc_is_old(code)
    reason = f"{purpose} {remark}".strip() if genuine else purpose
    return _join(_register(actor, wanted, None if genuine else uscc_problem(code), reason), account)


def _register(actor: Actor, wanted: Party, problem: str | None, purpose: str) -> Party:
    """Keep whom we do not know yet; whoever is known stays as they are, whatever else was typed now."""
    actor.must_hold("parties.register")
    if problem:
        raise Invalid({"id_number": [problem]})
    if not wanted.name:
        raise Invalid({"name": [_("Enter the name of the person or organisation.")]})
    wanted.id_digest = digest_of(wanted.id_number)
    known = Party.objects.select_for_update().filter(id_kind=wanted.id_kind, id_digest=wanted.id_digest)
    if found := known.first():
        if not rules.same_name(found.name, wanted.name):
            raise OtherName({"name": [OtherName.message]})
        if purpose:
            note_looked_up(actor, found, purpose)
        return found
    wanted.created_at = clock.now()
    wanted.save()
    journal.write(PartyRegistered(wanted.pk, wanted.kind), by=actor, subject=f"party:{wanted.pk}", reason=purpose)
    return wanted


def _join(party: Party, account: Account | None) -> Party:
    if account is None or party.account_id == account.pk:
        return party
    if party.account_id is not None:
        raise OtherAccount(name=party.name)
    party.account = account
    party.save(update_fields=["account"])
    return party


@transaction.atomic
def name_legal_representative(*, actor: Actor, organisation: Party, person: Party, purpose: str) -> Party:
    """Let a person represent an organisation by law, in place of who did. Raises NotAllowed, Invalid.

    purpose   on what that rests; it stays in the journal
    """
    actor.must_hold("parties.register")
    found: Party = Party.objects.select_for_update().get(pk=organisation.pk)
    if found.kind != Party.Kind.ORGANISATION or person.kind != Party.Kind.PERSON:
        raise Invalid({"person": [_("Only a person represents an organisation by law.")]})
    if found.legal_representative_id != person.pk:
        found.legal_representative = person
        found.save(update_fields=["legal_representative"])
        event = LegalRepresentativeNamed(found.pk, person.pk)
        journal.write(event, by=actor, subject=f"party:{found.pk}", reason=purpose)
    return found

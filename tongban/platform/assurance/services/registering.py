"""People open an account themselves: a code by mail or phone, then name and number as the population register says."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.assurance import ports
from tongban.platform.assurance.models import ContactCode
from tongban.platform.assurance.services import codes, levels
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers


class DoesNotMatch(Refusal):
    status = 422
    message = _(
        "Name and number do not match the register, or belong to another account. Check them, or go to a window."
    )


def ask_for_code(*, email: str = "", phone: str = "", address: str = "") -> ContactCode:
    """Send a code to a mail address, or to a mobile number; whether somebody has it already is not told.

    Raises TooManyAttempts, NoTextMessages, Invalid.
    """
    codes.throttle_sending(address, email.lower() or typed.mobile(phone))
    return codes.send_code(email=email, phone=phone)


def open_by_code(*, uid: str, code: str, login: str, name: str, password: str, address: str = "") -> Account:
    """Open an account for whoever got the code. Raises ContactCodeOver, CodeWrong, LoginTaken, WeakPassword."""
    identity.throttle("registration-code", address, uid)
    found = codes.check_code(uid=uid, code=code, account=None)
    with transaction.atomic():
        mine = codes.use_up(found)
        if Account.objects.known_by(login.lower()):
            raise identity.LoginTaken(login=login)
        account = identity.open_account(
            actor=SYSTEM,
            login=login,
            name=name,
            kind=Account.Kind.PERSON,
            password=password,
            email=mine.email,
            phone=mine.phone,
        )
    identity.clear_attempt("registration-code", address, uid)
    return account


def match_identity(*, actor: Actor, name: str, id_number: str) -> Party:
    """Join an account with the person whom name and number fit; that is level 2. Raises NotAllowed, DoesNotMatch.

    An account that belongs to somebody already stays theirs.
    """
    if actor.kind != "person" or actor.account is None or actor.party is not None:
        raise NotAllowed()
    identity.throttle("identity-match", actor.address, str(actor.account))
    if problem := parties.id_number_problem(id_number):
        raise Invalid({"id_number": [problem]})
    account = Account.objects.get(pk=actor.account)
    with transaction.atomic():
        party = _matching(name, id_number, account.pk)
        if party is not None and party.account_id is None:
            parties.register_person(actor=SYSTEM, name=party.name, id_number=id_number, account=account)
            levels.add(account, "register", source=recorded(_("population register")), by=actor)
    if party is None or party.account_id not in (None, account.pk):
        raise DoesNotMatch()
    identity.clear_attempt("identity-match", actor.address, str(actor.account))
    return party


@transaction.atomic
def take_organisation(*, actor: Actor, name: str, uscc: str) -> Party:
    """Let its legal representative act for an organisation, as the register of enterprises names them.

    Level 3 comes first. Raises NotAllowed, TooLittleAssurance, Invalid, DoesNotMatch.
    """
    if actor.party is None:
        raise NotAllowed()
    levels.must_reach(actor, 3)
    identity.throttle("organisation-match", actor.address, str(actor.account))
    if problem := parties.uscc_problem(uscc):
        raise Invalid({"uscc": [problem]})
    found: Party | None = Party.objects.numbered(digest_of(uscc)).first()
    person = Party.objects.get(pk=actor.party)
    if found is None or not parties.same_name(found.name, name) or not _heads(person, found, actor):
        raise DoesNotMatch()
    return parties.name_legal_representative(
        actor=SYSTEM, organisation=found, person=person, purpose=recorded(_("as the register of enterprises says"))
    )


def _matching(name: str, id_number: str, account: int) -> Party | None:
    asked = (matches(name=name, id_number=id_number, account=account) for matches in ports.population.values())
    return next((party for party in asked if party), None)


def _heads(person: Party, organisation: Party, actor: Actor) -> bool:
    try:
        said = registers.look_up(
            actor=SYSTEM,
            register="enterprise",
            party=organisation,
            purpose=recorded(_("to see who represents it by law")),
            subject=f"account:{actor.account}",
            fields=["legal_representative"],
        )
    except (registers.NoEntry, registers.UnknownRegister):
        return False
    return parties.same_name(str(said.data.get("legal_representative", "")), person.name)

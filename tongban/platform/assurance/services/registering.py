"""People open an account themselves: a code by mail, then name and number as the population register has them."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.ports import Rejected
from tongban.platform.assurance import ports
from tongban.platform.assurance.models import AccountRegistration
from tongban.platform.assurance.services import levels
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers


class RegistrationOver(Refusal):
    message = _("This registration has ended. Begin again; you will get a new code.")


class CodeWrong(Invalid):
    """The code is another one."""


class DoesNotMatch(Refusal):
    status = 422
    message = _(
        "Name and number do not match the register, or belong to another account. Check them, or go to a window."
    )


def ask_for_code(*, email: str, address: str = "") -> AccountRegistration:
    """Send a code to a mail address; whether somebody has it already is not told. Raises TooManyAttempts."""
    identity.throttle("registration", address, email.lower())
    now, code = clock.now(), f"{secrets.randbelow(1_000_000):06}"
    with transaction.atomic():
        made = AccountRegistration(
            email=email, made_at=now, expires_at=now + timedelta(minutes=settings.ASSURANCE_CODE_MINUTES)
        )
        made.code, made.code_digest = code, _digest(made, code)
        made.save()
        jobs.enqueue(mail_code, key=f"registration:{made.uid}", registration=made.pk)
    return made


@jobs.task(atomic=False)
def mail_code(registration: int) -> None:
    """Send the code."""
    row = AccountRegistration.objects.filter(pk=registration).first()
    if row is None:
        return
    text = gettext("Your code is %(code)s. If you did not ask for it, do nothing.") % {"code": row.code}
    try:
        transport.send_mail(
            to=row.email, subject=gettext("Code to open an account"), text=text, key=f"registration:{row.uid}"
        )
    except Rejected:
        return


def open_by_code(*, uid: str, code: str, login: str, name: str, password: str, address: str = "") -> Account:
    """Open an account for whoever got the code. Raises RegistrationOver, CodeWrong, LoginTaken, WeakPassword."""
    identity.throttle("registration-code", address, uid)
    found = AccountRegistration.objects.filter(uid=uid, used_at__isnull=True, expires_at__gt=clock.now()).first()
    if found is None or found.tries >= settings.ASSURANCE_MAX_CODE_TRIES:
        raise RegistrationOver()
    if not secrets.compare_digest(found.code_digest, _digest(found, code)):
        AccountRegistration.objects.filter(pk=found.pk).update(tries=F("tries") + 1)
        raise CodeWrong({"code": [_("This is not the code that we sent.")]})
    with transaction.atomic():
        mine = AccountRegistration.objects.select_for_update().get(pk=found.pk)
        if mine.used_at:
            raise RegistrationOver()
        if Account.objects.known_by(login.lower()):
            raise identity.LoginTaken(login=login)
        mine.used_at = clock.now()
        mine.save(update_fields=["used_at"])
        account = identity.open_account(
            actor=SYSTEM, login=login, name=name, kind=Account.Kind.PERSON, password=password, email=mine.email
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


def _digest(registration: AccountRegistration, code: str) -> str:
    return digest_of(f"registration {registration.uid} {code.strip()}")

"""Verification that the right person is there, by an outside service, with separate consent.

Source of the consent: 个人信息保护法 art. 29.
"""

from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.assurance.adapters.verifier import HttpVerifier
from tongban.platform.assurance.events import RealPersonCheckAnswered, RealPersonCheckAsked
from tongban.platform.assurance.models import RealPersonCheck
from tongban.platform.assurance.ports import RealPersonVerifier, Unavailable, VerifierAnswer
from tongban.platform.assurance.services import levels
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties.models import Party


class NoVerifier(Refusal):
    message = _("No verification service is connected here. Go to a service window with your identity card.")


class ConsentNeeded(Refusal):
    status = 422
    field = "consent"
    message = _("Without your separate consent nothing is sent to the verification service.")


class VerifierSilent(Refusal):
    status = 503
    message = _("The verification service does not answer properly. Try again later, or go to a service window.")

    @property
    def wait_seconds(self) -> int:
        return 60


def can_verify() -> bool:
    """Say whether a verification service is connected."""
    return bool(settings.ASSURANCE_VERIFIER_URL)


def ask_real_person(*, actor: Actor, consented: bool, wanted: str = "") -> str:
    """Announce the actor to the verifier; return the address where they go on.

    wanted   where they were in this house, and come back to
    Raises NoVerifier, ConsentNeeded, TooLittleAssurance (name and number come first), VerifierSilent.
    """
    verifier = _verifier()
    if not consented:
        raise ConsentNeeded()
    levels.must_reach(actor, 2)
    party, now = Party.objects.get(pk=actor.party or 0), clock.now()
    with transaction.atomic():
        check = RealPersonCheck(
            account=Account.objects.get(pk=actor.account or 0),
            wanted=wanted[:500],
            consented_at=now,
            delete_on=clock.today() + timedelta(days=settings.ASSURANCE_DELETE_DAYS),
        )
        check.reference = check.uid.hex
        check.save()
        journal.write(
            RealPersonCheckAsked(check.account_id, str(check.uid)), by=actor, subject=f"account:{check.account_id}"
        )
    back = settings.PUBLIC_URL + reverse("hall:assurance:checked", args=[check.uid])
    try:
        return verifier.begin(reference=check.reference, name=party.name, id_number=party.id_number, back=back)
    except Unavailable as silence:
        raise VerifierSilent() from silence


def finish_real_person(*, actor: Actor, uid: str) -> RealPersonCheck:
    """Fetch what the verifier says, and keep it as evidence; a second time changes nothing.

    Raises NotFound, VerifierSilent.
    """
    found: RealPersonCheck = identity.must_find(
        RealPersonCheck.objects.owned_by(actor).filter(uid=uid).first(), actor, "real-person-check", uid
    )
    if found.state != RealPersonCheck.State.ASKED or not found.reference:
        return found
    try:
        verdict = _verifier().verdict(found.reference)
    except Unavailable as silence:
        raise VerifierSilent() from silence
    return found if verdict.state == "asked" else _keep(found, verdict, actor)


@transaction.atomic
def withdraw_consent(*, actor: Actor, uid: str) -> RealPersonCheck:
    """Take the consent back: the evidence counts no more, and what the verifier said is deleted. Raises NotFound."""
    found: RealPersonCheck = identity.must_find(
        RealPersonCheck.objects.owned_by(actor).filter(uid=uid).first(), actor, "real-person-check", uid
    )
    if found.evidence:
        levels.take_back(found.evidence, by=actor)
    found.state, found.reference, found.answer = RealPersonCheck.State.WITHDRAWN, "", ""
    found.save(update_fields=["state", "reference", "answer"])
    return found


def delete_answers() -> int:
    """Delete what the verifier said once its day has come; that somebody was verified stays."""
    return int(RealPersonCheck.objects.to_delete(on=clock.today()).update(reference="", answer=""))


@transaction.atomic
def _keep(found: RealPersonCheck, verdict: VerifierAnswer, actor: Actor) -> RealPersonCheck:
    check: RealPersonCheck = RealPersonCheck.objects.select_for_update().get(pk=found.pk)
    if check.state != RealPersonCheck.State.ASKED:
        return check
    passed = verdict.state == "passed"
    check.state = RealPersonCheck.State.PASSED if passed else RealPersonCheck.State.FAILED
    check.answer, check.answered_at = sha256(verdict.answer).hexdigest(), clock.now()
    if passed:
        until = clock.today() + timedelta(days=settings.ASSURANCE_REAL_PERSON_DAYS)
        account = Account.objects.get(pk=check.account_id)
        source = settings.ASSURANCE_VERIFIER_URL
        check.evidence = levels.add(account, "real-person", source=source, by=actor, valid_until=until)
    check.save()
    event = RealPersonCheckAnswered(check.account_id, str(check.uid), passed)
    journal.write(event, by=actor, subject=f"account:{check.account_id}")
    return check


def _verifier() -> RealPersonVerifier:
    if not can_verify():
        raise NoVerifier()
    return _connected(settings.ASSURANCE_VERIFIER_URL, settings.ASSURANCE_VERIFIER_SECRET)


@lru_cache(maxsize=4)
def _connected(url: str, secret: str) -> RealPersonVerifier:
    return HttpVerifier(url, secret)

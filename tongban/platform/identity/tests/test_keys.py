"""Keys of other systems, links and sign-ins: what is kept and told of them, and what opens nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, LateForm, LoginSession, ResetLink, Token

# After the operator of these tests was appointed, whatever day it is.
MOMENT = datetime(2126, 3, 1, 2, tzinfo=UTC)


def actor_of(account: Account):
    return identity.actor_of(Account.objects.get(pk=account.pk))


def fact(name: str, number: int = -1) -> Fact:
    return list(Fact.objects.filter(name=f"identity.{name}").order_by("pk"))[number]


def test_departments_are_found_by_their_keys_and_their_place(city):
    assert [found.key for found in Department.objects.roots()] == ["city"]
    assert [found.key for found in Department.objects.with_keys(["health", "city", "no-such"])] == ["city", "health"]


@pytest.fixture
def bank(open_account):
    return open_account("bank", "client", "银行", password=None)


def test_a_key_is_kept_as_its_digest_alone_and_told(operator, bank):
    with clock.at(MOMENT):
        token, text = identity.make_token(
            actor=actor_of(operator), account=bank, title="公积金", duties=["cases.read", "cases.read"], days=30
        )

    kept = Token.objects.get(pk=token.pk)
    assert text.startswith(f"{kept.prefix}_")
    assert text not in str(vars(kept))
    assert (kept.account, kept.title, kept.duties) == (bank, "公积金", ["cases.read"])
    assert (kept.created_at, kept.expires_at) == (MOMENT, MOMENT + timedelta(days=30))
    assert (kept.created_by, kept.used_at, kept.revoked_at) == (operator, None, None)
    told = fact("TokenMade")
    assert told.data["prefix"] == kept.prefix
    assert text not in str(told.data)
    assert (told.account, told.subject) == (operator.pk, f"account:{bank.pk}")


def test_a_key_counts_until_its_last_moment_and_not_once_it_is_revoked(operator, bank):
    with clock.at(MOMENT):
        _token, text = identity.make_token(actor=SYSTEM, account=bank, title="x", duties=[], days=30)
    with clock.at(MOMENT + timedelta(days=30, seconds=-1)):
        assert identity.token_actor(f"Bearer {text}").account == bank.pk
    with clock.at(MOMENT + timedelta(days=30)):
        assert identity.token_actor(f"Bearer {text}") is None


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Basic {text}", "{text}", "Bearer x{text}", "Bearer {text}x", "Bearer tb_"]
)
def test_nothing_but_the_key_itself_opens(operator, bank, shown):
    _token, text = identity.make_token(actor=SYSTEM, account=bank, title="x", duties=[])

    assert identity.token_actor(shown.format(text=text)) is None
    assert identity.token_actor(f"bearer {text}") is not None


def test_a_revoked_key_keeps_when_and_why_and_is_told_once(operator, bank, facts):
    token, text = identity.make_token(actor=SYSTEM, account=bank, title="x", duties=[])

    with clock.at(MOMENT):
        identity.revoke_token(actor=actor_of(operator), uid=token.uid, reason="泄露")
    identity.revoke_token(actor=actor_of(operator), uid=token.uid)

    assert Token.objects.get(pk=token.pk).revoked_at == MOMENT
    assert identity.token_actor(f"Bearer {text}") is None
    assert facts("TokenRevoked") == [{"account": bank.pk, "prefix": token.prefix}]
    assert (fact("TokenRevoked").reason, fact("TokenRevoked").account) == ("泄露", operator.pk)


def test_keys_are_made_and_revoked_by_duty_only(official, bank, operator):
    token, _text = identity.make_token(actor=SYSTEM, account=bank, title="x", duties=[])

    with pytest.raises(NotAllowed):
        identity.make_token(actor=actor_of(official), account=bank, title="x", duties=[])
    with pytest.raises(NotAllowed):
        identity.revoke_token(actor=actor_of(official), uid=token.uid)
    with pytest.raises(NotFound):
        identity.revoke_token(actor=actor_of(operator), uid="00000000-0000-4000-8000-000000000000")
    assert Token.objects.get(pk=token.pk).revoked_at is None


@pytest.mark.parametrize("kind", ["person", "staff"])
def test_only_another_system_has_a_key(operator, open_account, kind):
    with pytest.raises(identity.NotASystem):
        identity.make_token(actor=SYSTEM, account=open_account("someone", kind), title="x", duties=[])


def test_a_closed_systems_key_opens_nothing(operator, bank):
    _token, text = identity.make_token(actor=SYSTEM, account=bank, title="x", duties=[])
    identity.deactivate(actor=SYSTEM, account=bank, reason="x")

    assert identity.token_actor(f"Bearer {text}") is None


def test_a_key_says_when_it_was_used_last_to_the_minute(operator, bank):
    with clock.at(MOMENT):
        token, text = identity.make_token(actor=SYSTEM, account=bank, title="x", duties=[])
        identity.token_actor(f"Bearer {text}")
    with clock.at(MOMENT + timedelta(seconds=59)):
        identity.token_actor(f"Bearer {text}")
        assert Token.objects.get(pk=token.pk).used_at == MOMENT
    with clock.at(MOMENT + timedelta(seconds=61)):
        identity.token_actor(f"Bearer {text}")
        assert Token.objects.get(pk=token.pk).used_at == MOMENT + timedelta(seconds=61)


def test_lists_of_accounts_show_systems_and_sign_ins_of_the_demonstration(open_account, bank):
    closed = open_account("closed", "client", password=None)
    shown = open_account("shown")
    Account.objects.filter(pk=shown.pk).update(demo="resident")
    hidden = open_account("hidden")
    Account.objects.filter(pk=hidden.pk).update(demo="resident", active=False)
    identity.deactivate(actor=SYSTEM, account=closed, reason="x")

    assert list(Account.objects.systems()) == [bank]
    assert list(Account.objects.demonstration()) == [shown]


def test_links_that_work_are_those_unused_in_time_and_not_merely_proposed(person, official):
    link = {"account": person, "made_at": MOMENT, "expires_at": MOMENT + timedelta(hours=1)}
    works = ResetLink.objects.create(**link)
    ResetLink.objects.create(**link, used_at=MOMENT)
    waits = ResetLink.objects.create(**link, proposed=True)
    ResetLink.objects.create(**(link | {"account": official}), proposed=True)

    assert list(ResetLink.objects.usable(at=MOMENT)) == [works]
    assert not ResetLink.objects.usable(at=MOMENT + timedelta(hours=1)).exists()
    assert ResetLink.objects.proposed_for(person.pk, at=MOMENT) == waits
    assert ResetLink.objects.proposed_for(person.pk, at=MOMENT + timedelta(hours=1)) is None
    ResetLink.objects.filter(pk=waits.pk).update(used_at=MOMENT)
    assert ResetLink.objects.proposed_for(person.pk, at=MOMENT) is None


def test_where_somebody_is_signed_in_shows_their_own_sign_ins_only(person, official, sign_in):
    sign_in(person)
    sign_in(official)
    now = clock.now()

    assert [session.account for session in LoginSession.objects.signed_in(person.pk, at=now)] == [person]
    assert not LoginSession.objects.signed_in(person.pk, at=now + timedelta(days=30)).exists()


def test_tidying_up_keeps_what_still_counts(person, sign_in, settings):
    sign_in(person)
    now = clock.now()
    LateForm.objects.create(account=person, path="/a/", content={}, sent_at=now, expires_at=now + timedelta(hours=1))
    ResetLink.objects.create(account=person, made_at=now, expires_at=now + timedelta(hours=1))

    identity.tidy()

    assert LoginSession.objects.filter(account=person).exists()
    assert LateForm.objects.exists()
    assert ResetLink.objects.exists()
    with clock.at(now + timedelta(days=60)):
        identity.tidy()
    assert not LoginSession.objects.filter(account=person).exists()
    assert not LateForm.objects.exists()
    assert not ResetLink.objects.exists()

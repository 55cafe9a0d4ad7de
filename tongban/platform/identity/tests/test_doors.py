"""Keys of other systems, tried doors, and the operator's pages."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, FailedAttempt, Token


@pytest.fixture
def system(open_account, city, roles):
    account = open_account("exchange", "client", "交换平台", password=None)
    identity.appoint(actor=SYSTEM, account=account, department=city, role=roles["reviewer"], subtree=True)
    return account


def make(account: Account, **given):
    return identity.make_token(
        actor=SYSTEM, account=account, title="数据交换", **{"duties": ["cases.read", "cases.approve"], **given}
    )


def test_a_key_lets_a_system_in_with_a_part_of_its_duties(system):
    _, text = make(system)

    actor = identity.token_actor(f"Bearer {text}", address="10.0.0.1")

    assert (actor.account, actor.kind, actor.channel, actor.address) == (system.pk, "client", "api", "10.0.0.1")
    assert actor.holds("cases.read")
    assert not actor.holds("cases.review")  # the system may, this key may not
    assert not actor.holds("cases.approve")  # this key may, the system may not


def test_a_key_is_kept_only_as_its_digest(system):
    token, text = make(system)

    assert text not in str(Token.objects.values().get())
    assert text.startswith(token.prefix)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer tb_x", "Basic dGI=", "Bearer tb_ABCDEFGH_xxx"])
def test_anything_else_is_no_key(system, header):
    make(system)

    assert identity.token_actor(header) is None


def test_a_key_ends(system):
    _token, text = make(system, days=10)
    expired, gone = make(system, days=1), make(system)

    identity.revoke_token(actor=SYSTEM, uid=gone[0].uid)
    identity.revoke_token(actor=SYSTEM, uid=gone[0].uid)

    with clock.at(clock.now() + timedelta(days=2)):
        assert identity.token_actor(f"Bearer {text}")
        assert identity.token_actor(f"Bearer {expired[1]}") is None
        assert identity.token_actor(f"Bearer {gone[1]}") is None
    identity.deactivate(actor=SYSTEM, account=system, reason="下线")
    assert identity.token_actor(f"Bearer {text}") is None


def test_the_last_use_of_a_key_is_kept(system):
    token, text = make(system)

    identity.token_actor(f"Bearer {text}")

    assert Token.objects.get(pk=token.pk).used_at


def test_a_key_is_for_systems_and_made_by_who_may(system, person, official):
    with pytest.raises(identity.NotASystem):
        make(person)
    with pytest.raises(NotAllowed):
        identity.make_token(actor=identity.actor_of(official), account=system, title="x", duties=[])
    with pytest.raises(NotAllowed):
        identity.revoke_token(actor=identity.actor_of(official), uid=make(system)[0].uid)


def test_a_tried_door_is_kept_at_once_outside_a_request(db, facts):
    with pytest.raises(NotFound):
        raise identity.not_found(ANONYMOUS, "case", "YZ-1")

    assert facts("AccessDenied") == [{"what": "case", "key": "YZ-1"}]


def test_a_guess_that_no_database_can_keep_is_kept_legibly(db, facts):
    identity.record_denied(ANONYMOUS, "case", "甲\x00\ud800\n" + "长" * 100)

    assert facts("AccessDenied") == [{"what": "case", "key": "甲\ufffd\ufffd\ufffd" + "长" * 76}]


def test_a_tried_door_is_kept_though_the_verb_is_rolled_back(db, facts):
    with pytest.raises(NotFound), identity.collecting_denied(), transaction.atomic():
        raise identity.not_found(ANONYMOUS, "case", "YZ-1")

    assert facts("AccessDenied") == [{"what": "case", "key": "YZ-1"}]


@pytest.mark.parametrize(
    ("guesses", "late", "others"),
    [
        ([("a", "10.0.0.1")] * 4, ("a", "10.0.0.1"), [("a", "10.0.0.2"), ("b", "10.0.0.1")]),
        ([("a", f"2001:db8:1:2::{n}") for n in range(4)], ("a", "2001:db8:1:2:ffff::1"), [("a", "2001:db8:1:3::1")]),
        ([("a", f"10.0.0.{n}", "YZ-1") for n in range(4)], ("a", "10.0.1.1", "YZ-1"), [("a", "10.0.1.1", "YZ-2")]),
    ],
    ids=["from one address", "from one network", "at one secret"],
)
def test_something_guessed_too_often_has_to_wait(db, settings, guesses, late, others):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 3
    with clock.at(clock.now()):
        for guess in guesses:
            identity.throttle(*guess)

        with pytest.raises(identity.TooManyAttempts):
            identity.throttle(*late)
        for other in others:
            identity.throttle(*other)


def test_whoever_has_to_wait_leaves_nothing_behind(db, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 1
    with clock.at(clock.now()):
        for number in range(20):
            with suppress(identity.TooManyAttempts):
                identity.throttle("case-query", "10.0.0.1", f"YZ-{number}")

    assert FailedAttempt.objects.count() == 3  # the address, and the two that were let through


def test_whoever_knew_is_counted_for_nothing(db, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 1
    with clock.at(clock.now()):
        for _turn in range(5):
            identity.throttle("case-query", "10.0.0.1", "YZ-1")
            identity.clear_attempt("case-query", "10.0.0.1", "YZ-1")


def test_an_operator_finds_opens_and_closes_accounts(sign_in, operator, person):
    browser = sign_in(operator)

    assert "lin.xiaoyun" in browser.get("/desk/identity/?q=林").content.decode()
    assert "lin.xiaoyun" not in browser.get("/desk/identity/?q=吴").content.decode()
    opened = browser.post(
        "/desk/identity/open/", {"kind": "staff", "login": "he.lan", "name": "何岚", "password": "qingshi-yanyu-52"}
    )
    assert opened.status_code == 302
    closed = browser.post(f"/desk/identity/{person.uid}/close/", {"reason": "本人申请"})
    assert closed.status_code == 302
    assert not Account.objects.get(pk=person.pk).active


def test_an_account_is_not_closed_without_a_reason(sign_in, operator, person):
    answer = sign_in(operator).post(f"/desk/identity/{person.uid}/close/", {"reason": " "})

    assert answer.status_code == 422
    assert Account.objects.get(pk=person.pk).active


def test_an_operator_gives_and_ends_positions(sign_in, operator, official):
    browser = sign_in(operator)

    given = browser.post(
        f"/desk/identity/{official.uid}/appoint/",
        {"role": "reviewer", "department": "health", "area": "990100", "valid_until": "2099-12-31"},
    )
    position = official.positions.get()
    assert given.status_code == 302
    assert (position.role.key, position.department.key, position.area) == ("reviewer", "health", "990100")

    browser.post(f"/desk/identity/{official.uid}/positions/{position.uid}/end/")
    position.refresh_from_db()
    assert position.ended_at


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "none"}, "role"),
        ({"department": ""}, "department"),
        ({"area": "99"}, "area"),
        ({"valid_until": "2001-01-01"}, "valid_until"),
        ({"deputy_for": "nobody"}, "deputy_for"),
    ],
)
def test_a_faulty_appointment_is_told_at_its_field(sign_in, operator, official, given, field):
    answer = sign_in(operator).post(
        f"/desk/identity/{official.uid}/appoint/", {"role": "reviewer", "department": "health", **given}
    )

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_a_new_key_is_shown_once(sign_in, operator, system):
    browser = sign_in(operator)

    made = browser.post(
        "/desk/identity/keys/make/",
        {"account": "exchange", "title": "数据交换", "duties": ["identity.manage"], "days": 30},
    )

    token = Token.objects.get()
    assert f"{token.prefix}_" in made.content.decode()
    listed = browser.get("/desk/identity/keys/").content.decode()
    assert token.prefix in listed
    assert f"{token.prefix}_" not in listed
    assert '<td data-label="权限">管理账户和岗位</td>' in listed, "what a key may do is told in words"
    assert "账户</legend>" in listed, "what it may do is asked room by room"
    browser.post(f"/desk/identity/keys/{token.uid}/revoke/")
    assert Token.objects.get().revoked_at


@pytest.mark.parametrize("path", ["", "open/", "keys/", "keys/make/"])
def test_an_official_without_the_duty_is_refused(sign_in, official, path):
    assert sign_in(official).get(f"/desk/identity/{path}").status_code == 403

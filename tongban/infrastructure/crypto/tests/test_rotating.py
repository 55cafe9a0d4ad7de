"""A new data key: everything is encrypted again, in small steps, and nothing is left behind or made worse."""

import pytest
from django.db import connection

from tongban.infrastructure.crypto import rotating
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key, Secret
from tongban.infrastructure.crypto.rules import ciphers
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_lasting_key_is_remembered():
    for key in (crypto.lookup_key, crypto.mac_key):
        key.cache_clear()
    yield
    for key in (crypto.lookup_key, crypto.mac_key):
        key.cache_clear()


@pytest.fixture
def accounts():
    made = [identity.open_account(actor=SYSTEM, login=ids.token(), name="林", kind="person") for _ in range(3)]
    for number, account in enumerate(made):
        account.phone, account.email = f"1390000000{number}", ""
        account.save()
    return made


def new_data_key(settings) -> None:
    settings.DATA_KEY, settings.DATA_KEYS_OLD = "the second secret", [settings.DATA_KEY]


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_every_row_is_encrypted_again_in_steps_of_any_size(settings, accounts, batch):
    new_data_key(settings)

    assert rotating.rotate(actor=SYSTEM, batch=batch) == 3

    settings.DATA_KEYS_OLD = []
    found = Account.objects.filter(pk__in=[account.pk for account in accounts]).order_by("pk")
    assert [account.phone for account in found] == ["13900000000", "13900000001", "13900000002"]
    assert rotating.stale(Account).count() == 0


@pytest.mark.usefixtures("accounts")
def test_a_second_run_finds_nothing_to_do(settings):
    new_data_key(settings)

    rotating.rotate(actor=SYSTEM)

    assert rotating.rotate(actor=SYSTEM) == 0


def test_what_rests_empty_is_left_as_it_is(settings):
    account = identity.open_account(actor=SYSTEM, login="empty", name="林", kind="person")
    new_data_key(settings)

    assert not rotating.stale(Account).filter(pk=account.pk).exists()


def test_a_row_with_one_old_value_among_new_ones_is_found(settings, accounts):
    new_data_key(settings)
    rotating.rotate(actor=SYSTEM)
    old = ciphers.encrypt(
        "x@y.example", settings.DATA_KEYS_OLD[0], Account._meta.get_field("email").location(accounts[1])
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_account SET email = %s WHERE id = %s", [old, accounts[1].pk])

    assert [row.pk for row in rotating.stale(Account)] == [accounts[1].pk]
    assert rotating.rotate(actor=SYSTEM) == 1


def test_rotating_is_a_fact_with_the_new_keys_name_and_how_many_rows(settings, accounts):
    new_data_key(settings)

    rotating.rotate(actor=Actor("staff", account=7, name="高飞"))

    fact = Fact.objects.get(name__endswith="DataKeyRotated")
    assert fact.data == {"data_key": ciphers.key_name("the second secret"), "values": len(accounts)}
    assert (fact.subject, fact.actor) == ("key:data", "高飞")
    assert "second secret" not in str(fact.data)


def test_digests_and_codes_last_through_two_rotations(settings):
    digest, code = crypto.digest_of("990100199001011234"), crypto.mac_of(b"what happened")

    for secret in ("the second secret", "the third secret"):
        settings.DATA_KEY, settings.DATA_KEYS_OLD = secret, [settings.DATA_KEY]
        rotating.rotate(actor=SYSTEM)
        settings.DATA_KEYS_OLD = []
        crypto.lookup_key.cache_clear()
        crypto.mac_key.cache_clear()

    assert crypto.digest_of("990100199001011234") == digest
    assert crypto.mac_of(b"what happened") == code
    assert Secret.objects.count() == 2


def test_digests_and_codes_last_while_the_rotation_has_not_run_yet(settings):
    digest, code = crypto.digest_of("990100199001011234"), crypto.mac_of(b"what happened")

    new_data_key(settings)
    crypto.lookup_key.cache_clear()
    crypto.mac_key.cache_clear()

    assert crypto.digest_of("990100199001011234") == digest
    assert crypto.mac_of(b"what happened") == code


def test_a_table_without_secrets_has_nothing_to_encrypt():
    assert rotating.stale(Fact) is None


def test_everything_is_readable_until_somebody_touches_the_database(accounts):
    crypto.key_for("journal")
    assert list(rotating.unreadable()) == []

    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_account SET phone = 'plain text' WHERE id = %s", [accounts[0].pk])

    assert list(rotating.unreadable()) == [f"identity_account, phone, row {accounts[0].pk}"]


def test_rows_of_another_data_key_are_named_table_by_table_in_order(settings, accounts):
    crypto.key_for("journal")
    settings.DATA_KEY = "a stranger's secret"

    found = list(rotating.unreadable())

    assert [line for line in found if line.startswith("identity")] == [
        f"identity_account, phone, row {account.pk}" for account in accounts
    ]
    assert [line for line in found if line.startswith("crypto")] == [
        f"crypto_key, handle, row {key.pk}" for key in Key.objects.order_by("pk")
    ]


@pytest.mark.parametrize(
    "other",
    [
        ("cases_case", "12", {"number": "A"}),
        ("licences_licence", "13", {"number": "A"}),
        ("licences_licence", "12", {"number": "B"}),
        ("licences_licence", "12", {"number": "A", "state": "valid"}),
        ("licences_licence", "12", {}),
    ],
)
def test_the_code_of_a_row_is_that_of_its_table_row_and_values(other):
    code = crypto.row_mac("licences_licence", "12", {"number": "A"})

    assert crypto.row_mac("licences_licence", "12", {"number": "A"}) == code
    assert crypto.row_mac(*other) != code


def test_the_order_of_columns_does_not_change_a_rows_code():
    one, two = {"a": 1, "b": "二"}, {"b": "二", "a": 1}

    assert crypto.row_mac("t", "1", one) == crypto.row_mac("t", "1", two)


def test_a_rows_code_is_no_code_of_the_same_text():
    """Codes of rows and of the journal's facts come from one key, so they are kept apart."""
    assert crypto.row_mac("t", "1", {}) != crypto.mac_of(b'["t", "1", {}]')

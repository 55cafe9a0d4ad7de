"""Encrypted columns: plain in Python, unreadable where they rest, bound to their row."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.models import F, Value
from structlog.testing import capture_logs

from tongban.infrastructure.crypto.fields import Ciphertext, DamagedValue, EncryptedField, EncryptedJSON, EncryptedText
from tongban.infrastructure.crypto.models import Secret
from tongban.infrastructure.crypto.rules import ciphers
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Supplement
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, LateForm

pytestmark = pytest.mark.django_db


def an_account(**columns: str) -> Account:
    account = identity.open_account(actor=SYSTEM, login=ids.token(), name="林晓云", kind="person")
    for column, value in columns.items():
        setattr(account, column, value)
    account.save()
    return Account.objects.get(pk=account.pk)


def stored(table: str, column: str, pk: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("text", ["x", "13900009999", "阿依努尔·试验", "\U0002ebf9", " spaces ", "enc2:0000:AAAA", "0"])
def test_text_is_read_as_it_was_written_and_rests_unreadably(text):
    account = an_account(phone=text)

    rests = stored("identity_account", "phone", account.pk)
    assert account.phone == text
    assert rests.startswith("enc2:")
    assert len(text) < 4 or text not in rests


def test_empty_text_rests_as_what_it_is():
    """So that the database can be asked who has left no number, and no key is needed to know."""
    account = an_account(phone="")

    assert stored("identity_account", "phone", account.pk) == ""
    assert account.phone == ""


def test_the_same_number_of_two_people_does_not_look_the_same():
    one, two = an_account(phone="13900009999"), an_account(phone="13900009999")

    assert stored("identity_account", "phone", one.pk) != stored("identity_account", "phone", two.pk)


def test_saving_an_unread_row_again_keeps_its_value():
    account = an_account(phone="13900009999", email="a@b.example")
    account.save()

    assert Account.objects.get(pk=account.pk).phone == "13900009999"


@pytest.mark.parametrize("deferred", [("phone",), ("phone", "uid"), ("phone", "uid", "email")])
def test_a_column_left_out_of_a_query_is_fetched_when_it_is_asked_for(deferred):
    account = an_account(phone="13900009999", email="a@b.example")

    found = Account.objects.defer(*deferred).get(pk=account.pk)

    assert found.phone == "13900009999"
    assert found.email == "a@b.example"


def test_a_row_is_read_once_however_often_it_is_asked(django_assert_num_queries):
    account = an_account(phone="13900009999")

    with django_assert_num_queries(1):
        found = Account.objects.defer("phone", "uid").get(pk=account.pk)
    with django_assert_num_queries(1):
        assert found.phone == "13900009999"
        assert found.phone == "13900009999"


def test_the_class_itself_answers_with_its_column():
    assert Account.phone.field is Account._meta.get_field("phone")


@pytest.mark.parametrize(
    "search",
    [{"phone": "x"}, {"phone__in": ["x"]}, {"phone__contains": "x"}, {"phone__gt": ""}, {"phone__startswith": "enc2"}],
)
def test_no_search_looks_into_an_encrypted_column(search):
    with pytest.raises(FieldError, match="digest"):
        Account.objects.filter(**search).exists()


def test_one_may_ask_which_rows_have_no_value():
    Secret.objects.create(name="kept", value="x")

    assert Secret.objects.filter(value__isnull=False).count() == 1
    assert not Secret.objects.filter(value__isnull=True).exists()


def test_a_column_is_not_updated_past_its_row():
    account = an_account(phone="13900009999")

    with pytest.raises(FieldError, match="save the row"), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(phone="plain text")

    assert Account.objects.get(pk=account.pk).phone == "13900009999"


def test_what_an_expression_puts_there_is_believed_no_more_than_any_other_change():
    account = an_account(phone="13900009999")

    Account.objects.filter(pk=account.pk).update(phone=Value("plain text"))

    with pytest.raises(DamagedValue):
        assert Account.objects.get(pk=account.pk).phone


def test_a_column_may_be_emptied_for_many_rows_at_once():
    account = an_account(phone="13900009999", email="a@b.example")

    Account.objects.filter(pk=account.pk).update(phone="", email=F("email"))

    found = Account.objects.get(pk=account.pk)
    assert (found.phone, found.email) == ("", "a@b.example")


def test_many_rows_are_inserted_at_once_each_for_its_own_place():
    Secret.objects.bulk_create([Secret(name=name, value=f"the secret of {name}") for name in ("a", "b")])

    assert [secret.value for secret in Secret.objects.order_by("name")] == ["the secret of a", "the secret of b"]


def test_a_value_moved_to_another_row_is_told_in_the_log_with_its_place():
    one, two = Secret.objects.create(name="one", value="1"), Secret.objects.create(name="two", value="2")
    moved = stored("crypto_secret", "value", one.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_secret SET value = %s WHERE id = %s", [moved, two.pk])

    with capture_logs() as lines, pytest.raises(DamagedValue):
        assert Secret.objects.get(pk=two.pk).value

    (line,) = lines
    assert line["event"] == "an encrypted value cannot be read"
    assert line["location"] == '["crypto_secret", "value", "two"]'
    assert "1" not in line["reason"]


def test_a_damaged_value_stops_only_whoever_asks_for_it():
    account = an_account(phone="13900009999")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_account SET phone = 'enc2:broken' WHERE id = %s", [account.pk])

    found = Account.objects.get(pk=account.pk)

    assert found.name == "林晓云"
    with pytest.raises(DamagedValue):
        assert found.phone
    with pytest.raises(DamagedValue):
        found.save()


def test_a_place_is_table_column_and_row():
    field = Account._meta.get_field("phone")
    account = an_account(phone="x")

    assert field.location(account) == f'["identity_account", "phone", "{account.uid}"]'


@pytest.mark.parametrize(
    "value",
    [{}, [], None, 0, "", "文字", {"名称": ["甲", 1, None, True]}, {"nested": {"deep": [{"x": 1.5}]}}],
    ids=str,
)
def test_json_is_read_as_it_was_written(value):
    column = EncryptedJSON()

    assert column.opened(column.closed(value)) == value


def test_json_keeps_days_and_amounts_as_text():
    column = EncryptedJSON()

    assert column.opened(column.closed({"on": date(2026, 3, 2), "paid": Decimal("1.50")})) == {
        "on": "2026-03-02",
        "paid": "1.50",
    }


def test_json_is_written_without_escapes_and_spaces():
    assert EncryptedJSON().closed({"名": "云泽", "n": [1, 2]}) == '{"名":"云泽","n":[1,2]}'


def test_nothing_is_not_the_same_as_an_empty_answer():
    text, column = EncryptedText(), EncryptedJSON()

    assert (text.is_plain(""), text.is_plain(None), text.is_plain("x")) == (True, True, False)
    assert (column.is_plain(""), column.is_plain(None), column.is_plain({})) == (False, True, False)


def test_what_the_database_gives_is_marked_as_unread():
    field = EncryptedField()

    assert field.from_db_value("enc2:x:y", None, None) == Ciphertext("enc2:x:y")
    assert field.from_db_value(None, None, None) is None
    assert field.from_db_value("", None, None) == ""


def test_columns_that_tell_the_row_are_kept_in_migrations():
    assert Secret._meta.get_field("value").row == ("name",)
    assert LateForm._meta.get_field("content").row == ("uid",)
    assert Supplement._meta.get_field("before").row == ("action_id",)


def test_a_column_of_json_is_handed_to_exports_as_it_is():
    form = LateForm(content={"名": "云泽"})

    assert LateForm._meta.get_field("content").value_to_string(form) == {"名": "云泽"}


def test_an_export_says_the_plain_value():
    Secret.objects.create(name="a", value="the secret")

    assert '"value": "the secret"' in serializers.serialize("json", Secret.objects.all())


def test_a_value_under_an_older_data_key_is_still_read(settings):
    account = an_account(phone="13900009999")

    settings.DATA_KEY, settings.DATA_KEYS_OLD = "a new secret", [settings.DATA_KEY]

    assert Account.objects.get(pk=account.pk).phone == "13900009999"
    assert stored("identity_account", "phone", account.pk).startswith(ciphers.prefix(settings.DATA_KEYS_OLD[0]))


def test_a_row_that_is_saved_rests_under_todays_data_key(settings):
    account = an_account(phone="13900009999")
    settings.DATA_KEY, settings.DATA_KEYS_OLD = "a new secret", [settings.DATA_KEY]

    Account.objects.get(pk=account.pk).save()

    assert stored("identity_account", "phone", account.pk).startswith(ciphers.prefix("a new secret"))

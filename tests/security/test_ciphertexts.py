"""Somebody who can write the database moves what is encrypted, or changes a character of it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from structlog.testing import capture_logs

from tests.sample_city import SampleCity
from tongban.infrastructure.kernel import refusals
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party

pytestmark = [pytest.mark.django_db, pytest.mark.found("S-M5")]
SAYS = "该记录与保存时不一致"


def write(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def stored(column: str, table: str, pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        (text,) = cursor.fetchone()
    return str(text)


def key() -> str:
    """Return the key of another system, with a position like the clerk's."""
    account = identity.open_account(actor=SYSTEM, login="system", name="他系统", kind="client")
    role = identity.define_role(actor=SYSTEM, key="system", name="接口", duties=["cases.accept"])
    office = Department.objects.get(key="government-services")
    identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
    return identity.make_token(actor=SYSTEM, account=account, title="测试", duties=["cases.accept"])[1]


def named() -> str:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("keys", "check", "--values", stdout=out)
    return out.getvalue()


def test_answers_of_another_case_are_not_read(sample_city: SampleCity) -> None:
    mine, other = Case.objects.get(uid=sample_city.ids["draft"]), Case.objects.get(uid=sample_city.ids["granted"])
    write("UPDATE cases_case SET answers = %s WHERE id = %s", stored("answers", "cases_case", other.pk), mine.pk)

    with capture_logs() as lines:
        answer = sample_city.browser("agent").get(f"/cases/{mine.uid}/fill/premises/", follow=True)

    assert answer.status_code == 409
    assert SAYS in answer.content.decode()
    assert answer.headers["X-Request-ID"] in answer.content.decode()
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["an encrypted value cannot be read"]
    assert named() == f"cases_case, answers, row {mine.pk}\n"


def test_a_changed_character_is_told_to_people_and_to_machines(sample_city: SampleCity) -> None:
    case = Case.objects.get(uid=sample_city.ids["submitted"])
    text = stored("answers", "cases_case", case.pk)
    other = "A" if text[-9] != "A" else "B"
    write("UPDATE cases_case SET answers = %s WHERE id = %s", text[:-9] + other + text[-8:], case.pk)

    page = sample_city.browser("clerk").get(f"/counter/cases/{case.uid}/")
    machine = Client(headers={"authorization": f"Bearer {key()}", "accept-language": "zh-Hans"})
    told = machine.get(f"/api/v1/cases/{case.uid}")

    assert page.status_code == told.status_code == 409
    assert SAYS in page.content.decode()
    assert SAYS in told.json()["title"]


def test_a_number_of_another_party_is_not_read(sample_city: SampleCity) -> None:
    one, two = Party.objects.order_by("pk")[:2]
    write("UPDATE parties_party SET id_number = %s WHERE id = %s", stored("id_number", "parties_party", one.pk), two.pk)

    with pytest.raises(refusals.Damaged):
        assert Party.objects.get(pk=two.pk).id_number

    assert Party.objects.get(pk=one.pk).id_number
    assert named() == f"parties_party, id_number, row {two.pk}\n"


def test_a_value_of_another_column_of_the_same_row_is_not_read(sample_city: SampleCity) -> None:
    party = next(party for party in Party.objects.order_by("pk") if party.phone)
    write("UPDATE parties_party SET phone = id_number WHERE id = %s", party.pk)

    with pytest.raises(refusals.Damaged):
        assert Party.objects.get(pk=party.pk).phone


def test_a_private_key_of_another_owner_signs_for_nobody(sample_city: SampleCity) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, handle FROM crypto_key ORDER BY id")
        (_one, handle), (two, _handle), *_rest = cursor.fetchall()
    write("UPDATE crypto_key SET handle = %s WHERE id = %s", handle, two)

    with pytest.raises(CommandError, match="changed or moved"):
        call_command("keys", "check", stdout=StringIO())

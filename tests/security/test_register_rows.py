"""Somebody who can write the database changes what a licence says in the register."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.sample_city import SampleCity
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

pytestmark = [pytest.mark.django_db, pytest.mark.found("S-M4")]
SAYS = "与该证照的签发记录不一致"


def write(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def licence(sample_city: SampleCity) -> Licence:
    return Licence.objects.get(token=sample_city.ids["licence"])


def confirmed(licence: Licence) -> bool:
    """Say whether anyone who checks it, in whichever way, is told that it is genuine; all ways must agree."""
    now = Licence.objects.select_related("document__blob").get(pk=licence.pk)
    page = Client().get(f"/licences/v/{now.token}/")
    machine = Client(headers={"accept-language": "zh-Hans"}).get(f"/api/v1/licences/verify/{now.token}")
    verdicts = {
        licences.verify_identifier(now.identifier).genuine,
        licences.verify_token(now.token).genuine,
        machine.json()["genuine"],
    }
    assert len(verdicts) == 1
    (genuine,) = verdicts
    text = page.content.decode()
    assert (SAYS in text) is not genuine
    if not genuine:
        assert now.number not in text
        assert now.number not in machine.content.decode()
    return bool(genuine)


@pytest.mark.parametrize(
    "change",
    [
        "number = 'JZ-FORGED'",
        "valid_until = '2099-12-31'",
        "valid_from = '2020-01-01'",
        "state = 'suspended'",
        "kind_name = '执业许可证'",
        "issued_on = '2020-01-01'",
        "holder_id = (SELECT MIN(id) FROM parties_party WHERE id <> licences_licence.holder_id)",
        "issuer_id = (SELECT MIN(id) FROM identity_department WHERE id <> licences_licence.issuer_id)",
        "token = 'AAAABBBBCCCC'",
    ],
)
def test_a_row_that_was_changed_is_not_called_genuine(licence: Licence, change: str) -> None:
    assert confirmed(licence)

    write(f"UPDATE licences_licence SET {change} WHERE id = %s", licence.pk)

    assert not confirmed(licence)


def test_the_name_of_the_holder_belongs_to_it(licence: Licence) -> None:
    write("UPDATE parties_party SET name = '无名食品有限公司' WHERE id = %s", licence.holder_id)

    assert not confirmed(licence)


def test_a_revoked_licence_is_not_brought_back_by_its_old_row(licence: Licence) -> None:
    was = Licence.objects.filter(pk=licence.pk).values("state", "state_reason", "state_changed_at").get()
    licences.revoke(actor=SYSTEM, licence=licence, reason="提供虚假材料")
    assert confirmed(licence)
    assert not licences.verify_token(licence.token).reliable

    columns = ", ".join(f"{name} = %s" for name in was)
    write(f"UPDATE licences_licence SET {columns} WHERE id = %s", *was.values(), licence.pk)

    assert not confirmed(licence)


def test_a_licence_that_nobody_issued_is_not_genuine(licence: Licence) -> None:
    identifier = licence.identifier.replace(licence.identifier[-8:-2], "999999")
    write("UPDATE licences_licence SET identifier = %s WHERE id = %s", identifier, licence.pk)

    assert not licences.verify_token(licence.token).genuine


def test_the_file_of_a_changed_row_is_not_called_genuine(licence: Licence) -> None:
    pdf = storage.read(Licence.objects.with_people().get(pk=licence.pk).document.blob)
    assert licences.verify_file(pdf).genuine

    write("UPDATE licences_licence SET valid_until = '2099-12-31' WHERE id = %s", licence.pk)

    verdict = licences.verify_file(pdf)
    assert not verdict.genuine
    assert verdict.licence is verdict.claims is None
    assert any(SAYS in problem for problem in verdict.problems)

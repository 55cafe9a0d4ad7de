"""A city is founded from one file: planned first, done once, and told in words where the file is wrong."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tongban.infrastructure.journal.models import Fact
from tongban.platform.identity.models import Account, Department, Role
from tongban.platform.registers.models import Register
from tongban.platform.seals.models import Seal

pytestmark = [pytest.mark.django_db, pytest.mark.found("D")]
EXAMPLE = settings.ROOT / "deploy" / "city.toml"


def city(step, file=EXAMPLE):
    out = StringIO()
    call_command("city", step, str(file), stdout=out)
    return out.getvalue()


def test_a_plan_says_what_it_would_do_and_does_nothing():
    facts = Fact.objects.count()

    said = city("plan")

    assert "government-services" in said
    assert "operator" in said
    assert "nothing was changed" in said
    assert not Department.objects.exists()
    assert Fact.objects.count() == facts


def test_a_city_is_founded_once_and_the_first_officials_get_a_link():
    said = city("apply")

    assert set(Department.objects.values_list("key", flat=True)) == {"city", "government-services", "market-regulation"}
    assert Department.objects.get(key="market-regulation").path == "city/market-regulation/"
    assert Role.objects.get(key="window-clerk").portal == "counter"
    assert Register.objects.get().department.key == "market-regulation"
    assert Seal.objects.count() == 6
    assert said.count("/reset/") == Account.objects.filter(kind="staff").count() == 2

    assert city("apply").strip() == "nothing to change"
    assert city("plan").strip() == "nothing to change"


def test_whoever_gets_the_link_chooses_a_password(client):
    link = next(line for line in city("apply").splitlines() if line.startswith("operator ")).rpartition(" ")[2]

    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('key = "operator"\n', "", "key"),
        ('"journal.read"', '"journal.reed"', "journal.reed"),
        ('portal = "counter"', 'portals = "counter"', "portals"),
        ('department = "market-regulation"\nholder', 'department = "market"\nholder', "market"),
        ('role = "operator"', 'role = "operater"', "operater"),
        ("[[role]]\n", "[[role]\n", "line"),
        ('code = "990102"', 'code = "99"', "区划代码"),
    ],
)
def test_a_slip_is_told_with_its_place_and_nothing_is_changed(tmp_path, old, new, says):
    file = tmp_path / "city.toml"
    text = EXAMPLE.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))

    with pytest.raises(CommandError, match=says):
        city("apply", file)

    assert not Department.objects.exists()


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match=r"nowhere\.toml"):
        city("plan", EXAMPLE.with_name("nowhere.toml"))


def test_a_department_that_changes_its_name_is_changed(tmp_path):
    city("apply")
    file = tmp_path / "city.toml"
    file.write_text(EXAMPLE.read_text().replace("某某市市场监督管理局", "某某市市场监管局"))

    city("apply", file)

    assert Department.objects.get(key="market-regulation").name == "某某市市场监管局"
    assert Account.objects.filter(kind="staff").count() == 2

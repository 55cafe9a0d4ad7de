"""Who the demonstration's officials are, and what they may give."""

import pytest

from tongban.city import services as city
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position, Role


def test_no_two_people_of_the_demonstration_share_a_name_to_sign_in_with():
    demo = city.plan_of_city(residents=True)
    logins = [who["login"] for who in demo["official"] + demo["person"] if who.get("login")]

    assert len(logins) == len(set(logins))


@pytest.mark.django_db
def test_the_operator_looks_after_everybody_and_gives_every_role():
    city.load_data()
    city.found_demo_city()
    operator = identity.actor_of(Account.objects.get(login="gao.fei"))
    newcomer = identity.open_account(actor=operator, login="he.xin", name="贺新", kind="staff")
    window = Department.objects.get(key="government-services")

    for role in identity.roles_to_give(operator):
        identity.appoint(actor=operator, account=newcomer, department=window, role=role)

    assert Position.objects.of(newcomer.pk).count() == Role.objects.count() > 4
    for account in Account.objects.exclude(login="gao.fei"):
        assert identity.make_link(actor=operator, account=account, reason="忘记密码")

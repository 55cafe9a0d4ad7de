"""SCIM keeps officials and departments in step, and gives nobody a duty."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Dissolution, Position
from tongban.platform.provisioning.models import DirectoryEntry
from tongban.platform.provisioning.tests.conftest import official, role

pytestmark = pytest.mark.django_db
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
WORK = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def ask(key):
    def ask(method, where, sent=None, *, shown=key, **headers):
        given = {"authorization": f"Bearer {shown}", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return Client().generic(
            method,
            f"/scim/v2/{where}",
            sent if isinstance(sent, str) else json.dumps(sent) if sent is not None else "",
            content_type="application/scim+json",
            headers=given,
        )

    return ask


def person(login="wu.zhiyuan", name="吴志远", **more):
    return {"schemas": [USER], "userName": login, "displayName": name, **more}


def change(path, value, op="replace"):
    return {"schemas": [PATCH], "Operations": [{"op": op, "path": path, "value": value}]}


def test_an_official_is_opened_named_and_closed(ask):
    sent = person(emails=[{"value": "wu@yunze.example"}], externalId="HR-7", **{WORK: {"employeeNumber": "00017"}})
    made = ask("POST", "Users", sent)
    key = made.json()["id"]

    named = ask("PATCH", f"Users/{key}", change("displayName", "吴致远"))
    closed = ask("PATCH", f"Users/{key}", change("active", False))

    assert made.status_code == 201
    assert made["Location"] == made.json()["meta"]["location"]
    assert made.json()["externalId"] == "HR-7"
    assert made.json()[WORK]["employeeNumber"] == "00017"
    assert named.json()["displayName"] == "吴致远"
    assert closed.json()["active"] is False
    account = Account.objects.get(uid=key)
    assert (account.name, account.active, account.kind) == ("吴致远", False, "staff")
    told = [fact.name for fact in Fact.objects.about(f"account:{account.pk}")]
    assert told == ["identity.AccountOpened", "identity.AccountAmended", "identity.AccountDeactivated"]
    assert {fact.actor for fact in Fact.objects.about(f"account:{account.pk}")} == {"组织目录"}


def test_a_deleted_official_is_gone_for_the_directory_and_stays_in_the_house(ask):
    key = ask("POST", "Users", person()).json()["id"]

    assert ask("DELETE", f"Users/{key}").status_code == 204

    assert ask("GET", f"Users/{key}").status_code == 404
    assert ask("DELETE", f"Users/{key}").status_code == 404
    assert ask("GET", "Users").json()["totalResults"] == 0
    assert Account.objects.get(uid=key).active is False
    again = ask("POST", "Users", person(name="吴志远"))
    assert (again.status_code, again.json()["id"], again.json()["active"]) == (201, key, True)


def test_a_directory_gives_no_position_and_brings_none_back(ask, market):
    account = official("wu.zhiyuan", "吴志远", market, role("reviewer"))
    where = f"Users/{account.uid}"
    assert ask("GET", where).json()["groups"][0]["value"] == "market"
    assert ask("GET", where).json()[WORK]["department"] == "市场监督管理局"

    joined = ask("PATCH", "Groups/market", change("members", [{"value": str(account.uid)}], "add"))
    grouped = ask("PATCH", where, change("groups", [{"value": "city"}], "add"))
    ask("PUT", where, person(groups=[{"value": "city"}]))
    ask("PATCH", where, change("active", False))
    opened = ask("PATCH", where, change("active", True))
    ask("DELETE", where)
    back = ask("POST", "Users", person())

    assert (joined.status_code, joined.json()["scimType"]) == (400, "mutability")
    assert (grouped.status_code, grouped.json()["scimType"]) == (400, "mutability")
    assert Position.objects.count() == 2  # the official's, and that of the directory itself
    assert (opened.status_code, back.status_code) == (403, 403)
    assert Account.objects.get(pk=account.pk).active is False


def test_a_directory_does_not_take_the_mail_of_whoever_decides(ask, market):
    account = official("zhao.guoqing", "赵国清", market, role("head", "identity.manage"))

    answer = ask("PATCH", f"Users/{account.uid}", change("emails", [{"value": "mine@evil.example"}]))

    assert answer.status_code == 403
    assert Account.objects.get(pk=account.pk).email == "zhao.guoqing@yunze.example"


def test_people_and_systems_are_no_officials(ask):
    lin = identity.open_account(actor=SYSTEM, login="lin.xiaoyun", name="林晓云", kind="person")
    own = Account.objects.get(login="directory")

    assert ask("GET", "Users").json()["totalResults"] == 0
    for account in (lin, own):
        assert ask("GET", f"Users/{account.uid}").status_code == 404
        assert ask("DELETE", f"Users/{account.uid}").status_code == 404
    taken = ask("POST", "Users", person(login="lin.xiaoyun", name="林晓云"))
    assert (taken.status_code, taken.json()["scimType"]) == (409, "uniqueness")


def test_a_directory_reaches_the_departments_of_its_key_alone(city, market, ask):
    health = identity.put_department(actor=SYSTEM, key="health", name="卫生健康委员会", parent=city)
    doctor = official("tang.yu", "唐宇", health, role("doctor"))
    narrow = Account.objects.get(login="directory")
    Position.objects.filter(account=narrow).delete()
    identity.appoint(actor=SYSTEM, account=narrow, role=role("own", "identity.manage"), department=market, subtree=True)
    identity.define_role(actor=SYSTEM, key="own", name="own", duties=["identity.manage", "provisioning.sync"])

    assert [one["id"] for one in ask("GET", "Groups").json()["Resources"]] == ["market"]
    assert ask("GET", "Groups/health").status_code == 404
    assert ask("GET", f"Users/{doctor.uid}").status_code == 404
    made = ask("POST", "Groups", {"schemas": [GROUP], "displayName": "食品科"})
    assert Department.objects.get(key=made.json()["id"]).parent == market


def test_departments_are_named_and_dissolved(ask, city, market):
    made = ask("POST", "Groups", {"schemas": [GROUP], "displayName": "档案局", "externalId": "ou=archive"})
    key = made.json()["id"]
    renamed = ask("PUT", f"Groups/{key}", {"schemas": [GROUP], "displayName": "档案馆"})

    assert renamed.json()["displayName"] == "档案馆"
    assert {member["value"] for member in ask("GET", "Groups/city").json()["members"]} >= {key, "market"}
    assert ask("DELETE", f"Groups/{key}").status_code == 204
    assert ask("GET", f"Groups/{key}").status_code == 404
    assert Department.objects.get(key=key).dissolved_on == clock.today()
    assert ask("DELETE", "Groups/city").status_code == 409


def test_a_department_whose_officials_decide_is_dissolved_by_two(ask, market):
    official("zhao.guoqing", "赵国清", market, role("head", "identity.manage"))

    answer = ask("DELETE", "Groups/market")

    assert answer.status_code == 409
    assert Department.objects.get(key="market").dissolved_on is None
    assert Dissolution.objects.get().done_at is None


@pytest.mark.parametrize(
    ("text", "logins"),
    [
        ('userName eq "WU.zhiyuan"', ["wu.zhiyuan"]),
        ('displayName sw "何"', ["he.lan"]),
        ('displayName co "志"', ["wu.zhiyuan"]),
        ('emails.value ew "@yunze.example" and not (userName eq "he.lan")', ["wu.zhiyuan"]),
        ('emails[value co "he"]', ["he.lan"]),
        ("phoneNumbers pr", []),
        ("active eq true", ["he.lan", "wu.zhiyuan"]),
        ('userName gt "i" or displayName eq "何岚"', ["he.lan", "wu.zhiyuan"]),
        ('externalId ne "x" and userName lt "i"', ["he.lan"]),
        (f'{WORK}:department eq "市场监督管理局"', ["he.lan", "wu.zhiyuan"]),
    ],
)
def test_filters(ask, key, market, text, logins):
    works = role("reviewer")
    official("wu.zhiyuan", "吴志远", market, works)
    official("he.lan", "何岚", market, works)
    envelope = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}

    found = Client().get(
        "/scim/v2/Users", {"filter": text, "sortBy": "userName"}, headers={"authorization": f"Bearer {key}"}
    )
    posted = ask("POST", "Users/.search", {**envelope, "filter": text, "sortBy": "userName", "attributes": "userName"})

    assert [one["userName"] for one in found.json()["Resources"]] == logins
    assert [one["userName"] for one in posted.json().get("Resources", [])] == logins


def test_pages(ask, key, market):
    works = role("reviewer")
    for number in range(5):
        official(f"official.{number}", f"某{number}", market, works)

    def page(query):
        return Client().get(f"/scim/v2/Users?{query}", headers={"authorization": f"Bearer {key}"}).json()

    middle = page("startIndex=2&count=2")
    assert [one["userName"] for one in middle["Resources"]] == ["official.1", "official.2"]
    assert (middle["totalResults"], middle["startIndex"], middle["itemsPerPage"]) == (5, 2, 2)
    assert page("count=0")["totalResults"] == 5
    assert [one["userName"] for one in page("sortBy=userName&sortOrder=descending&count=1")["Resources"]] == [
        "official.4"
    ]
    assert page("startIndex=9")["itemsPerPage"] == 0
    assert set(page("attributes=userName&count=1")["Resources"][0]) == {"schemas", "id", "userName"}


def test_an_older_version_is_not_overwritten(ask):
    made = ask("POST", "Users", person())
    where, tag = f"Users/{made.json()['id']}", made["ETag"]

    assert ask("GET", where, if_none_match=tag).status_code == 304
    first = ask("PATCH", where, change("displayName", "甲"), if_match=tag)
    second = ask("PUT", where, person(name="乙"), if_match=tag)
    gone = ask("DELETE", where, if_match=tag)

    assert first.status_code == 200
    assert first["ETag"] != tag
    assert (second.status_code, gone.status_code) == (412, 412)
    assert ask("GET", where).json()["displayName"] == "甲"
    assert ask("DELETE", where, if_match=first["ETag"]).status_code == 204


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("{", "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ({"schemas": [USER], "userName": "x"}, "invalidValue"),
        (person(name=" "), "invalidValue"),
        (person(name="长" * 121), "invalidValue"),
        (person(emails=[{"value": "no address"}]), "invalidValue"),
        (person(emails=[{"value": "a@b.example"}, {"value": "c@d.example"}]), "invalidValue"),
        (person(externalId="\x00"), "invalidValue"),
    ],
)
def test_what_cannot_be_kept_is_refused(ask, sent, kind):
    answer = ask("POST", "Users", sent)

    assert (answer.status_code, answer.json()["scimType"]) == (400, kind)
    assert not Account.objects.filter(kind="staff").exists()


def test_wrong_changes_change_nothing(ask, key):
    where = f"Users/{ask('POST', 'Users', person()).json()['id']}"
    two = {
        "schemas": [PATCH],
        "Operations": [
            {"op": "replace", "path": "displayName", "value": "甲"},
            {"op": "replace", "path": "userName", "value": "other"},
        ],
    }

    assert ask("PATCH", where, two).json()["scimType"] == "mutability"
    assert ask("PATCH", where, change("nickName", "x")).json()["scimType"] in {"invalidPath", "noTarget"}
    assert ask("PATCH", where, change("displayName", None, "remove")).status_code == 400
    assert ask("PUT", where, person(login="other")).json()["scimType"] == "mutability"
    assert ask("GET", where).json()["displayName"] == "吴志远"
    bad = Client().get("/scim/v2/Users?filter=userName+eq", headers={"authorization": f"Bearer {key}"})
    assert (bad.status_code, bad.json()["scimType"]) == (400, "invalidFilter")


def test_too_many_to_compare_are_refused(ask, key, market, settings):
    settings.PROVISIONING_MAX_COMPARED = 0
    official("wu.zhiyuan", "吴志远", market, role("reviewer"))

    answer = Client().get("/scim/v2/Users?filter=active+eq+true", headers={"authorization": f"Bearer {key}"})

    assert answer.json()["scimType"] == "tooMany"


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "WU.Zhiyuan"',
        'displayName eq "吴志远"',
        'externalId eq "p-1"',
        f'{WORK}:employeeNumber eq "0007" and emails.value co "wu"',
        '(userName eq "wu.zhiyuan" or displayName co "志远") and active eq true',
    ],
)
def test_what_a_directory_asks_for_by_name_is_found_by_the_database(ask, key, market, settings, text):
    works = role("reviewer")
    for login, name in (("wu.zhiyuan", "吴志远"), ("he.lan", "何岚"), ("zhao.min", "赵敏")):
        official(login, name, market, works)
    known = {"external_name": "p-1", "employee_number": "0007"}
    DirectoryEntry.objects.create(account=Account.objects.get(login="wu.zhiyuan"), **known)
    settings.PROVISIONING_MAX_COMPARED = 1

    found = Client().get("/scim/v2/Users", {"filter": text}, headers={"authorization": f"Bearer {key}"})

    assert [one["userName"] for one in found.json()["Resources"]] == ["wu.zhiyuan"]


def test_what_the_database_cannot_tell_is_compared(ask, key, market, settings):
    official("wu.zhiyuan", "吴志远", market, role("reviewer"))
    official("he.lan", "何岚", market, role("reviewer"))
    settings.PROVISIONING_MAX_COMPARED = 1

    for text in ('not (userName eq "he.lan")', 'userName eq "wu.zhiyuan" or emails.value co "wu"'):
        answer = Client().get("/scim/v2/Users", {"filter": text}, headers={"authorization": f"Bearer {key}"})
        assert answer.json()["scimType"] == "tooMany"


def test_a_key_needs_both_duties_and_must_be_good(ask, city):
    assert ask("GET", "Users", shown="tb_wrong_key").status_code == 401
    assert ask("GET", "Users", shown="x")["WWW-Authenticate"] == "Bearer"
    directory = Account.objects.get(login="directory")
    only = identity.make_token(actor=SYSTEM, account=directory, title="x", duties=["identity.manage"])[1]
    sync = identity.make_token(actor=SYSTEM, account=directory, title="y", duties=["provisioning.sync"])[1]

    assert ask("GET", "Users", shown=only).status_code == 403
    assert ask("POST", "Users", person(), shown=sync).status_code == 403
    assert ask("POST", "Groups", {"schemas": [GROUP], "displayName": "新局"}, shown=sync).status_code == 403
    with clock.at(clock.now() + timedelta(days=4000)):
        assert ask("GET", "Users").status_code == 401


def test_what_this_house_is_like(ask):
    told = Client().get("/scim/v2/ServiceProviderConfig").json()

    assert (told["patch"]["supported"], told["bulk"]["supported"], told["etag"]["supported"]) == (True, False, True)
    assert {one["id"] for one in ask("GET", "Schemas").json()["Resources"]} == {USER, GROUP, WORK}
    assert ask("GET", f"Schemas/{USER}").json()["id"] == USER
    assert ask("GET", "ResourceTypes/User").json()["endpoint"] == "/Users"
    assert ask("GET", "Bulk").status_code == 404
    assert ask("POST", "ServiceProviderConfig", {}).status_code == 405

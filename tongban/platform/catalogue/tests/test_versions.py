"""What is kept and told when a service is drafted, published and withdrawn; and who sees which of several."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Definition, Edition, FailedSearch, Heading, Service, Version
from tongban.platform.catalogue.tests.conftest import spoil

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def the_fact(name: str) -> Fact:
    return Fact.objects.filter(name=f"catalogue.{name}").order_by("pk").last()


def with_duty(department, *duties: str, area: str = "") -> Actor:
    reach = frozenset({department.pk})
    return Actor("staff", name="某人", grants=tuple(Grant(duty, reach, area) for duty in duties))


@pytest.fixture
def several(offices, sign):
    """The shop sign permit, a guide without online handling, one that was withdrawn, one that is only drafted."""
    made = {"sign": sign}
    for code, department, offered, kind in (
        ("guide", "health", True, "07"),
        ("gone", "health", False, "01"),
        ("drafted", "government-services", False, "01"),
    ):
        made[code] = Service.objects.create(
            code=code,
            name=f"事项{code}",
            department=offices[department],
            type=kind,
            area="990100",
            offered=offered,
            changed_at=MOMENT,
        )
    Version.objects.create(service=made["drafted"], number=1, digest="0" * 64, created_at=MOMENT)
    Heading.objects.create(service=made["guide"], kind="person", value="010")
    Heading.objects.create(service=made["gone"], kind="person", value="010")
    return made


def codes_of(found) -> set[str]:
    return {service.code for service in found}


def test_a_draft_is_kept_and_told(offices, folder, designer):
    with clock.at(MOMENT):
        version = catalogue.load(actor=designer, folder=folder).version

    kept = Version.objects.get(pk=version.pk)
    assert (kept.number, kept.state, kept.created_at) == (1, "draft", MOMENT)
    assert (kept.published_at, kept.ended_at, kept.warnings) == (None, None, [])
    assert Definition.objects.known(kept.digest)
    service = kept.service
    assert (service.code, service.name, service.department) == (
        "shop-sign",
        "店招设置许可",
        offices["urban-management"],
    )
    assert (service.offered, service.online, service.current, service.area) == (False, False, None, "990100")
    fact = the_fact("ServiceDrafted")
    assert fact.data == {"service_id": service.pk, "code": "shop-sign", "number": 1, "digest": kept.digest}
    assert (fact.subject, fact.actor) == ("service:shop-sign", "孙悦")


def test_a_newer_draft_ends_the_older_one_of_the_same_service_only(several, folder):
    first = catalogue.load(actor=SYSTEM, folder=folder)
    assert not first.changed
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    second = catalogue.load(actor=SYSTEM, folder=folder).version
    spoil(folder, "service.toml", "promised_days = 4", "promised_days = 5")
    with clock.at(MOMENT):
        third = catalogue.load(actor=SYSTEM, folder=folder).version

    assert [version.state for version in Version.objects.of(third.service_id)] == ["draft", "superseded", "published"]
    assert Version.objects.get(pk=second.pk).ended_at == MOMENT
    assert (third.number, second.number) == (3, 2)
    assert Version.objects.of(several["drafted"].pk).get().state == "draft"


def test_publishing_is_kept_and_told(offices, folder, designer):
    version = catalogue.load(actor=designer, folder=folder).version
    before = Edition.objects.current()

    with clock.at(MOMENT):
        catalogue.publish(actor=designer, version=version)

    kept = Version.objects.get(pk=version.pk)
    assert (kept.state, kept.published_at) == ("published", MOMENT)
    service = kept.service
    guide = kept.guide
    assert (service.name, service.summary, service.type) == (guide["name"], guide["summary"], guide["type"])
    assert (service.keywords, service.audience) == (guide["keywords"], guide["audience"])
    assert (service.english, service.level) == (guide.get("english", ""), guide.get("level", ""))
    assert (service.offered, service.online, service.current_id, service.changed_at) == (True, True, kept.pk, MOMENT)
    assert {(heading.kind, heading.value) for heading in service.headings.all()} >= {
        ("audience", value) for value in guide["audience"]
    }
    fact = the_fact("ServicePublished")
    assert fact.data == {"service_id": service.pk, "code": "shop-sign", "number": 1, "digest": kept.digest}
    assert (fact.subject, fact.actor) == ("service:shop-sign", "孙悦")
    assert Edition.objects.current() not in {"", before}


def test_the_version_before_ends_at_the_moment_of_the_next(sign, folder):
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    version = catalogue.load(actor=SYSTEM, folder=folder).version

    with clock.at(MOMENT):
        catalogue.publish(actor=SYSTEM, version=version)

    assert Version.objects.get(pk=sign.current_id).ended_at == MOMENT
    assert [version.number for version in Version.objects.published()] == [2]


def test_headings_of_the_version_before_are_gone(sign, folder):
    before = set(sign.headings.values_list("kind", "value"))
    audience = sign.current.guide["audience"]
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    text = (folder / "service.toml").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("topics_", "life_events"))]
    (folder / "service.toml").write_text("\n".join(kept))

    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    assert set(sign.headings.values_list("kind", "value")) == {("audience", value) for value in audience}
    assert len(before) > len(audience)


def test_withdrawing_is_kept_and_told_and_reaches_no_other(several, designer):
    before = Edition.objects.current()
    sign = several["sign"]

    with clock.at(MOMENT):
        catalogue.withdraw(actor=designer, service=sign, reason="并入其他事项")

    kept = Service.objects.get(pk=sign.pk)
    assert (kept.offered, kept.online, kept.current, kept.changed_at) == (False, False, None, MOMENT)
    version = Version.objects.of(sign.pk).get()
    assert (version.state, version.ended_at) == ("withdrawn", MOMENT)
    fact = the_fact("ServiceWithdrawn")
    assert fact.data == {"service_id": sign.pk, "code": "shop-sign", "number": 1}
    assert (fact.subject, fact.reason, fact.actor) == ("service:shop-sign", "并入其他事项", "孙悦")
    assert codes_of(Service.objects.offered()) == {"guide"}
    assert Edition.objects.current() != before


def test_a_withdrawn_version_comes_back_by_no_back_door(sign):
    version = sign.current
    catalogue.withdraw(actor=SYSTEM, service=sign, reason="x")

    with pytest.raises(catalogue.NotADraft):
        catalogue.publish(actor=SYSTEM, version=version)

    assert not Service.objects.offered().exists()


@pytest.mark.parametrize("duty", ["catalogue.design", "catalogue.publish"])
def test_designing_and_publishing_are_two_duties(offices, folder, duty):
    actor = with_duty(offices["urban-management"], duty)

    if duty == "catalogue.design":
        version = catalogue.load(actor=actor, folder=folder).version
        with pytest.raises(NotAllowed):
            catalogue.publish(actor=actor, version=version)
    else:
        with pytest.raises(NotAllowed):
            catalogue.load(actor=actor, folder=folder)
        catalogue.publish(actor=actor, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    assert Version.objects.published().exists() is (duty == "catalogue.publish")


@pytest.mark.parametrize("area", ["990200", "9901021"])
def test_a_duty_for_another_area_publishes_nothing(offices, folder, area):
    actor = with_duty(offices["urban-management"], "catalogue.design", "catalogue.publish", area=area)
    version = catalogue.load(actor=SYSTEM, folder=folder).version

    with pytest.raises(NotAllowed):
        catalogue.load(actor=actor, folder=folder)
    with pytest.raises(NotAllowed):
        catalogue.publish(actor=actor, version=version)


def test_what_was_sound_when_it_was_drafted_is_checked_again_when_it_is_published(offices, folder):
    """The office that the definition names may have lost its duty, or its key, in between."""
    version = catalogue.load(actor=SYSTEM, folder=folder).version
    broken = Definition.objects.get(digest=version.digest)
    broken.content["process"] = "<a/>"
    broken.save()

    with pytest.raises(catalogue.DefinitionBroken, match=r"process\.bpmn"):
        catalogue.publish(actor=SYSTEM, version=version)

    assert Version.objects.get(pk=version.pk).state == "draft"
    assert not Service.objects.offered().exists()


@pytest.mark.parametrize(
    ("duty", "department", "seen"),
    [
        ("", "", {"sign", "guide"}),
        ("catalogue.design", "health", {"sign", "guide", "gone"}),
        ("catalogue.publish", "health", {"sign", "guide", "gone"}),
        ("catalogue.design", "government-services", {"sign", "guide", "drafted"}),
        ("cases.read", "health", {"sign", "guide"}),
    ],
)
def test_what_is_not_offered_is_seen_by_its_designers_only(several, offices, duty, department, seen):
    actor = with_duty(offices[department], duty) if duty else ANONYMOUS
    codes = {several[name].code for name in seen}

    assert codes_of(Service.objects.visible_to(actor)) == codes


@pytest.mark.parametrize(
    ("duty", "department", "seen"),
    [("", "", 1), ("catalogue.design", "government-services", 2), ("catalogue.publish", "health", 1)],
)
def test_a_draft_is_seen_by_its_designers_only(several, offices, duty, department, seen):
    actor = with_duty(offices[department], duty) if duty else ANONYMOUS

    assert Version.objects.visible_to(actor).count() == seen


def test_designers_work_on_what_has_a_definition(several, offices):
    actor = with_duty(offices["government-services"], "catalogue.design")
    everybody = Actor("staff", grants=(Grant("catalogue.design"),))

    assert codes_of(Service.objects.designed_by(actor)) == {"drafted"}
    assert codes_of(Service.objects.designed_by(everybody)) == {"drafted", "shop-sign"}
    assert not Service.objects.designed_by(ANONYMOUS).exists()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (lambda all_: all_.offered(), {"shop-sign", "guide"}),
        (lambda all_: all_.online(), {"shop-sign"}),
        (lambda all_: all_.begun(), {"shop-sign"}),
        (lambda all_: all_.guides_only(), {"guide"}),
        (lambda all_: all_.coded("guide"), {"guide"}),
        (lambda all_: all_.coded("gui"), set()),
        (lambda all_: all_.coded("guide'--"), set()),
        (lambda all_: all_.typed("07"), {"guide"}),
        (lambda all_: all_.under("person", "010"), {"guide", "gone"}),
        (lambda all_: all_.under("business", "999"), set()),
        (lambda all_: all_.popular(), {"shop-sign"}),
    ],
)
def test_services_are_found_by_what_they_are(several, question, found):
    assert codes_of(question(Service.objects.all())) == found


def test_services_are_counted_as_people_find_them(several, offices):
    sign = several["sign"]

    assert Service.objects.counted_by_type() == {sign.type: 1, "07": 1}
    assert Service.objects.counted_by_department() == {sign.department_id: 1, offices["health"].pk: 1}
    assert Heading.objects.counted()[("person", "010")] == 1
    assert {row[0] for row in Heading.objects.of_offered()} == {sign.pk, several["guide"].pk}
    assert set(Heading.objects.of([several["gone"].pk])) == {(several["gone"].pk, "person", "010")}
    assert [row[0] for row in Service.objects.for_index()] == [sign.pk, several["guide"].pk]


def test_services_of_an_office_or_with_a_definition_are_told_apart(several, offices):
    known = Service.objects.by_code(["shop-sign", "guide", "no-such"])

    assert set(known) == {"shop-sign", "guide"}
    assert Service.objects.defined(known) == {"shop-sign"}
    assert codes_of(Service.objects.of(offices["health"])) == {"guide", "gone"}
    assert set(Service.objects.applied_for()) == {"shop-sign"}
    assert codes_of(Service.objects.for_audiences(several["sign"].audience)) == {"shop-sign"}
    assert codes_of(Service.objects.for_audiences(["99"])) == set()


@pytest.mark.parametrize("code", ["", "no-such", "a b", "店招", "x" * 65, "shop-sign\0"])
def test_nothing_is_begun_or_shown_under_a_code_that_is_none(several, code):
    assert Service.objects.begun_as(code) is None
    assert Service.objects.offered_as(code) is None


def test_what_is_offered_and_what_can_be_begun_differ(several):
    assert Service.objects.begun_as("shop-sign") == Service.objects.offered_as("shop-sign") == several["sign"]
    assert Service.objects.begun_as("guide") is None
    assert Service.objects.offered_as("guide") == several["guide"]
    assert Service.objects.offered_as("gone") is None


def test_lists_for_designers_say_which_draft_is_the_newest(several, folder):
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    catalogue.load(actor=SYSTEM, folder=folder)

    rows = {
        service.code: (service.current and service.current.number, service.draft)
        for service in (Service.objects.with_versions())
    }

    assert rows == {"shop-sign": (1, 2), "guide": (None, None), "gone": (None, None), "drafted": (None, 1)}


def test_a_version_is_found_by_its_number_and_in_the_order_of_services(several):
    assert [version.number for version in Version.objects.of(several["sign"].pk).numbered(1)] == [1]
    assert not Version.objects.of(several["sign"].pk).numbered(2).exists()
    assert [version.service.code for version in Version.objects.listed()] == ["drafted", "shop-sign"]


def test_a_version_whose_definition_is_lost_says_so(several):
    with pytest.raises(ObjectDoesNotExist, match="no definition has the digest 000"):
        assert Version.objects.of(several["drafted"].pk).get().guide


def test_questions_in_vain_are_looked_at_since_a_day():
    for day, text in ((date(2026, 3, 1), "遛狗证"), (date(2026, 3, 5), "养猫证")):
        FailedSearch.objects.create(day=day, text=text)

    assert [row.text for row in FailedSearch.objects.recent(since=date(2026, 3, 2))] == ["养猫证"]
    assert FailedSearch.objects.recent(since=date(2026, 3, 1)).count() == 2


def test_every_change_is_an_edition_of_its_own(offices):
    marks = []
    for _ in range(3):
        Edition.objects.bump()
        marks.append(Edition.objects.current())

    assert len(set(marks)) == 3
    assert Edition.objects.cached() == marks[-1]
    assert Edition.objects.count() == 1

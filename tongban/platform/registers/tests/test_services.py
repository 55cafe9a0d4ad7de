from datetime import date

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.parties import services as parties
from tongban.platform.registers import ports
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Correction, Entry, Lookup, Register
from tongban.platform.registers.tests.conftest import DATA, FIELDS

pytestmark = pytest.mark.django_db


def look_up(actor, party, **changes):
    said = {"register": "population", "purpose": "核对居住证申请", "subject": "case:12"} | changes
    return registers.look_up(actor=actor, party=party, **said)


def report(actor, **changes):
    said = {"register": "population", "field": "district", "value": "青石区", "explanation": "去年搬家了"} | changes
    return registers.report_error(actor=actor, **said)


def test_declaring_a_register_twice_changes_nothing(register, departments):
    again = registers.declare(
        actor=SYSTEM,
        key="population",
        title="人口基本信息",
        department=departments["public-security"],
        holder="person",
        basis="户口登记条例",
        fields=FIELDS,
    )

    assert again.declared_at == register.declared_at
    assert Fact.objects.filter(name="registers.RegisterDeclared").count() == 1


def test_a_wrong_declaration_is_refused_with_its_place(departments):
    with pytest.raises(Invalid) as refusal:
        registers.declare(
            actor=SYSTEM, key="x", title="X", department=departments["health"], fields=[{"name": "A", "title": "甲"}]
        )

    assert list(refusal.value.errors) == ["field.1.name"]


def test_a_register_is_declared_by_those_who_may(departments, reviewer, as_actor):
    with pytest.raises(NotAllowed):
        registers.declare(actor=as_actor(reviewer), key="x", title="X", department=departments["health"], fields=FIELDS)

    assert not Register.objects.exists()


@pytest.mark.requirement("QUA-07")
def test_an_entry_is_encrypted_where_it_rests(entry, django_assert_num_queries):
    (raw,) = Entry.objects.extra(select={"raw": "data"}).values_list("raw", flat=True)

    assert "林晓云" not in str(raw)


def test_newer_data_replaces_older_and_not_the_other_way_round(entry, person):
    registers.put(
        actor=SYSTEM,
        register="population",
        party=person.party,
        data={**DATA, "district": "青石区"},
        as_of=date(2026, 11, 1),
        source="人口库",
    )

    with pytest.raises(registers.Outdated):
        registers.put(
            actor=SYSTEM, register="population", party=person.party, data=DATA, as_of=date(2026, 1, 1), source="旧库"
        )
    assert Entry.objects.get().data["district"] == "青石区"


def test_data_that_was_not_declared_is_refused(register, person):
    with pytest.raises(Invalid) as refusal:
        registers.put(
            actor=SYSTEM,
            register="population",
            party=person.party,
            data={"religion": "无"},
            as_of=date(2026, 1, 1),
            source="x",
        )

    assert list(refusal.value.errors) == ["religion"]


def test_a_register_of_people_takes_no_organisation(register):
    company = parties.register_organisation(actor=SYSTEM, name="禾香餐饮", uscc="11990100MB99000056")

    with pytest.raises(registers.WrongHolder):
        registers.put(actor=SYSTEM, register="population", party=company, data={}, as_of=date(2026, 1, 1), source="x")


def test_the_person_gets_everything_about_themself(entry, person, as_actor):
    answer = look_up(as_actor(person), person.party)

    assert answer.data == DATA
    assert (answer.title, answer.source, answer.as_of) == ("人口基本信息", "云泽市公安局", date(2026, 10, 31))
    assert answer.rows[0] == ("姓名", "林晓云")


def test_the_house_gets_what_an_application_needs_and_no_more(entry, person):
    answer = look_up(SYSTEM, person.party, fields=["district"])

    assert answer.data == {"district": "临湖区"}
    assert Lookup.objects.get().fields == ["district"]


@pytest.mark.requirement("QUA-07")
def test_an_official_with_the_duty_does_not_get_sensitive_fields(entry, person, reviewer, as_actor):
    answer = look_up(as_actor(reviewer), person.party)

    assert "benefits" not in answer.data
    assert answer.data["name"] == "林晓云"


def test_an_official_with_both_duties_gets_sensitive_fields(entry, person, staff, as_actor):
    official = staff("zhao", "赵国清", "public-security", "registers.look_up", "registers.look_up_sensitive")

    assert look_up(as_actor(official), person.party).data["benefits"] == ["低保"]


@pytest.mark.parametrize("changes", [{"purpose": " "}, {"subject": ""}])
def test_nobody_reads_without_purpose_and_matter(entry, person, as_actor, changes):
    with pytest.raises(registers.NoPurpose):
        look_up(as_actor(person), person.party, **changes)

    assert not Lookup.objects.exists()


def test_an_official_of_another_department_is_refused(entry, person, staff, as_actor):
    official = staff("tang", "唐宇", "health", "registers.look_up")

    with pytest.raises(NotAllowed):
        look_up(as_actor(official), person.party)

    assert Fact.objects.filter(name="identity.AccessDenied").count() == 1
    assert not Lookup.objects.exists()


def test_a_stranger_is_refused(entry, person, stranger, as_actor):
    with pytest.raises(NotAllowed):
        look_up(as_actor(stranger), person.party)


def test_a_look_up_keeps_who_when_why_and_what(entry, person, reviewer, as_actor):
    look_up(as_actor(reviewer), person.party)

    kept = Lookup.objects.get()
    assert (kept.name, kept.department) == ("吴志远", "云泽市公安局")
    assert (kept.purpose, kept.subject, kept.found) == ("核对居住证申请", "case:12", True)
    assert kept.field_titles == ["姓名", "出生日期", "所在区"]
    assert Fact.objects.get(name="registers.RegisterLookedUp").subject == "case:12"


def test_a_look_up_that_finds_nothing_is_kept_too(register, person, reviewer, as_actor):
    with pytest.raises(registers.NoEntry):
        look_up(as_actor(reviewer), person.party)

    assert Lookup.objects.get().found is False


def test_an_unknown_register_is_refused(person, as_actor):
    with pytest.raises(registers.UnknownRegister):
        look_up(as_actor(person), person.party, register="no-such")


def test_only_ones_own_look_ups_are_visible(entry, person, stranger, reviewer, as_actor):
    look_up(as_actor(reviewer), person.party)

    assert Lookup.objects.visible_to(as_actor(person)).count() == 1
    assert not Lookup.objects.visible_to(as_actor(stranger)).exists()
    assert not Lookup.objects.visible_to(as_actor(reviewer)).exists()


def test_a_reported_error_is_decided_by_the_registers_steward(entry, person, steward, as_actor):
    correction = report(as_actor(person))

    registers.accept(actor=as_actor(steward), correction=correction, reason="经核实，确已迁居")

    row = Entry.objects.get()
    assert row.data["district"] == "青石区"
    assert row.data["name"] == "林晓云"
    kept = Correction.objects.get()
    assert (kept.state, kept.was, kept.decider_name) == ("accepted", "临湖区", "孙悦")
    assert Fact.objects.get(name="registers.CorrectionDecided").reason == "经核实，确已迁居"


def test_a_declined_correction_leaves_the_register_as_it_is(entry, person, steward, as_actor):
    correction = report(as_actor(person))

    registers.decline(actor=as_actor(steward), correction=correction, reason="与户籍档案不符")

    assert Entry.objects.get().data["district"] == "临湖区"
    assert Correction.objects.get().state == "declined"


def test_a_correction_is_decided_once(entry, person, steward, as_actor):
    correction = report(as_actor(person))
    registers.decline(actor=as_actor(steward), correction=correction, reason="与户籍档案不符")

    with pytest.raises(registers.DecidedAlready):
        registers.accept(actor=as_actor(steward), correction=correction, reason="改主意了")


def test_a_decision_needs_a_reason(entry, person, steward, as_actor):
    correction = report(as_actor(person))

    with pytest.raises(Invalid):
        registers.decline(actor=as_actor(steward), correction=correction, reason=" ")


def test_another_departments_steward_neither_sees_nor_decides(entry, person, staff, as_actor):
    other = as_actor(staff("he", "何岚", "health", "registers.steward"))
    correction = report(as_actor(person))

    with pytest.raises(NotAllowed):
        registers.accept(actor=other, correction=correction, reason="可以")
    assert not Correction.objects.visible_to(other).exists()


def test_a_field_is_being_checked_once_at_a_time(entry, person, as_actor):
    report(as_actor(person))

    with pytest.raises(registers.CorrectionOpen):
        report(as_actor(person))


def test_a_value_that_does_not_fit_the_field_is_refused_when_it_is_reported(entry, person, as_actor):
    with pytest.raises(Invalid) as refusal:
        report(as_actor(person), field="born_on", value="春天")

    assert list(refusal.value.errors) == ["value"]


def test_nobody_reports_an_error_about_another(entry, stranger, as_actor):
    with pytest.raises(registers.NoEntry):
        report(as_actor(stranger))


def test_matters_are_described_by_the_rooms_they_live_in(monkeypatch):
    monkeypatch.setattr(ports, "_kinds", Registry("description of matters"))
    ports.register("case", lambda keys: {key: ports.Matter(f"办件 {key}", f"/cases/{key}/") for key in keys})

    assert ports.described(["case:12", "case:13", "draft:x"]) == {
        "case:12": ("办件 12", "/cases/12/"),
        "case:13": ("办件 13", "/cases/13/"),
    }

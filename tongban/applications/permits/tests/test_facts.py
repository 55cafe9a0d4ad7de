"""Nothing on a licence or in a decision differs from its register without a word, whatever the definition."""

import re
import tomllib
from datetime import date

import pytest
from django.utils import translation

from tests.cast import definition, definitions, example
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import facts
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.registers import services as registers

pytestmark = [pytest.mark.django_db, pytest.mark.found("A1")]

# What acts on a licence is begun by whoever holds one, and has the form of the service that gave it.
SERVICES = sorted(
    folder.name
    for folder in definitions()
    if (folder / "form.json").exists() and "[acts_on]" not in (folder / "service.toml").read_text()
)
ANSWER = re.compile(r"answers\.([a-z_]+)")
LIN = {
    "name": "林晓云",
    "id_number": "990102199003124024",
    "sex": "女",
    "birth_date": "1990-03-12",
    "nation": "汉族",
    "household_address": "云山县青塘镇8号",
    "residence_address": "云泽市临湖区湖滨大道66号3幢502室",
}
# Old enough for the allowance, and at home here.
OLD = {"birth_date": "1940-03-12", "household_address": "云泽市临湖区柳岸街9号"}
OTHERWISE = {"birth_date": "1924-03-12", "sex": "男", "uscc": "91990103MA99QR023H", "id_number": "990102194002153015"}


@pytest.mark.parametrize("service", SERVICES)
def test_what_papers_say_of_a_register_is_the_registers_or_both_are_told(cast, service):
    case = begun(cast, service)
    form, actor = cases.plan_of(case.version).form, actor_for(cast, case)
    decided = deciding(form, service)
    told = sorted({*facts_on_paper(case)} & {*form.relevant({**case.answers, **decided})})
    forged = {name: other(form.fields[name]) for name in told}

    case = cases.fill(actor=actor, case=case, answers={**decided, **forged}, revision=case.revision)

    with translation.override("zh-hans"):
        summary = {
            label: text
            for _title, rows in form.summary(case.answers, remarks=cases.remarks(case))
            for label, text in rows
        }
    for name in told:
        field, registered = form.fields[name], case.facts[form.fields[name].prefill]
        if field.editable:
            assert case.answers[name] == forged[name]
            assert f"登记为{registered}" in summary[field.label]
        else:
            assert case.answers[name] == registered
            assert "与登记不一致" not in summary[field.label]


@pytest.mark.parametrize("service", SERVICES)
def test_the_interface_refuses_another_value_and_names_both(cast, service):
    case = begun(cast, service)
    form = cases.plan_of(case.version).form
    name = next(name for name in form.fields if name in case.sources and name in form.fixed())

    with pytest.raises(eforms.FixedFacts) as refused:
        cases.must_agree(case, {name: other(form.fields[name])})

    assert str(case.answers[name]) in refused.value.errors[name][0]


def test_birth_and_sex_come_from_the_number_where_the_register_is_silent(cast):
    case = begun(cast, "residence-permit", silent=("birth_date", "sex"))

    assert case.answers["birth_date"] == "1990-03-12"
    assert case.answers["sex"] == "女"


def test_what_no_register_says_is_told_to_be_the_applicants_word(cast):
    case = begun(cast, "residence-permit", silent=("nation",))

    case = cases.fill(actor=cast.actor("citizen"), case=case, answers={"nation": "汉族"}, revision=case.revision)

    with translation.override("zh-hans"):
        assert "未经核对" in cases.remarks(case)["nation"]


def test_a_table_takes_the_age_from_the_register_and_not_from_what_was_typed(cast):
    case = begun(cast, "senior-allowance")
    forged = {"birth_date": "1924-03-12", "id_number": "990102192403124026", "low_income": False}

    case = cases.fill(actor=cast.actor("citizen"), case=case, answers=forged, revision=case.revision)

    age = facts.age(case, date(2026, 11, 28))
    assert age == 86
    assert cases.plan_of(case.version).decision(case.answers, date(2026, 11, 28), age)["monthly_fen"] == 10000


def begun(cast, service: str, silent: tuple[str, ...] = (), *, young: bool = False) -> Case:
    """Begin an application for somebody of whom the registers know everything, but what they are silent about."""
    guide = tomllib.loads((definition(service) / "service.toml").read_text())
    for key in {guide["department"], *(role["department"] for role in guide["role"])}:
        if not Department.objects.filter(key=key).exists():
            identity.put_department(
                actor=SYSTEM, key=key, name=key, parent=Department.objects.get(key="city"), area="990100", uscc=""
            )
    more = OLD if service == "senior-allowance" and not young else {}
    draft = catalogue.load(actor=SYSTEM, folder=definition(service))
    catalogue.publish(actor=SYSTEM, version=draft.version)
    registers.put(
        actor=SYSTEM,
        register="population",
        party=cast.people["citizen"],
        data={name: value for name, value in {**LIN, **more}.items() if name not in silent},
        as_of=date(2026, 2, 1),
        source="人口库",
    )
    actor = cast.actor("citizen" if "1" in guide["audience"] else "agent")
    rehearsal.assure(Service.objects.get(code=service), actor)
    return cases.begin(actor=actor, service=service)


def actor_for(cast, case: Case):
    return cast.actor("citizen" if case.applicant_id == cast.people["citizen"].pk else "agent")


def facts_on_paper(case: Case) -> list[str]:
    """Return the questions whose answers a register has and a paper of the service shows."""
    plan = cases.plan_of(case.version)
    text = "\n".join([*plan.templates.values(), plan.guide["result"].get("number_format", ""), *plan.tables.values()])
    named = {*ANSWER.findall(text), *plan.form.names()}
    return sorted(name for name in named if eforms.is_fact(plan.form.fields[name].prefill) and name in case.sources)


def deciding(form, service: str) -> dict[str, str]:
    """Return what must be answered before some of what registers know is asked at all, as the first example does."""
    waited_for = {name for asked in form.prefills() for name in (form.fields[asked].when or {}).get("required", ())}
    return {name: value for name, value in example(service)["answers"].items() if name in waited_for}


def other(field) -> str:
    return OTHERWISE.get(field.name, f"别处的{field.label}99号")


@pytest.mark.found("B4")
def test_somebody_of_thirty_six_is_told_before_beginning_and_cannot_begin(cast):
    with pytest.raises(cases.NotEligible):
        begun(cast, "senior-allowance", young=True)
    browser = cast.browser("citizen")

    page = browser.get("/cases/begin/senior-allowance/").content.decode()
    answer = browser.post("/cases/begin/senior-allowance/")

    assert "尚未到80岁" in page
    assert "第三条：发放对象为八十周岁以上的老年人" in page
    assert "开始办理</button>" not in page
    assert answer.status_code == 422
    assert not Case.objects.filter(version__service__code="senior-allowance").exists()

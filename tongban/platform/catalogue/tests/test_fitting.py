"""The parts of a definition fit together: whatever names something that is not there is told, with its place."""

import pytest

from tongban.platform.catalogue.rules import consistency
from tongban.platform.catalogue.tests.signs import DELETED, INSPECTION, guide, parts, told

VISIT = {"accept": ("accept", "window"), "visit": ("inspect", "approver"), "approve": ("approve", "approver")}
STAGE = {"key": "visit", "name": "核查", "who": "局", "days": 0, "standard": "相符", "result": "意见"}
WITH_VISIT = {"stage.2": STAGE, "inspection": [INSPECTION]}
NO_TABLES = {"tables": {}}
AT_ONCE = {"handling": "instant", "instant": {"table": "yes.dmn", "source": "条例"}}
COMMITTED = {"commitment": {"conditions": ["牢固"], "check_days": 20, "role": "review", "source": "条例"}}
LATER = {"deferral": {"days": 5, "source": "条例"}}
AGAIN = {"same": ["shop_name"], "open": "refuse", "granted": "warn", "text": "已有。", "english": "There is one."}
AGAIN |= {"source": "办理规则"}
TWICE = "appears here twice. Rename or remove one."

# What is wrong: changes of the guide, changes of what surrounds it, place, sentence.
FAULTS = {
    "a folder of another name": (
        {},
        {"folder": "sign"},
        "code",
        "The code is “shop-sign”, but the folder is called “sign”. Give both the same name.",
    ),
    "a material twice": (
        {"material.1": guide()["material"][0]},
        {},
        "material[design]",
        f"“design” {TWICE}",
    ),
    "a stage twice": ({"stage.2": guide()["stage"][1]}, {}, "stage[approve]", f"“approve” {TWICE}"),
    "a role twice": ({"role.2": guide()["role"][0]}, {}, "role[window]", f"“window” {TWICE}"),
    "a task without a stage": (
        {"stage.1": DELETED},
        {},
        "stage",
        "The task “approve” of process.bpmn has no stage. Add a [[stage]] with this key: "
        "people must be able to see who does it and how long it takes.",
    ),
    "a task of nobody": (
        {"role.0": DELETED},
        {},
        "role",
        "The task “accept” is given to the role “window”, which has no department. "
        "Add a [[role]] with this key and its department.",
    ),
    "a stage without a task": (
        {"stage.2": STAGE},
        {},
        "stage[visit]",
        "process.bpmn has no task with this id. Use the id of a task, or “issue” for what follows the decision.",
    ),
    "a role that nothing uses": (
        {"role.2": {"key": "review", "department": "urban-management"}},
        {},
        "role[review]",
        "No task of process.bpmn uses this role. Remove it.",
    ),
    "a material that cannot come": (
        {"material.0.accept": DELETED},
        {},
        "material[design]",
        "The material can neither be uploaded nor fetched. "
        "Add “accept” with the file types, or “fetch” with the source.",
    ),
    "a sample that is not there": (
        {},
        {"media": ()},
        "material[design].sample",
        "The file “design-sample.png” is not in the folder. Add it as PNG, JPEG or PDF, or remove the line.",
    ),
    "a condition on a question nobody asks": (
        {},
        {"fields": {"shop_name"}},
        "material[design].when",
        "The condition looks at “lit”, which form.json does not ask. Correct the name, or ask it in the form.",
    ),
    "a condition that is none": (
        {"material.0.when.type": 5},
        {},
        "material[design].when.type",
        "The condition is not a JSON Schema of 2020-12. "
        'Write it like { properties = { answer = { const = true } }, required = ["answer"] }.',
    ),
    "a condition that points out of the folder": (
        {"material.0.when": {"$ref": "https://example.invalid/schema"}},
        {},
        "material[design].when",
        "The condition is not a JSON Schema of 2020-12. "
        'Write it like { properties = { answer = { const = true } }, required = ["answer"] }.',
    ),
    "a department nobody knows": (
        {"role.1.department": "government-services"},
        {"departments": {"government-services"}},
        "department",
        "No department has the key “urban-management”. Correct the key, or add the department first.",
    ),
    "a role of a department nobody knows": (
        {"role.0.department": "moon"},
        {},
        "role[window].department",
        "No department has the key “moon”. Correct the key, or add the department first.",
    ),
    "a picture that is a drawing": (
        {"result.photo": "design"},
        {},
        "result.photo",
        "“design” is not a material that is submitted as a picture. "
        "Name a material whose “accept” says jpg, png or both.",
    ),
    "a picture of whatever comes": (
        {"result.photo": "design", "material.0.accept": DELETED, "material.0.fetch": {"register": "shops"}},
        {},
        "result.photo",
        "“design” is not a material that is submitted as a picture. "
        "Name a material whose “accept” says jpg, png or both.",
    ),
    "a refusal for ever": (
        {"again": {**AGAIN, "granted": "refuse"}, "result": {"kind": "approval", "name": "批复"}},
        {},
        "again.granted",
        "Nobody could ever apply again: the system does not learn when what was granted ends. "
        "Write “warn”: the applicant confirms, and whoever decides reads it.",
    ),
    "the same of what nobody asks": (
        {"again": {**AGAIN, "same": ["shop_name", "colour"]}},
        {},
        "again.same",
        "“colour” does not exist in form.json. Correct the name.",
    ),
    "an inspection of no task": (
        {"inspection": [INSPECTION]},
        {},
        "inspection[visit].task",
        "process.bpmn has no task of the kind “inspect” with this id. Use the id of a task.",
    ),
    "an inspection of a task of another kind": (
        {"inspection": [{**INSPECTION, "task": "approve"}]},
        {},
        "inspection[approve].task",
        "process.bpmn has no task of the kind “inspect” with this id. Use the id of a task.",
    ),
    "an inspection twice": (
        {**WITH_VISIT, "inspection": [INSPECTION, INSPECTION]},
        {"tasks": VISIT},
        "inspection[visit]",
        f"“visit” {TWICE}",
    ),
    "a point twice": (
        {**WITH_VISIT, "inspection": [{**INSPECTION, "point": INSPECTION["point"] * 2}]},
        {"tasks": VISIT},
        "inspection[visit]",
        f"“size” {TWICE}",
    ),
    **{
        f"an inspection that asks for a {key} nobody gives": (
            {**WITH_VISIT, "inspection": [{**INSPECTION, key: "shop"}]},
            {"tasks": VISIT},
            f"inspection[visit].{key}",
            "“shop” does not exist in form.json. Correct the name.",
        )
        for key in ("address", "contact", "phone")
    },
    "a table of nothing": (
        AT_ONCE,
        NO_TABLES,
        "instant.table",
        "The file “yes.dmn” is not in the folder. Add it, or correct the name.",
    ),
    "a table that gives no reason": (
        AT_ONCE,
        {"tables": {"yes.dmn": ["outcome"]}},
        "instant.table",
        "The table “yes.dmn” does not say “reason”. "
        "It needs two outputs: outcome, which is “grant” for a yes, and reason.",
    ),
    "a table that says neither yes nor no": (
        AT_ONCE,
        {"tables": {"yes.dmn": ["reason"], "fee.dmn": ["outcome"]}},
        "instant.table",
        "The table “yes.dmn” does not say “outcome”. "
        "It needs two outputs: outcome, which is “grant” for a yes, and reason.",
    ),
    "a commitment nobody checks": (
        COMMITTED,
        {},
        "commitment.role",
        "No [[role]] has the key “review”, so no office would check. Use the key of a [[role]].",
    ),
    "a material for some day": (
        {"material.0.deferrable": True},
        {},
        "material[design].deferrable",
        "The material may be brought later, but nothing says by when. Add [deferral] with its days and source.",
    ),
    "days for no material": (
        LATER,
        {},
        "deferral",
        "No material may be brought later. Write deferrable = true where one may, or remove [deferral].",
    ),
}
WARNINGS = {"a role that nothing uses", "a material for some day", "days for no material"}


@pytest.mark.parametrize("what", FAULTS)
def test_what_does_not_fit_is_told_alone_with_its_place(what):
    changes, around, place, sentence = FAULTS[what]

    found = list(consistency.problems(guide(changes), parts(**around)))

    assert told(found) == {(place, sentence)}
    assert {(problem.file, problem.severity) for problem in found} == {
        ("service.toml", "warning" if what in WARNINGS else "error")
    }


@pytest.mark.parametrize(
    ("changes", "around"),
    [
        pytest.param({}, {}, id="the whole guide"),
        pytest.param({"material": DELETED}, {"media": ()}, id="no materials at all"),
        pytest.param({"material.0.when": DELETED}, {"fields": {"shop_name"}}, id="a material for everybody"),
        pytest.param({"material.0.accept": DELETED, "material.0.fetch": {"licence": "a"}}, {}, id="only fetched"),
        pytest.param({"result.photo": "design", "material.0.accept": ["png", "jpg"]}, {}, id="a picture"),
        pytest.param({"stage.2": {**STAGE, "key": "issue"}}, {}, id="what follows the decision"),
        pytest.param({"stage.2": {**STAGE, "key": "deliver"}}, {}, id="how the result comes"),
        pytest.param({"stage.2": STAGE}, {"tasks": {}}, id="a process that cannot be read"),
        pytest.param(
            {"role.2": {"key": "review", "department": "urban-management"}}, {"tasks": {}}, id="nor its roles"
        ),
        pytest.param(
            {"role.2": {"key": "review", "department": "urban-management"}},
            {"tasks": {"accept": ("accept", "window"), "approve": ("approve", "")}},
            id="a task for whom a list names",
        ),
        pytest.param({"department": "moon"}, {"departments": None}, id="a city without departments yet"),
        pytest.param({"material.0.when.required": ["size"]}, {"fields": ()}, id="a form that cannot be read"),
        pytest.param({"again": {**AGAIN, "granted": "refuse"}}, {}, id="a licence ends in the register"),
        pytest.param({"again": {**AGAIN, "same": ["colour"]}}, {"fields": ()}, id="the same, form unread"),
        pytest.param(WITH_VISIT, {"tasks": VISIT}, id="an inspection"),
        pytest.param({"inspection": [INSPECTION]}, {"tasks": {}}, id="an inspection, process unread"),
        pytest.param(
            {**WITH_VISIT, "inspection": [{**INSPECTION, "address": "shop"}]},
            {"tasks": VISIT, "fields": ()},
            id="an inspection, form unread",
        ),
        pytest.param(AT_ONCE, {"tables": {"yes.dmn": ["reason", "outcome", "more"]}}, id="at once"),
        pytest.param(AT_ONCE, {"tables": None}, id="at once, a table unread"),
        pytest.param({"commitment": {**COMMITTED["commitment"], "role": "approver"}}, {}, id="a commitment"),
        pytest.param({**LATER, "material.0.deferrable": True}, {}, id="a material within some days"),
        pytest.param({"material.0.deferrable": False}, {}, id="a material that is needed at once"),
    ],
)
def test_what_fits_is_let_through(changes, around):
    assert told(consistency.problems(guide(changes), parts(**around))) == set()


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ({"properties": {"b": {}, "a": {}}}, {"a", "b"}),
        ({"required": ["a"], "properties": {"b": {"const": 1}}}, {"a", "b"}),
        ({"allOf": [{"required": ["a"]}, {"properties": {"b": {}}}]}, {"a", "b"}),
        ({"anyOf": [{"required": ["a"]}]}, {"a"}),
        ({"oneOf": [{"anyOf": [{"required": ["a"]}]}]}, {"a"}),
        ({"not": {"required": ["a"]}, "required": ["b"]}, {"a", "b"}),
        ({"properties": {"lit": {"properties": {"inside": {}}}}}, set()),
        (True, set()),
    ],
)
def test_a_condition_looks_at_answers_however_it_is_built(condition, names):
    found = consistency.problems(guide({"material.0.when": {"allOf": [condition]}}), parts(fields={"lit", "shop_name"}))

    assert {problem.details["name"] for problem in found} == names


@pytest.mark.parametrize("key", ["licence_kind", "licence_kind_code", "number_format"])
def test_a_licence_needs_its_kind_its_code_and_its_number(key):
    found = consistency.problems(guide({f"result.{key}": DELETED}), parts())

    assert told(found) == {("result", f"A licence needs “{key}”. Add it, or choose another kind of result.")}


@pytest.mark.parametrize(
    ("valid", "clear"),
    [
        ({}, False),
        ({"valid_years": 2}, True),
        ({"valid_days": 90}, True),
        ({"validity": "long"}, True),
        ({"valid_years": 2, "valid_days": 90}, False),
        ({"valid_years": 2, "validity": "long"}, False),
    ],
)
def test_a_licence_says_in_one_way_how_long_it_is_valid(valid, clear):
    changes = {"result.valid_years": DELETED}
    changes |= {f"result.{name}": value for name, value in valid.items()}

    found = told(consistency.problems(guide(changes), parts()))

    remedy = 'Write exactly one of: valid_years, valid_days, validity = "long".'
    unclear = f"It must be clear how long the licence is valid. {remedy}"
    assert found == (set() if clear else {("result", unclear)})


@pytest.mark.parametrize("missing", ["licence.md", "documents/face.md"])
def test_a_licence_needs_the_files_that_say_what_appears_on_it(missing):
    there = {"licence.md", "documents/face.md"} - {missing}

    (found,) = consistency.problems(guide(), parts(templates=there))

    assert (found.file, found.place, found.severity) == (missing, "", "error")
    assert "the file that says what appears on it is missing" in found.text


def test_a_result_that_is_no_licence_needs_none_of_it():
    result = {"kind": "approval", "name": "批复"}

    assert told(consistency.problems(guide({"result": result}), parts(templates=()))) == set()


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("DZ{year}{serial:06}", set()),
        ("{area}{year}{serial}{check}", set()),
        ("{serial:6}-{check}", set()),
        ("没有编号", set()),
        ("{% if answers.lit %}L{% endif %}{serial:06}", set()),
        ("{{ answers.shop_name }}{serial:04}", set()),
        ("{year}", {"Two licences could get the same number."}),
        (
            "{serials:06}",
            {"Nothing fills the placeholder {serials} of the number.", "Two licences could get the same number."},
        ),
        ("{}{serial}", {"Nothing fills the placeholder {} of the number."}),
        ("{check}{serial:06}", {"The check digit is not at the end of the number."}),
        ("{serial:06}{check}号", {"The check digit is not at the end of the number."}),
        ("{serial:06}{check}{{ answers.lit }}", set()),
    ],
)
def test_the_number_of_a_licence_can_be_filled_and_is_given_once(pattern, wanted):
    found = list(consistency.problems(guide({"result.number_format": pattern}), parts()))

    assert {problem.text % problem.details for problem in found} == wanted
    assert all(problem.place == "result.number_format" for problem in found)


@pytest.mark.parametrize(
    ("kind", "place", "code"),
    [
        ("person", "topics_person", "060"),
        ("business", "topics_business", "010"),
        ("event", "life_events", "open-restaurant"),
        ("type", "type", "01"),
        ("level", "level", "3"),
        ("audience", "audience", "6"),
    ],
)
def test_a_heading_is_one_of_the_list_in_force(kind, place, code):
    about = guide({"topics_person": ["060"]})
    known = {"other", "2"} if kind == "audience" else {"other"}

    refused = told(consistency.problems(about, parts(headings={kind: known})))

    assert refused == {(place, f"The code list has no “{code}”. Use a code from the list that is in force.")}
    assert told(consistency.problems(about, parts(headings={kind: {*known, code}}))) == set()


def test_several_places_are_told_one_by_one():
    changes = {"role.0.department": "moon", "role.1.department": "sun", "department": "star"}

    assert {place for place, _said in told(consistency.problems(guide(changes), parts()))} == {
        "department",
        "role[window].department",
        "role[approver].department",
    }

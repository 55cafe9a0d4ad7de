"""Examples prove a definition: they have the shape that whoever plays them counts on, and name only what exists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.infrastructure.kernel.problems import sentence
from tongban.platform.catalogue.rules import examples, shape
from tongban.platform.catalogue.services import checking
from tongban.platform.catalogue.tests import signs
from tongban.platform.catalogue.tests.signs import DELETED, put, told

TASKS = {
    "accept": ("accept", "window"),
    "survey": ("review", "approver"),
    "visit": ("inspect", "approver"),
    "approve": ("approve", "approver"),
    "note": ("other", "approver"),
}
KNOWN = {"fields": {"shop_name", "lit"}, "materials": {"design"}, "media": {"design-sample.png"}, "tasks": TASKS}
ONE_OF = "“outcome” must be one of: "


def changed(path, value):
    found = signs.examples()
    put(found, path, value)
    return found


def malformed(found):
    return told(shape.problems(found, examples.SHAPE, examples.FILE))


# What is wrong with the shape: where, the value there, place, sentence.
@pytest.mark.parametrize(
    ("path", "value", "place", "said"),
    [
        (
            "0.colour",
            "red",
            "[1]",
            "The key “colour” is unknown. Remove it; allowed are: name, kind, applicant, answers",
        ),
        ("0.answer", {}, "[1]", "The key “answer” is unknown. Did you mean “answers”?"),
        ("1.name", DELETED, "[2]", "The key “name” is missing."),
        ("2.kind", "maybe", "[3].kind", "The value 'maybe' is not in the list. Use one of: yes, no, incomplete."),
        (
            "0.applicant",
            "dog",
            "[1].applicant",
            "The value 'dog' is not in the list. Use one of: person, organisation.",
        ),
        ("0.answers", [], "[1].answers", "This must be a table."),
        ("0.answers", "x", "[1].answers", "This must be a table."),
        ("0.materials", ["design"], "[1].materials", "This must be a table."),
        ("0.materials.design", 3, "[1].materials.design", "This must be a text between double quotes."),
        ("0.steps", {}, "[1].steps", "This must be a list."),
        ("0.steps.1", "approve", "[1].steps[2]", "This must be a table."),
        ("0.steps.1.task", DELETED, "[1].steps[2]", "The key “task” is missing."),
        ("0.steps.1.outcome", ["grant"], "[1].steps[2].outcome", "This must be a text between double quotes."),
        ("0.steps.0.points", "x", "[1].steps[1].points", "This must be a list."),
        ("0.steps.0.points", [3], "[1].steps[1].points[1]", "This must be a table."),
        ("0.steps.0.then", [], "[1].steps[1].then", "This must be a table."),
        ("0.expect", "granted", "[1].expect", "This must be a table."),
        ("0.expect", {}, "[1].expect", "The key “outcome” is missing."),
        (
            "0.expect.outcome",
            "maybe",
            "[1].expect.outcome",
            "The value 'maybe' is not in the list. "
            "Use one of: granted, refused, not_accepted, not_eligible, incomplete, "
            "revoked, terminated, forwarded, lapsed, withdrawn.",
        ),
        ("0.expect.checks", "wide", "[1].expect.checks", "This must be a list."),
        ("0.confirm", "wide", "[1].confirm", "This must be a list."),
        ("0.commitment", "yes", "[1].commitment", "This must be true or false."),
        ("0.deferred", "yes", "[1].deferred", "This must be true or false."),
        (
            "0.steps.2",
            {"event": "party"},
            "[1].steps[3].event",
            "The value 'party' is not in the list. Use one of: archive, deliver, follow_up, ",
        ),
    ],
)
def test_an_example_of_another_shape_is_told_with_its_place(path, value, place, said):
    ((where, sentence_),) = malformed(changed(path, value))

    assert where == place
    assert sentence_.startswith(said)


@pytest.mark.parametrize("whole", [{}, "x", 3, None])
def test_examples_are_a_list(whole):
    assert malformed(whole) == {("", "This must be a list.")}


def test_the_examples_of_a_whole_definition_have_nothing_wrong():
    assert malformed(signs.examples()) == set()
    assert told(examples.problems(signs.examples(), **KNOWN)) == set()


@pytest.mark.parametrize("kind", ["yes", "no", "incomplete"])
def test_there_is_an_example_of_each_kind(kind):
    others = [example for example in signs.examples() if example["kind"] != kind]

    wanted = f"There is no example of the kind “{kind}”. A definition needs at least a yes, a no and an incomplete one."
    assert told(examples.problems(others, **KNOWN)) == {("", wanted)}


# What is named that is not there: where, the value there, place, sentence.
@pytest.mark.parametrize(
    ("path", "value", "place", "said"),
    [
        ("0.answers.size", 3, "[1].answers", "“size” does not exist in form.json. Correct the name."),
        (
            "1.materials.passport",
            "fetch",
            "[2].materials",
            "“passport” does not exist in service.toml. Correct the name.",
        ),
        (
            "0.materials.design",
            "lost.png",
            "[1].materials.design",
            "The file “lost.png” is not in the folder. "
            "Add it, or write “fetch” where the platform gets the material itself.",
        ),
        ("0.steps.0.task", "knock", "[1].steps[1]", "process.bpmn has no task “knock”. Use the id of a task."),
        ("1.steps.0.outcome", "pass", "[2].steps[1]", f"{ONE_OF}accept, not_accept, supplement."),
        ("0.steps.1.outcome", "pass", "[1].steps[2]", f"{ONE_OF}grant, refuse."),
        ("0.steps.2", {"task": "survey", "outcome": "grant"}, "[1].steps[3]", f"{ONE_OF}fail, pass."),
        ("0.steps.2", {"task": "visit", "outcome": "accept"}, "[1].steps[3]", f"{ONE_OF}fail, pass."),
        (
            "0.steps.2",
            {"event": "forward", "opinion": "…"},
            "[1].steps[3]",
            "The key “office” is missing. Add it; docs/first-service.md shows what is required.",
        ),
        (
            "0.steps.2",
            {"event": "deliver", "how": "window"},
            "[1].steps[3]",
            "The key “receiver” is missing. Add it; docs/first-service.md shows what is required.",
        ),
        (
            "0.steps.0.points",
            [{"text": "补"}, {"material": "passport", "text": "补"}],
            "[1].steps[1]",
            "“passport” does not exist in service.toml. Correct the name.",
        ),
        (
            "0.steps.0.then",
            {"answers": {"size": 3}},
            "[1].steps[1]",
            "“size” does not exist in form.json. Correct the name.",
        ),
        (
            "0.steps.0.then",
            {"materials": {"design": "lost.png"}},
            "[1].steps[1].design",
            "The file “lost.png” is not in the folder. "
            "Add it, or write “fetch” where the platform gets the material itself.",
        ),
    ],
)
def test_an_example_that_names_what_is_not_there_is_told(path, value, place, said):
    found = list(examples.problems(changed(path, value), **KNOWN))

    assert told(found) == {(place, said)}
    assert {(problem.file, problem.severity) for problem in found} == {("examples.json", "error")}


@pytest.mark.parametrize(
    ("path", "value", "known"),
    [
        ("0.materials.design", "fetch", {}),
        ("0.steps.2", {"task": "note", "outcome": "whatever"}, {}),
        ("0.steps.2", {"event": "overdue"}, {}),
        ("0.steps.2", {"event": "terminate", "cause": "other", "opinion": "已拆除。"}, {}),
        ("0.answers.size", 3, {"fields": set()}),
        ("0.steps.0.task", "knock", {"tasks": {}}),
        ("0.steps.0.points", [{"material": "design", "text": "补"}], {}),
        ("0.steps.0.then", {"answers": {"lit": False}, "materials": {"design": "design-sample.png"}}, {}),
    ],
)
def test_what_exists_or_cannot_be_asked_is_let_through(path, value, known):
    assert told(examples.problems(changed(path, value), **{**KNOWN, **known})) == set()


def test_a_step_that_exists_in_no_process_is_told_once():
    steps = [{"task": "knock", "outcome": "x", "then": {"answers": {"size": 1}}}]

    (found,) = examples.problems(changed("0.steps", steps), **KNOWN)

    assert found.place == "[1].steps[1]"


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (
            lambda table: table[0]["answers"].update(shop_name="禾"),
            "[1].answers.shop_name",
            "Correct the answer: an example of a yes or a no must be a complete application.",
        ),
        (
            lambda table: table[1]["answers"].pop("lit"),
            "[2].answers.lit",
            "Correct the answer: an example of a yes or a no must be a complete application.",
        ),
        (lambda table: table.clear(), "", "A definition needs at least a yes, a no and an incomplete one."),
    ],
)
def test_a_yes_and_a_no_are_complete_applications(offices, change, place, said):
    found = checking.problems(signs.spoilt(examples=change))

    assert (place, said) in {(where, text[-len(said) :]) for where, text in told(found)}
    assert {problem.file for problem in found} == {"examples.json"}


def test_an_incomplete_one_may_be_incomplete(offices):
    assert checking.problems(signs.spoilt(examples=lambda table: table[2]["answers"].clear())) == []


def test_malformed_examples_are_told_alone_and_not_tried(offices):
    found = checking.problems(signs.spoilt(examples=lambda table: table[0].update(answers=[], kind="maybe")))

    assert {problem.place for problem in found} == {"[1].answers", "[1].kind"}


PATHS = [
    "0", "0.kind", "0.answers", "0.answers.lit", "0.materials", "0.materials.design", "0.steps", "0.steps.0",
    "0.steps.0.task", "0.steps.1.outcome", "0.expect", "0.expect.outcome", "0.confirm", "0.expect.checks", "2.steps",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda one: st.lists(one, max_size=2) | st.dictionaries(st.text(max_size=6), one, max_size=2),
    max_leaves=5,
)


@settings(max_examples=40)
@given(path=st.sampled_from(PATHS), value=ANYTHING)
@pytest.mark.usefixtures("offices")
def test_whatever_stands_in_examples_is_answered_in_words(path, value):
    found = checking.problems(signs.spoilt(examples=lambda table: put(table, path, value)))

    assert all(sentence(problem) for problem in found)

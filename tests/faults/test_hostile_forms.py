"""Every question of every service, answered as nobody should: told at its field, and nothing typed is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast, example
from tests.faults.conftest import BUSINESS
from tests.faults.form_client import flat
from tests.faults.hostile_inputs import HOSTILE, Pairs, is_answered_well, send
from tests.faults.html_page import Page
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case

# With every kind of question between them; anybody of the cast may begin them.
SERVICES = (
    "flexible-employment",
    "food-business",
    "public-place-hygiene",
    "residence-permit",
    "residence-permit-reissue",
)
TURNS = 6  # every question sees a quarter of what is hostile, every kind of question all of it
# Written down by hand; a code, a date or a number is whatever the reader makes of it.
CHOSEN = {"radio", "select", "checkboxes", "yes-no"}
SOME = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.text(st.characters(), max_size=8))
NUMBERS = st.sampled_from(("0", "1", "7", "199", "9999", "99999", "-1", "1e3", "٣", "", "__proto__", "0.0"))
# Not asked by anybody, and what belongs to the page itself.
STRAY = st.sampled_from(
    ("revision", "_shown", "_add", "_remove", "_reload", "later", "csrfmiddlewaretoken", "constructor", "[]", "", "答")
)


class Filler:
    """Somebody who fills in one application, badly."""

    def __init__(self, city: Cast, service: str) -> None:
        who = "agent" if service in BUSINESS else "citizen"
        self.service = service
        self.browser = city.browser(who)
        self.case = cases.begin(actor=city.actor(who), service=service)
        self.steps = cases.plan_of(self.case.version).form.all_steps
        self.good = [dict(given["answers"]) for given in examples_of(service)]

    def start_over(self, answers: dict[str, Any]) -> None:
        case = Case.objects.get(pk=self.case.pk)
        case.answers = answers
        case.save()

    def fill(self, step: str, pairs: Pairs) -> Page:
        """Send a step as the page of this moment would; follow where it leads."""
        revision = Case.objects.get(pk=self.case.pk).revision
        sent = [("revision", str(revision)), *pairs]
        answer = send(self.browser, f"/cases/{self.case.uid}/fill/{step}/", sent)
        while answer.status_code == 302:
            answer = self.browser.get(answer["Location"])
            assert answer.status_code in {200, 302}
        return Page(answer)

    def shown(self, step: str) -> Page:
        return Page(self.browser.get(f"/cases/{self.case.uid}/fill/{step}/", follow=True))


def examples_of(service: str) -> Iterator[dict[str, Any]]:
    number = 0
    while True:
        try:
            found = example(service, number)
        except IndexError:
            return
        if found["kind"] != "incomplete":
            yield found
        number += 1


@pytest.mark.parametrize("service", SERVICES)
def test_nasty_answers_are_told_at_their_fields_and_kept(city, service):
    filler = Filler(city, service)
    asked = set()
    for good in filler.good:
        filler.start_over(good)
        for step in cases.plan_of(filler.case.version).form.steps(good):
            # What registers and identity say is shown, not asked.
            typed = [
                field.name for field in step.fields if field.widget not in {*CHOSEN, "table"} and not field.prefill
            ]
            if set(typed) <= asked:
                continue
            asked |= set(typed)
            chosen = list(flat_pairs({name: good[name] for name in step.names if name in good and name not in typed}))
            for turn in range(TURNS):
                hostile = [(name, HOSTILE[(3 * turn + index) % len(HOSTILE)]) for index, name in enumerate(typed)]
                is_answered_well(filler.fill(step.key, [*chosen, *hostile]), hostile)
    assert Page(filler.browser.get(f"/cases/{filler.case.uid}/review/")).status == 200


def flat_pairs(answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in flat(answers).items():
        for part in value if isinstance(value, list) else [value]:
            yield name, str(part)


@pytest.mark.parametrize("service", SERVICES)
@given(data=st.data())
@SOME
def test_whatever_is_sent_a_step_answers_in_words(city, service, data):
    filler = Filler(city, service)
    filler.start_over(data.draw(st.sampled_from(filler.good)))
    step = data.draw(st.sampled_from(filler.steps))
    names = [name for field in step.fields for name in names_in(field, data)]
    pairs = data.draw(st.lists(st.tuples(st.one_of(st.sampled_from(names), STRAY), TEXTS), max_size=12))

    page = filler.fill(step.key, pairs)
    if any("\0" in part for pair in pairs for part in pair):
        is_answered_well(page, pairs)
        return

    # What the page itself sends along may be nonsense, too; then the draft is as it was.
    last = {name: value for name, value in pairs if name not in {"revision", "_shown", "_remove", "_add"}}
    repeated = [(name, value) for name, value in last.items() if sum(name == other for other, _value in pairs) == 1]
    moved = any(name in {"_remove", "_add"} or "." in name for name, _value in pairs)
    is_answered_well(page, [] if moved else [pair for pair in repeated if "." not in pair[0]])
    for other in filler.steps:
        assert filler.shown(other.key).status == 200
    assert Page(filler.browser.get(f"/cases/{filler.case.uid}/review/")).status == 200


def names_in(field: Any, data: Any) -> list[str]:
    if field.widget != "table":
        return [field.name]
    number = data.draw(NUMBERS)
    return [f"{field.name}.{number}.{column.name}" for column in field.columns] + [f"{field.name}.{number}", field.name]


@pytest.mark.parametrize("service", SERVICES)
@given(data=st.data())
@SOME
def test_a_draft_that_a_machine_filled_with_anything_can_be_opened_and_put_right(city, service, data):
    """Other systems send JSON: numbers for text, lists for numbers, objects for anything."""
    filler = Filler(city, service)
    fields = [field for step in filler.steps for field in step.fields]
    anything = st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS.filter(is_kept)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS.filter(is_kept), inner, max_size=3)),
        max_leaves=5,
    )
    names = st.one_of(st.sampled_from([field.name for field in fields]), TEXTS.filter(is_kept))
    filler.start_over({**filler.good[0], **data.draw(st.dictionaries(names, anything, max_size=6))})

    for step in filler.steps:
        page = filler.shown(step.key)
        assert page.status == 200
        page.is_safe()
    review = Page(filler.browser.get(f"/cases/{filler.case.uid}/review/"))
    handed_in = Page(send(filler.browser, f"/cases/{filler.case.uid}/review/", [("declared", "on")]))

    assert review.status == 200
    assert handed_in.status == 422
    assert Case.objects.get(pk=filler.case.pk).state == "draft"


def is_kept(text: str) -> bool:
    """Say whether the interface for machines lets this text in at all."""
    try:
        json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text

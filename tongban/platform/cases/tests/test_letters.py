"""What letters may ask for is what they get."""

import pytest

from tests.cast import ANSWERS, Cast
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action
from tongban.platform.documents import rules
from tongban.platform.documents import services as documents
from tongban.platform.letters.ports import TEMPLATES


def shape(named, given):
    """Return the names in what is given, as deep as they are told to whoever writes a letter."""
    if named == rules.ANYTHING or named is None:
        return named
    if isinstance(named, list):
        return [shape(named[0], given[0])]
    return {name: shape(named.get(name), value) for name, value in given.items()}


def test_a_letter_may_ask_for_what_it_gets_and_for_nothing_else(cast: Cast):
    case = cast.submitted()
    points = [{"material": "floor-plan", "text": "请标明专间。"}]
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=points)
    names = TEMPLATES["supplement-notice"].names

    given = cases.letter_context(case, Action.objects.of(case).supplement_requests().get())

    assert shape(names, given) == names


@pytest.mark.found("B10")
def test_a_day_that_was_answered_is_written_like_every_other_day(cast: Cast):
    case = cast.draft(
        answers={**ANSWERS, "premises_right": "rented", "owner_name": "何香", "lease_until": "2029-11-28"}
    )

    given = cases.letter_context(case)

    assert documents.fill("{{ answers.lease_until }}", given) == "2029年11月28日"

"""Expected errors carry a sentence, a status, and what they are about."""

import pytest
from django.utils import translation

from tongban.infrastructure.kernel import refusals
from tongban.infrastructure.kernel.refusals import Invalid, Refusal


class TooMany(Refusal):
    status = 422
    field = "materials"
    message = "At most %(most)s files for %(material)s."


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (refusals.Refusal, 409),
        (refusals.NotAllowed, 403),
        (refusals.NotFound, 404),
        (refusals.Conflict, 409),
        (refusals.Damaged, 409),
        (refusals.Invalid, 422),
    ],
)
def test_a_refusal_has_a_status_and_a_sentence_in_both_languages(refusal, status):
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = str(refusal())

    assert refusal.status == status
    assert said["en"].endswith(".")
    assert said["zh-hans"].endswith("。")
    assert refusal().wait_seconds == 0


def test_the_details_stand_in_the_sentence():
    assert str(TooMany(most=3, material="平面图")) == "At most 3 files for 平面图."
    assert TooMany(most=3, material="x").field == "materials"
    assert Refusal().field == ""


def test_a_percent_sign_that_somebody_typed_is_only_a_sign():
    assert "100%s" in str(TooMany(most=3, material="100%s"))


def test_a_refusal_shows_its_details_to_developers():
    assert "'most': 3" in repr(TooMany(most=3, material="x"))


def test_wrong_answers_are_told_field_by_field():
    refusal = Invalid({"premises.area": ["Too small.", "Not a number."], "name": ["Missing."]})

    assert refusal.errors == {"premises.area": ["Too small.", "Not a number."], "name": ["Missing."]}
    assert Invalid().errors == {}
    assert Invalid(None, field="x").details == {"field": "x"}


def test_sentences_about_answers_are_in_the_language_of_whoever_was_refused():
    with translation.override("en"):
        refusal = Invalid({"name": [refusals.NotFound.message]})
    with translation.override("zh-hans"):
        assert refusal.errors["name"] == ["There is nothing here that you may see."]


@pytest.mark.parametrize("kind", [refusals.NotAllowed, refusals.NotFound, refusals.Conflict, refusals.Invalid])
def test_every_refusal_is_caught_as_one(kind):
    with pytest.raises(Refusal):
        raise kind()


@pytest.mark.parametrize(
    ("errors", "kept"),
    [
        ({"name": []}, {"name": []}),
        ({"name": ("一", "二")}, {"name": ["一", "二"]}),
        ({}, {}),
    ],
)
def test_faults_of_answers_are_kept_as_plain_sentences(errors, kept):
    refusal = Invalid(errors)

    assert refusal.errors == kept
    assert all(type(text) is str for texts in refusal.errors.values() for text in texts)


def test_a_refusal_says_its_own_sentence_and_not_that_of_its_kind():
    assert str(TooMany(most=1, material="x")) != str(Refusal())
    assert TooMany.status != Refusal.status

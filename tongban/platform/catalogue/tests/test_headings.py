"""What headings are called, in both languages, on which day."""

from datetime import date

import pytest
from django.utils import translation

from tongban.platform.catalogue.services import headings
from tongban.platform.codes import services as codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _lists(offices):
    """The code lists that come with the house."""


@pytest.mark.parametrize("kind", sorted(headings.LISTS))
def test_every_kind_of_heading_has_entries_with_a_name_in_both_languages(kind):
    entries = headings.of(kind)

    assert entries
    assert len({entry.code for entry in entries}) == len(entries)
    assert all(entry.name and entry.english for entry in entries)


def test_life_events_say_in_a_few_words_what_is_meant():
    events = headings.of("event")

    assert "open-restaurant" in {event.code for event in events}
    assert all(event.note and event.note_english for event in events)


@pytest.mark.parametrize(
    ("language", "said", "about"),
    [("zh-hans", "开办餐饮店", "营业执照"), ("en", "Opening a restaurant", "Business licence")],
)
def test_an_entry_is_said_in_the_readers_language(language, said, about):
    with translation.override(language):
        (event,) = [event for event in headings.of("event") if event.code == "open-restaurant"]
        assert str(event) == headings.name("event", "open-restaurant") == said
        assert event.about.startswith(about)


@pytest.mark.parametrize("kind", ["event", "person", "type"])
def test_a_code_that_no_list_knows_stands_for_itself(kind):
    assert headings.name(kind, "no-such-code") == "no-such-code"


def test_before_the_first_list_there_are_no_life_events():
    assert headings.of("event", on=date(2020, 1, 1)) == []
    assert headings.of("event", on=date(2026, 1, 11)) == []
    assert headings.of("event", on=date(2026, 1, 12)) != []


def test_an_installation_without_a_list_has_no_entries(monkeypatch):
    monkeypatch.setitem(headings.LISTS, "person", "no-such-list")

    assert headings.of("person") == []
    codes.forget()

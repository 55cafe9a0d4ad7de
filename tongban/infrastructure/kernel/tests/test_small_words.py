"""Time, money, names for things, dice, and who records facts."""

import re
import uuid
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from tongban.infrastructure.crypto.events import KeyMade
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, facts, ids, subjects
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Played, dice
from tongban.infrastructure.kernel.money import Money

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_the_clock_says_the_machines_time_until_it_is_set():
    assert clock.set_to() is None
    assert abs((clock.now() - timezone.now()).total_seconds()) < 60

    with clock.at(NOON):
        assert clock.now() == clock.set_to() == NOON

    assert clock.set_to() is None


def test_a_clock_set_within_another_goes_back_to_it_whatever_happens():
    later = NOON.replace(hour=6)

    def fail() -> None:
        with clock.at(later):
            assert clock.now() == later
            raise ZeroDivisionError

    with clock.at(NOON):
        with pytest.raises(ZeroDivisionError):
            fail()
        assert clock.now() == NOON


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 2, 15, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 3, 2, 23, 0, tzinfo=ZoneInfo("America/New_York")), date(2026, 3, 3)),
    ],
)
def test_today_is_the_day_where_the_city_is(moment, day):
    with clock.at(moment):
        assert clock.today() == day


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "0.00"), (1, "0.01"), (10, "0.10"), (12345, "123.45"), (123456789, "1,234,567.89"), (-5, "-0.05")],
)
def test_an_amount_is_said_in_yuan_to_the_fen(fen, said):
    assert str(Money(fen)) == said


def test_amounts_are_compared():
    assert Money(99) < Money(100) <= Money(100)
    assert max(Money(5), Money(7)) == Money(7)


@pytest.mark.parametrize("length", [1, 12, 26])
def test_a_token_is_long_enough_and_read_aloud_without_mistakes(length):
    token = ids.token(length)

    assert re.fullmatch(rf"[0-9A-HJKMNP-TV-Z]{{{length}}}", token)


def test_no_two_tokens_or_names_are_the_same():
    assert len({ids.token() for _ in range(200)}) == 200
    assert len({ids.uid() for _ in range(200)}) == 200


@pytest.mark.parametrize("length", [4, 6])
def test_figures_are_fit_for_typing_on_a_phone(length):
    assert re.fullmatch(rf"[0-9]{{{length}}}", ids.digits(length))


@pytest.mark.parametrize(
    ("text", "may"),
    [(str(uuid.uuid4()), True), (uuid.uuid4(), True), ("", False), ("7", False), ("x" * 36, False), ("\0", False)],
)
def test_only_what_may_name_a_row_is_looked_up(text, may):
    assert ids.is_uid(text) is may


def test_dice_fall_the_same_way_every_time_for_one_purpose():
    assert [dice("names").random() for _ in range(2)] == [dice("names").random()] * 2
    assert dice("names").random() != dice("days").random()


@pytest.mark.parametrize(("problem", "passed"), [("", True), ("granted instead of refused", False)])
def test_an_example_has_passed_when_nothing_was_wrong(problem, passed):
    assert Played("food-business", "yes", "granted", "granted", problem, 0.1).passed is passed


def test_facts_have_one_recorder():
    with pytest.raises(ValueError, match="recorder already"):
        facts.set_recorder(print)


@pytest.mark.django_db
def test_a_fact_of_a_room_below_the_journal_is_recorded_there():
    facts.record(KeyMade("d", "journal"), by=SYSTEM, subject="key:journal", reason="为了测试")

    fact = Fact.objects.get()
    assert (fact.name, fact.subject, fact.reason) == ("crypto.KeyMade", "key:journal", "为了测试")
    assert fact.actor_kind == "system"


@pytest.fixture
def vases(monkeypatch):
    """A room describes its vases, and says how often it was asked."""
    asked = []

    def describe(numbers):
        asked.append(set(numbers))
        return {number: f"花瓶{number}" for number in numbers if number != 9}

    monkeypatch.setattr(subjects, "_describe", type(subjects._describe)("description of subjects"))
    monkeypatch.setattr(subjects, "_resolve", type(subjects._resolve)("search for subjects"))
    subjects.register("vase", describe, {"青花": 12}.get)
    subjects.register("bowl", lambda numbers: {number: f"碗{number}" for number in numbers})
    return asked


def test_subjects_of_a_kind_are_described_with_one_question(vases):
    said = subjects.describe(["vase:1", "vase:2", "vase:1", "bowl:1"])

    assert said == {"vase:1": "花瓶1", "vase:2": "花瓶2", "bowl:1": "碗1"}
    assert vases == [{1, 2}]


def test_what_nobody_can_describe_is_left_out(vases):
    assert subjects.describe(["cup:1", "vase:9", "vase:k7", "vase:", "12", "", "vase:-1"]) == {}


@pytest.mark.parametrize(("word", "subject"), [("青花", "vase:12"), ("白瓷", "白瓷"), ("", ""), ("vase:3", "vase:3")])
def test_a_word_stands_for_the_subject_that_people_mean(vases, word, subject):
    assert subjects.resolve(word) == subject


@pytest.mark.django_db
def test_a_kind_is_described_by_one_room_only():
    assert not ContentType.objects.filter(app_label="vase").exists()
    with pytest.raises(ValueError, match="two modules register the description of subjects case"):
        subjects.register("case", lambda numbers: {})

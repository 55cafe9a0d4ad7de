"""What officials did on a day: copies of lists, files opened without handling."""

from datetime import date

import pytest

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard
from tongban.applications.oversight.services.terms import SHIPPED
from tongban.applications.oversight.tests.conftest import at, heard
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases


@pytest.fixture
def stricter(settings, tmp_path):
    """Rules whose thresholds a small city reaches."""
    text = SHIPPED.read_text()
    text = text.replace("limits = { cases = 500 }", "limits = { cases = 2 }")
    text = text.replace("limits = { cases = 10, grace_days = 7 }", "limits = { cases = 2, grace_days = 7 }")
    own = tmp_path / "rules.toml"
    own.write_text(text)
    settings.OVERSIGHT_RULES_FILE = str(own)


def test_a_copy_of_too_many_cases_is_found_with_who_took_it(city, stricter):
    with clock.at(at(3, 2)):
        heard(city.submitted())
        heard(city.submitted())
        heard(city.accepted())
        heard(city.accepted())
        cases.exported(actor=city.actor("reviewer"), purpose="核对台账", asked={})
        jobs.run_all()

    card = SupervisionCard.objects.get(rule="bulk-export")
    assert (card.official, card.department.key, card.case) == ("吴志远", "market-regulation", None)
    assert card.occurrences[0]["number"] == 2


def test_a_copy_of_few_cases_is_nobodys_business(city):
    with clock.at(at(3, 2)):
        heard(city.accepted())
        cases.exported(actor=city.actor("reviewer"), purpose="核对台账", asked={})
        jobs.run_all()

    assert not SupervisionCard.objects.filter(rule="bulk-export").exists()


def test_files_opened_without_handling_are_found_once_the_grace_is_over(city, stricter):
    with clock.at(at(3, 2)):
        opened = [heard(city.accepted()) for _time in range(3)]
        for case in opened:
            cases.record_opened(city.actor("reviewer"), case)
    with clock.at(at(3, 3)):
        task = city.task(opened[0], "review")
        cases.give_opinion(actor=city.actor("reviewer"), task=task, passed=True, opinion="资料齐全。")
    with clock.at(at(3, 10)):
        for _time in range(2):
            oversight.examine_day(day=date(2026, 3, 2))

    card = SupervisionCard.objects.get(rule="reads-without-case")
    assert (card.official, card.occurrences[0]["number"]) == ("吴志远", 2)


def test_files_that_are_dealt_with_within_the_grace_are_handled(city, stricter):
    with clock.at(at(3, 2)):
        opened = [heard(city.accepted()) for _time in range(2)]
        for case in opened:
            cases.record_opened(city.actor("reviewer"), case)
    with clock.at(at(3, 6)):
        for case in opened:
            task = city.task(case, "review")
            cases.give_opinion(actor=city.actor("reviewer"), task=task, passed=True, opinion="资料齐全。")
    with clock.at(at(3, 10)):
        oversight.examine_day(day=date(2026, 3, 2))

    assert not SupervisionCard.objects.filter(rule="reads-without-case").exists()

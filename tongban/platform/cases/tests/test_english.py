"""A case on English pages: names, questions, steps and notices in English."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases

pytestmark = pytest.mark.found("B3")


@pytest.fixture
def agent(cast):
    browser = cast.browser("agent")
    browser.cookies["django_language"] = "en"
    return browser


def text(browser, address):
    return browser.get(address).content.decode()


def test_a_case_is_followed_in_english(cast, agent):
    case = cast.accepted()

    page = text(agent, f"/cases/{case.uid}/")
    listed = text(agent, "/cases/")

    assert "<h1>Food business licence</h1>" in page
    assert "<strong>Joint inspection on site</strong>" in page
    assert page.count("in Chinese only") >= 1
    assert "Food business licence" in listed
    assert "食品经营许可" not in listed


def test_answers_are_shown_with_english_labels(cast, agent):
    case = cast.accepted()

    labels = re.findall("<dt>(.*?)</dt>", text(agent, f"/cases/{case.uid}/"))

    assert {"Name of the business", "Type of business", "Area of the premises (m²)"} <= set(labels)


def test_notices_are_told_in_english(cast, agent):
    cast.accepted()
    jobs.run_all()

    assert "Your application “Food business licence” was accepted" in text(agent, "/notices/")


def test_papers_are_in_one_language_whoever_asks_for_them(cast, agent):
    case = cast.accepted()

    receipt = agent.get(f"/cases/{case.uid}/receipt.pdf").content
    with translation.override("en"):
        asked_in_english = cases.letter_context(case)

    pages = PdfReader(BytesIO(receipt)).pages
    said = "".join(page.extract_text() for page in pages)
    assert "经营场所面积" in said
    assert "Area of the premises" not in said
    assert asked_in_english == cases.letter_context(case)


def test_what_comes_next_is_punctuated_in_english(cast, agent):
    case = cast.accepted()
    task = cast.task(case, "inspect")
    day = clock.today() + timedelta(days=1)
    cases.propose_visit(actor=cast.actor("inspector"), task=task, day=day, part="morning")

    (said,) = re.findall("Next: .*?</p>", text(agent, "/cases/"), re.DOTALL)

    assert "; Joint inspection on site (" in said
    assert "in the morning (" in said
    assert not re.search("[（）；、，。]", said)

"""Every page that links lead to, in every portal: no fault of WCAG A or AA, nothing wider than a phone, no script
error."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

from tests.cast import FLOOR_PLAN, RULES, elsewhere, example
from tests.journeys import nu
from tests.journeys.conftest import SIZES, Visit, Visitor
from tests.laws.test_budgets import plain_pages, who
from tests.samples import samples
from tongban.city import services as city
from tongban.infrastructure.ui.management.commands.doors import METHODS_OF_PAGES

COMPANY, AGENT = "云泽市禾香餐饮有限公司", "zhou.wenbo"
RULES_OF_AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
AXE = Axe()
# Files, doors that do something when they are opened, and the specimens of the design system.
NO_PAGE = re.compile(r"\.(pdf|pem|crl|png|json)$|^/cap/|/files?/|/sign-out/|/documents/[^/]+/|^/api/|^/ui/")
# Telephone numbers that cannot be dialled; what somebody typed themself is theirs.
BARE_NUMBERS = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const number = /(?<![\d-])(0\d{2,3}-\d{7,8}|12[1-9]\d\d)(?![\d-])/, found = [];
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement.closest("a[href^='tel:'], textarea, option, script, code");
    if (!inside && number.test(walker.currentNode.data)) found.push(walker.currentNode.data.trim());
  }
  return found;
}"""


def starts() -> dict[str, list[str]]:
    """Return where people begin, by login, "" for a stranger.

    A stranger at every page that is open to all, people at every page of their own, officials where they land.
    """
    doors = [door for door in plain_pages() if door.methods == METHODS_OF_PAGES and not NO_PAGE.search(door.address)]
    opened = [door.address for door in doors if door.audience == "public"]
    own = [door.address for door in doors if door.audience == "signed in" and who(door) == "owner"]
    more = [address for sample in samples() for address in sample.unlinked]
    plan = city.plan_of_city()
    people, officials = ([row["login"] for row in plan[kind] if row.get("says")] for kind in ("person", "official"))
    return {"": [*opened, *more]} | {login: [*own, *more] for login in people} | {login: [] for login in officials}


def kind_of(path: str) -> str:
    """Return what all pages of a kind have in common: one of each is enough."""
    try:
        return resolve(path.partition("?")[0]).route + path.partition("?")[2]
    except Resolver404:
        return path


def is_page(visitor: Visitor, path: str) -> bool:
    """Say whether an address answers whoever opens it with something to look at."""
    answer = visitor.context.request.get(visitor.house.url + path)
    return answer.status == 200 and "<html" in answer.text()


def pages_of(visitor: Visitor, start: list[str], known: set[str]) -> Iterator[tuple[str, str]]:
    """Open one page of each kind that links lead to from here; yield its path and its source while it is open."""
    waiting, shut = [path for path in start if is_page(visitor, path)], set()
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in known | shut:
            continue
        answer = visitor.go(path)
        landed = kind_of(unquote(visitor.page.url.removeprefix(visitor.house.url)))
        if answer is None or answer.status != 200 or landed in known:  # another one may be let in
            shut.add(kind_of(path))
            continue
        known.add(landed)
        yield path, answer.text()
        for href in visitor.page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"):
            parts = urlsplit(href)
            if href.startswith(visitor.house.url) and not parts.query and not NO_PAGE.search(parts.path):
                waiting.append(parts.path)


def faults(visitor: Visitor) -> list[str]:
    """Return what axe finds on the open page, and what is wider than a phone, in large type too."""
    page = visitor.page
    found = []
    page.set_viewport_size(SIZES["desktop"])
    for violation in AXE.run(page, options=RULES_OF_AXE).response["violations"]:
        where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        found.append(f"{violation['id']}: {violation['help']} ({where})")
    found += [f"nobody can dial: {text}" for text in page.evaluate(BARE_NUMBERS)]
    return found + too_wide(visitor)


def too_wide(visitor: Visitor) -> list[str]:
    """Return the editions in which the open page is wider than a phone."""
    page, found = visitor.page, []
    page.set_viewport_size(SIZES["phone"])
    for edition in ("usual", "care", "care-24", "care-30"):
        page.evaluate("edition => document.documentElement.classList.add(edition)", edition)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SIZES["phone"]["width"]:
            found.append(f"{width} px wide on a phone in the {edition} edition")
    return found


def furnish(visit: Visit) -> str:
    """Leave something to see behind: a draft, a matter at the window, one on the desks, one answered.

    Returns the page that only whoever has just handed in is led to.
    """
    agent = visit(login=AGENT)
    agent.act_for(COMPANY)
    answers = example("food-business")["answers"]
    matter = agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    clerk = visit(login="chen.jing")
    clerk.go("/counter/workflow/")
    clerk.open_row(matter.number)
    clerk.click("受理")
    clerk.click("确认受理并发出")
    second = agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    clerk.go("/counter/workflow/")
    clerk.open_row(second.number)
    clerk.page.locator("summary", has_text="一次性告知补正").click()
    clerk.page.fill("[name=point-floor-plan]", "请标明疏散出口。")
    clerk.click("发出补正告知书")
    clerk.click("确认发出补正告知书")
    agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    agent.begin("food-business")
    agent.answer_form(elsewhere(answers))
    return f"{matter.page}submitted/"


@pytest.mark.journey
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_component_in_any_state_is_wider_than_a_phone(visit: Visit, language: str):
    visitor = visit()
    visitor.go(f"/ui/language/?to={language}&next=/ui/components/")

    assert not too_wide(visitor)


@pytest.mark.journey
def test_of_a_page_that_is_wider_than_a_phone_it_is_said_in_which_edition(visit: Visit):
    visitor = visit()
    visitor.page.set_content("<style>.care-30 p { min-width: 40em }</style><p>x</p>")

    assert [fault.split(" in the ")[1] for fault in too_wide(visitor)] == ["care-30 edition"]


@pytest.mark.journey
@pytest.mark.requirement("USR-19")
@pytest.mark.found("B18")
@pytest.mark.found("J-HTML")
def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_a_phone(visit: Visit, tmp_path: Path):
    handed_in = furnish(visit)
    known: set[str] = set()
    wrong: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    for login, start in starts().items():
        visitor = visit(login=login)
        begin = [*start, urlsplit(visitor.page.url).path if login else "/"]
        if login == AGENT:
            visitor.act_for(COMPANY)
            begin.append(handed_in)
        for path, source in pages_of(visitor, begin, known):
            sources[f"{login} {path}"] = source
            if found := faults(visitor) + visitor.script_errors:
                wrong[f"{login} {path}"] = found

    assert len(known) > 60, sorted(known)
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    if nu.there():
        assert not (invalid := nu.faults(sources, tmp_path)), "\n".join(invalid)
    else:
        warnings.warn("HTML is not validated: the Nu checker or Java is not there", stacklevel=1)

"""The care edition on a phone: what older people come for first, one touch to call, everything as high as a thumb."""

import pytest

from tests.journeys.conftest import Visit, Visitor

# Links and controls that stand for themselves and are lower than 60 px; a link within a sentence may be.
TOO_LOW = r"""() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
  .filter((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height || one.closest(".skip, .visually-hidden, .demo")) return false;
    const text = one.closest("p, li, dd, td")?.textContent.trim() ?? "";
    if (one.matches("a:not(.tel)") && text.length > one.textContent.trim().length + 12) return false;
    const label = one.matches("[type=checkbox], [type=radio]") && one.closest("label");
    return (label || one).getBoundingClientRect().height < 59.5;
  }).map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}`)"""
PAGES = [
    "/",
    "/catalogue/",
    "/catalogue/search/?q=高龄津贴",
    "/catalogue/guide/senior-allowance/",
    "/catalogue/guide/yz-social-09/",
    "/help/",
    "/help/halls/",
    "/identity/sign-in/",
    "/cases/query/",
    "/licences/verify/",
]
OWN = ["/", "/cases/", "/parties/mandates/", "/parties/acting-for/", "/notices/", "/cases/begin/senior-allowance/"]


def too_low(visitor: Visitor, pages: list[str]) -> dict[str, list[str]]:
    found = {}
    for page in pages:
        visitor.go(page)
        found[page] = visitor.page.evaluate(TOO_LOW)
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{page} is {width} px wide"
    return {page: low for page, low in found.items() if low}


@pytest.mark.journey
@pytest.mark.found("B14")
def test_the_care_edition_has_its_own_order_one_touch_to_call_and_sizes_that_stay(visit: Visit):
    person = visit("phone")
    person.go("/ui/care/?to=on")
    person.go("/")

    shown = person.text()
    assert shown.index("高龄津贴") < shown.index("老年人优待证") < shown.index("请家人帮我办") < shown.index("企业办事")
    assert "食品经营许可" not in shown
    call = person.page.locator(".care-bar a[href='tel:12345']").bounding_box()
    assert call
    assert call["height"] >= 60
    assert call["y"] < 844
    for word, size in (("更大", "24px"), ("最大", "30px"), ("大字", "20px")):
        person.page.locator(".care-bar").get_by_role("link", name=word, exact=True).click()
        person.page.wait_for_load_state()
        person.go("/help/")
        assert person.page.evaluate("getComputedStyle(document.body).fontSize") == size


@pytest.mark.journey
@pytest.mark.found("B14")
@pytest.mark.parametrize("size", [20, 30])
def test_everything_one_presses_in_the_care_edition_is_sixty_pixels_high(visit: Visit, size: int):
    person = visit("phone", login="lin.jianguo")
    person.go(f"/ui/care/?to={size}")

    assert not too_low(person, OWN)
    person.context.clear_cookies(name="sessionid")
    assert not too_low(person, PAGES)

"""What nobody should type, how it is sent, and what an answer to it must be like."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote_from_bytes

from tests.faults.html_page import Page

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = (
    SCRIPT,
    f'">{IMAGE}',
    "'; DROP TABLE cases_case; --",
    "{{ 7|add:7 }}{% debug %}",
    "%s %(label)s %d {label}",
    "很长" * 5000,
    "\x00",
    "甲\x00乙",
    "\ud800",
    "甲\udfff乙",
    "😀👩‍👩‍👧",
    "\u202e倒写\u200b",
    "-1",
    "9" * 40,
    "1e309",
    "NaN",
    "٣٫٥",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "true",
    "null",
    "../../etc/passwd",
    "甲\r\nSet-Cookie: a=b",
)
FORM = "application/x-www-form-urlencoded"
UNTYPED = {"radio", "checkbox", "hidden", "password", "file", "submit"}

Pairs = Sequence[tuple[str, str]]


def body(pairs: Pairs) -> bytes:
    """Return a form as it travels; half a character is sent all the same, as broken UTF-8."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()


def send(client: Any, address: str, pairs: Pairs) -> Any:
    return client.post(address, body(pairs), content_type=FORM)


def nothing_is_lost(page: Page, pairs: Pairs) -> None:
    """Assert that what was typed stands in its field again, if the field is on the page."""
    last = dict(pairs)
    for name in last.keys() & page.names:
        control = page.control(name)
        if control.tag != "select" and control.attributes.get("type") not in UNTYPED:
            shown = page.controls.get(name, [])
            assert any(same(last[name], value) for value in shown), f"{name}: {last[name]!r} became {shown!r}"


def same(typed: str, shown: str) -> bool:
    """Say whether what stands there is what was typed, but for spaces, invisible marks and ways of writing a number."""
    if _plain(typed) == _plain(shown):
        return True
    try:
        return Decimal(_plain(typed)) == Decimal(_plain(shown))
    except InvalidOperation:
        return False


def is_answered_well(page: Page, pairs: Pairs) -> None:
    """Assert that a form with such answers is told what is wrong, with everything still there, or is taken.

    A zero byte cannot be typed in any browser: the whole form is sent back.
    """
    if any("\0" in part for pair in pairs for part in pair):
        assert page.status == 400, page.text[:300]
        page.is_safe(SCRIPT, IMAGE)
        return
    assert page.status in {200, 403, 404, 409, 422}, page.text[:300]
    page.is_safe(SCRIPT, IMAGE)
    if page.faults or page.summary or page.status == 422:
        assert page.status in {409, 422}, f"faults, but the status is {page.status}: {page.summary}"
        page.is_told_well()
        nothing_is_lost(page, pairs)


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode(errors="surrogatepass"), safe="")


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.encode(errors="surrogatepass").decode(errors="replace")).casefold()
    text = "".join(char if (digit := unicodedata.decimal(char, None)) is None else str(digit) for char in text)
    return "".join(char for char in text if unicodedata.category(char)[0] not in "CZ" and char not in "-·()")

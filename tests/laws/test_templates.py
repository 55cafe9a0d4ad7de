"""Pages run under a strict Content-Security-Policy: no script, no style, no handler inside a page."""

import re

import pytest

from tests.laws.house import HOUSE

INLINE = re.compile(
    r"""<style|<script(?![^>]*\bsrc=)[^>]*>|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|\shx-on[:-]""", re.IGNORECASE
)
# Letters and licences are set from Markdown, and e-mails are plain text: no browser reads those.
PAGES = "*.html"


def inline(text: str) -> list[str]:
    without_comments = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)
    return [found[0].strip() for found in INLINE.finditer(without_comments)]


def test_no_page_holds_script_or_style_of_its_own():
    found = {str(file.relative_to(HOUSE)): inline(file.read_text()) for file in HOUSE.rglob(PAGES)}

    assert len(found) > 100
    assert not {file: what for file, what in found.items() if what}


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
    ],
)
def test_script_or_style_in_a_page_is_seen(planted):
    assert inline(f"<main>{planted}</main>")


@pytest.mark.parametrize("fine", ['<script src="x.js" defer></script>', '<p class="style">on=1</p>', "{# style= #}"])
def test_what_is_fine_stays_fine(fine):
    assert not inline(fine)

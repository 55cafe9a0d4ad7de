"""Pages run under a strict Content-Security-Policy, and are written as HTML wants them."""

import re

import pytest

from tests.laws.house import HOUSE

INLINE = re.compile(
    r"""<style|<script(?![^>]*\bsrc=)[^>]*>|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|\s(?:data-)?hx-on[:-]""",
    re.IGNORECASE,
)
UNTYPED = re.compile(r"<button(?![^>]*\stype=)[^>]*>", re.IGNORECASE)
NO_INSTANT = re.compile(r"""<time\b(?![^>]*\bdatetime="{{[^}]*\|instant }}")[^>]*>""", re.IGNORECASE)
# A telephone number is dialled where it stands, or masked where it is somebody's; the filter `dial` makes the link.
NOT_DIALLED = re.compile(
    r"""{{ *[\w.]*(?:phone|consult|complaint)\b *(?!\|(?:dial|masked)\b)[^}]*}}"""
    r"""|blocktranslate[^%]*=[\w.]*phone[ %]|href="tel:"""
)
OWN_ATTRIBUTE = re.compile(r"\shx-[a-z-]+=", re.IGNORECASE)
HEADING = re.compile(r"<h([1-6])\b|{% (include|extends|block|for|if|elif|else|endif)\b", re.IGNORECASE)
# Letters and licences are set from Markdown, and e-mails are plain text: no browser reads those.
PAGES = "*.html"


def markup(text: str) -> str:
    """Return a template without its comments."""
    return re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)


def inline(text: str) -> list[str]:
    return [found[0].strip() for found in INLINE.finditer(markup(text))]


def careless(text: str) -> list[str]:
    """Return what a template leaves to chance: buttons without a type, moments in another form, attributes of no
    standard, a heading that skips a level where nothing is put in between."""
    plain = markup(text)
    found = [one[0].strip() for law in (UNTYPED, NO_INSTANT, OWN_ATTRIBUTE, NOT_DIALLED) for one in law.finditer(plain)]
    level = 0
    for heading in HEADING.finditer(plain):
        if heading[1] and level and int(heading[1]) > level + 1:
            found.append(f"h{level} and then h{heading[1]}")
        level = int(heading[1]) if heading[1] else 0
    return found


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
        '<div data-hx-on:click="go()">',
    ],
)
def test_script_or_style_in_a_page_is_seen(planted):
    assert inline(f"<main>{planted}</main>")


@pytest.mark.parametrize("fine", ['<script src="x.js" defer></script>', '<p class="style">on=1</p>', "{# style= #}"])
def test_what_is_fine_stays_fine(fine):
    assert not inline(fine)


@pytest.mark.found("J-HTML")
def test_no_template_is_careless_with_its_markup():
    found = {str(file.relative_to(HOUSE)): careless(file.read_text()) for file in HOUSE.rglob(PAGES)}

    assert not {file: what for file, what in found.items() if what}


@pytest.mark.found("J-HTML")
@pytest.mark.parametrize(
    "planted",
    [
        '<button class="button">',
        '<button data-type="x">',
        "<time datetime=\"{{ at|date:'c' }}\">",
        "<time>{{ at|day }}</time>",
        '<input hx-get="/suggest/">',
        "<h1>Materials</h1><p>…</p><h3>Plan</h3>",
        "{{ place.phone }}",
        "{% blocktranslate with number=help_phone %}Call {{ number }}{% endblocktranslate %}",
        '<a href="tel:{{ number }}">',
    ],
)
def test_careless_markup_is_seen(planted):
    assert careless(f"<main>{planted}</main>")

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
WIDEST = 140
BRANCHED = re.compile(
    r"""<(?P<heading>h1)\b|{% (?P<word>if|elif|else|endif|for|empty|endfor)\b|{% include "(?P<part>[^"]+)\""""
    # Two pages get their heading from elsewhere: a body that is cached, and the step of a form.
    r"""|(?P<given>{{ body }}|{% eform_step (?![^%]*\balone=False))"""
)


# A cell with nothing in it loses its label on a phone; space alone is not nothing to a stylesheet.
LABELLED_CELL = re.compile(r'<td\b[^>]*\bdata-label="[^>]*>(.*?)</td>', re.DOTALL)
PART_ALONE = re.compile(
    r"{% if (?:(?!{% (?:if|else|elif|endif)).)*{% endif %}|{% for (?:(?!{% (?:for|empty|endfor)).)*{% endfor %}",
    re.DOTALL,
)


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


def too_wide(text: str) -> list[int]:
    """Return the numbers of the lines that are longer than one sees at a glance."""
    return [number for number, line in enumerate(text.splitlines(), 1) if len(line) > WIDEST]


def headings(text: str, parts: dict[str, str]) -> set[int]:
    """Return how many headings of the first level a page may come to, whichever of its branches are shown."""
    counts, outer = {0}, []
    for found in BRANCHED.finditer(markup(text)):
        word = found["word"]
        if found["heading"] or found["given"]:
            counts = {count + 1 for count in counts}
        elif found["part"]:
            inner = headings(parts.get(found["part"], ""), parts)
            counts = {count + more for count in counts for more in inner}
        elif word in {"if", "for"}:
            outer.append((counts, set(), word))
        elif word in {"elif", "else", "empty"}:
            before, ways, _ = outer.pop()
            outer.append((before, ways | counts, word))
            counts = before
        else:
            before, ways, last = outer.pop()
            counts = ways | counts | (set() if last == "else" else before)
    return counts


# A page of the portal, or of a frame that stands in its content: what a page extends -> the block with its heading.
FRAMES = {"portal_base": "content", '"ui/table_page.html"': "above"}


def faulty_pages(templates: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with a page, by the name of its template."""
    found = {}
    for name, text in templates.items():
        if name.endswith("_body.html") and headings(text, templates) != {1}:
            found[name] = "a body without one h1"
        frame = next((frame for frame in FRAMES if f"{{% extends {frame} %}}" in text), None)
        if frame is None or f'"{name}"' in FRAMES:
            continue
        content = text.partition(f"{{% block {FRAMES[frame]} %}}")[2]
        if not content:
            found[name] = f"fills no block {FRAMES[frame]}: an empty page"
        elif headings(content, templates) != {1}:
            found[name] = f"{headings(content, templates)} headings h1"
    return found


def all_templates() -> dict[str, str]:
    """Return the templates of all rooms by name, such as "cases/fill.html"."""
    files = (file for file in HOUSE.rglob(PAGES) if "templates" in file.parts)
    return {str(file).partition("/templates/")[2]: file.read_text() for file in files}


def test_no_line_of_a_template_is_too_wide():
    found = {name: too_wide(text) for name, text in all_templates().items()}

    assert not {name: lines for name, lines in found.items() if lines}
    assert too_wide("<p>\n" + "x" * (WIDEST + 1) + "\n</p>") == [2]


def test_every_page_fills_its_content_and_has_one_heading():
    templates = all_templates()

    assert sum("{% extends portal_base %}" in text for text in templates.values()) > 90
    assert not faulty_pages(templates)


@pytest.mark.parametrize(
    "planted",
    [
        "{% block main %}<h1>x</h1>{% endblock %}",
        "{% block content %}<p>x</p>{% endblock %}",
        "{% block content %}<h1>x</h1><h1>y</h1>{% endblock %}",
        "{% block content %}{% if x %}<h1>x</h1>{% endif %}{% endblock %}",
        '{% block content %}<h1>x</h1>{% include "head.html" %}{% endblock %}',
    ],
)
def test_a_page_without_its_heading_is_seen(planted):
    page = "{% extends portal_base %}" + planted

    assert list(faulty_pages({"page.html": page, "head.html": "<h1>y</h1>"})) == ["page.html"]


def test_a_table_page_without_its_heading_is_seen():
    page = '{% extends "ui/table_page.html" %}{% block above %}<h1>x</h1>{% endblock %}{% block row %}x{% endblock %}'

    assert not faulty_pages({"page.html": page})
    assert list(faulty_pages({"page.html": page.replace("h1", "h2")})) == ["page.html"]
    assert list(faulty_pages({"page.html": page.replace("above", "content")})) == ["page.html"]


def test_a_heading_in_each_branch_or_in_a_part_is_one_heading():
    either = "{% if x %}<h1>x</h1>{% elif y %}<h1>y</h1>{% else %}<h1>z</h1>{% endif %}"
    pages = {"a.html": either, "b.html": '{% include "head.html" %}{% for x in y %}<h2>x</h2>{% endfor %}'}
    filled = {
        name: f"{{% extends portal_base %}}{{% block content %}}{text}{{% endblock %}}" for name, text in pages.items()
    }

    assert not faulty_pages({**filled, "head.html": "<h1>x</h1>"})


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


def blank_cells(text: str) -> list[str]:
    """Return the labelled cells that hold nothing but space where none of their parts is shown."""
    found = []
    for cell in LABELLED_CELL.findall(markup(text)):
        rest, before = cell, None
        while rest != before:
            rest, before = PART_ALONE.sub("", rest), rest
        if rest and not rest.strip():
            found.append(cell.strip())
    return found


def test_a_labelled_cell_that_may_hold_nothing_holds_no_space_either():
    found = {file.name: cells for file in HOUSE.rglob(PAGES) if (cells := blank_cells(file.read_text()))}

    assert not found


@pytest.mark.parametrize(
    ("cell", "blank"),
    [
        ('<td data-label="谁">\n  {% if x %}a{% endif %}\n</td>', True),
        ('<td data-label="谁">\n  {% if x %}{% if y %}a{% endif %}{% endif %}\n</td>', True),
        ('<td data-label="谁">{% if x %}\n  a\n{% endif %}</td>', False),
        ('<td data-label="谁">\n  {% if x %}a{% else %}—{% endif %}\n</td>', False),
        ('<td data-label="谁">{{ x }}</td>', False),
    ],
)
def test_a_cell_of_space_alone_is_seen(cell, blank):
    assert bool(blank_cells(cell)) is blank

"""What a template asks for is known before anybody waits for the letter."""

import pytest

from tongban.platform.documents import rules
from tongban.platform.documents import services as documents

NAMES = {
    "who": {"name": None},
    "day": None,
    "rows": [{"title": None}],
    "answers": {"work": None},
    "face": rules.ANYTHING,
}


@pytest.mark.parametrize(
    "source",
    [
        "{{ who.name }} {{ day }}",
        '{{ day|default:"—" }} {{ "text" }} {{ 5 }}',
        "{% for row in rows %}{{ forloop.counter }} {{ row.title }}{% endfor %}",
        "{% for label, text in face.items %}{{ label }} {{ text }}{% endfor %}",
        "{{ face.anything.at_all }} {{ rows.0.title }} {{ day.year }}",
        "{% if not day or who.name == 'x' %}{{ day }}{% elif rows %}{{ rows|length }}{% else %}—{% endif %}",
        "{% comment %}{{ nobody }}{% endcomment %}",
    ],
)
def test_what_there_is_may_be_asked_for(source):
    assert documents.check(source, names=NAMES) == []


@pytest.mark.parametrize(
    ("source", "line", "name"),
    [
        ("\n{{ whom.name }}", 2, "whom.name"),
        ("{{ who.nam }}", 1, "who.nam"),
        ('{{ who.nam|default:"—" }}', 1, "who.nam"),
        ("{% if day %}\n{% if daily %}x{% endif %}{% endif %}", 2, "daily"),
        ("{% if day == yesterday %}x{% endif %}", 1, "yesterday"),
        ("{% for row in rows %}\n\n{{ row.titel }}{% endfor %}", 3, "rows.titel"),
        ("{% for row in lines %}x{% endfor %}", 1, "lines"),
        ("{% for row in rows %}x{% empty %}{{ nothing }}{% endfor %}", 1, "nothing"),
        ("{% for row in rows %}x{% endfor %}{{ row.title }}", 1, "row.title"),
        ("{{ day|default:other }}", 1, "other"),
        ("{{ rows.title }}", 1, "rows.title"),
    ],
)
def test_what_nobody_gives_is_named_with_its_line(source, line, name):
    (flaw,) = documents.check(source, names=NAMES)

    assert flaw.line == line
    assert flaw.details["name"] == name


def test_a_slip_of_the_pen_is_guessed():
    (near,) = documents.check("{{ answers.werk }}", names=NAMES)
    (far,) = documents.check("{{ answers.age }}", names=NAMES)

    assert near.details["near"] == "work"
    assert far.details["known"] == "work"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("{{ answers.work }}", [1]),
        ("{{ answers.name }}", []),
        ('{{ answers.work|default:"" }}', []),
        ("{% if answers.work %}{{ answers.work }}{% endif %}", []),
        ("{% if answers.kind == 'x' %}{{ answers.work }}{% else %}{{ answers.work }}{% endif %}", []),
        ("{% if day %}\n{{ answers.work }}{% endif %}", [2]),
        ("{% if answers.work %}x{% endif %}\n{{ answers.work }}", [2]),
    ],
)
def test_a_value_that_may_be_missing_has_to_be_asked_for_first(source, lines):
    assert [flaw.line for flaw in documents.without_default(source, under="answers", names={"work"})] == lines

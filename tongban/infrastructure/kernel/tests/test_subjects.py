"""What records are about, written and read in one way."""

import pytest

from tongban.infrastructure.kernel.subjects import Subject


@pytest.mark.parametrize(
    ("text", "kind", "key", "number"),
    [
        ("case:12", "case", "12", 12),
        ("draft:k7m2", "draft", "k7m2", None),
        ("licence:12", "licence", "12", None),
        ("case:", "case", "", None),
        ("12", "", "12", None),
        ("register:case:12", "register", "case:12", None),
    ],
)
def test_a_subject_is_read_as_it_was_written(text, kind, key, number):
    subject = Subject.parse(text)

    assert subject == (kind, key)
    assert subject.number("case") == number
    assert str(subject) == text or not kind

"""What rooms further up may tell the catalogue: pages that answer a question and are no service."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.module import label_of
from tongban.infrastructure.kernel.registry import Registry


class Answer(NamedTuple):
    """A page that answers a question."""

    title: str
    url: str


class Answers(Protocol):
    """Names the pages that answer a question in everyday words."""

    def __call__(self, asked: str) -> Iterable[Answer]: ...


_answers: Registry[Answers] = Registry("answers")


def register(answers: Answers) -> None:
    """Let a room answer questions beside the catalogue."""
    _answers.register(label_of(answers.__module__), answers)


def answers_to(asked: str) -> list[Answer]:
    """Return the pages that answer a question; nothing where no room has one."""
    return [answer for answers in _answers.values() for answer in answers(asked)]

"""The words of one text, taken one after the other, and the refusals that name them."""

from collections.abc import Collection
from typing import NoReturn

from tongban.infrastructure.feel.rules.functions import FUNCTIONS
from tongban.infrastructure.feel.rules.problems import UnreadableExpression, refuse
from tongban.infrastructure.feel.rules.tokens import Lexeme, cut
from tongban.infrastructure.kernel.problems import gettext_noop

MAX_LENGTH = 2000
MAX_WORDS = 400
DEFINED = "is defined"


class Stream:
    """The words of a text; `names` are those that may be asked for, None for any."""

    def __init__(self, text: str, names: Collection[str] | None, known: Collection[str] = ()) -> None:
        if not text.strip() or len(text) > MAX_LENGTH:
            raise _too_long()
        self.names = names
        self.tokens = cut(text, {*(names or ()), *known}, (*FUNCTIONS, DEFINED))
        if len(self.tokens) > MAX_WORDS:
            raise _too_long()
        self.at = 0
        self.depth = 0
        self.rounds = 0
        self.local: list[str] = []

    @property
    def now(self) -> Lexeme:
        return self.tokens[self.at]

    def take(self, *values: str) -> Lexeme | None:
        token = self.now
        if token.is_(*values):
            self.at += 1
            return token
        return None

    def need(self, value: str) -> Lexeme:
        return self.take(value) or self.unexpected(value)

    def unexpected(self, wanted: str = "") -> NoReturn:
        token = self.now
        here = str(token.value) if token.kind != "end" else "…"
        if token.is_("not"):
            raise refuse(token.position, gettext_noop("“not” is a function."), gettext_noop("Write not(…)."))
        if wanted:
            raise refuse(
                token.position,
                gettext_noop("“%(wanted)s” is expected here, not “%(here)s”."),
                gettext_noop("Add “%(wanted)s”, or correct what comes before it."),
                here=here,
                wanted=wanted,
            )
        raise refuse(
            token.position,
            gettext_noop("“%(here)s” is not allowed here."),
            gettext_noop("Write a value, a name or a function here, or remove it."),
            here=here,
        )

    def wrong_number(self, token: Lexeme, name: str) -> NoReturn:
        raise refuse(
            token.position,
            gettext_noop("The function “%(name)s” is called in the wrong way."),
            gettext_noop('Give it as many values as it takes, e.g. not(a), date("2026-01-31"), substring(a, 1, 2).'),
            name=name,
        )

    def no_constant(self, token: Lexeme, name: str) -> NoReturn:
        raise refuse(
            token.position,
            gettext_noop("The content of “%(name)s” is not a value of that type."),
            gettext_noop('Write date("2026-01-31"), time("09:30:00"), duration("P1Y6M") or duration("P10D").'),
            name=name,
        )

    def not_carried(self, what: str, token: Lexeme | None = None) -> NoReturn:
        raise refuse(
            (token or self.now).position,
            gettext_noop("“%(what)s” belongs to FEEL, but is not supported here."),
            gettext_noop("Write it in another way; docs/rooms/feel.md says what is supported."),
            what=what,
        )


def _too_long() -> UnreadableExpression:
    return refuse(
        0,
        gettext_noop("The expression is empty, or too long (more than %(characters)d characters or %(words)d words)."),
        gettext_noop("Write an expression, or split it into several."),
        characters=MAX_LENGTH,
        words=MAX_WORDS,
    )

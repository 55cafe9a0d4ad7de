"""Note what is wrong with a form definition while it is read, each with its place and a remedy."""

import re
from collections.abc import Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.eforms.rules.problems import problem

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


class Noting:
    """Take values out of a definition; what is not as it should be is noted and read as nothing."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def _claim(self, place: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self._add(place, gettext_noop("This is neither true nor false."), gettext_noop("Write true."))
        return value is True

    def _text(self, place: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            self._add(place, gettext_noop("The text is missing."), gettext_noop("Write what people will read."))
            return ""
        return value.strip()

    def _english(self, place: str, item: Mapping[str, Any], name: str) -> str:
        """Return the English of a text, "" where there is none."""
        key = f"{name}_en"
        if key not in item:
            return ""
        value = item[key]
        if not isinstance(value, str) or not value.strip() or _CHINESE.search(value):
            self._add(
                f"{place}.{key}",
                gettext_noop("The English text is missing, or contains Chinese characters."),
                gettext_noop("Write it in English, or remove the key: the page then says that it is in Chinese only."),
            )
        elif not item.get(name):
            self._add(
                f"{place}.{key}",
                gettext_noop("There is a text in English, but none in Chinese."),
                gettext_noop("Write “%(key)s” as well."),
                key=name,
            )
        else:
            return value.strip()
        return ""

    def _word(self, place: str, value: str) -> None:
        if not _WORD.fullmatch(value):
            self._add(
                place,
                gettext_noop("“%(value)s” is not a name."),
                gettext_noop(
                    "Use lower-case letters, digits, _ and -, beginning with a letter, at most 60 characters."
                ),
                value=value[:80],
            )

    def _mapping(self, place: str, item: Any, allowed: frozenset[str], needed: set[str]) -> bool:
        if not isinstance(item, Mapping):
            self._add(place, gettext_noop("This is not an object."), gettext_noop("Write {…}."))
            return False
        for key in item:
            if key not in allowed:
                self._add(
                    f"{place}.{key}" if place else str(key),
                    gettext_noop("The key “%(key)s” is not known here."),
                    gettext_noop("Remove it; allowed are: %(known)s."),
                    key=key,
                    known=", ".join(sorted(allowed)),
                )
        missing = sorted(needed - set(item))
        if missing:
            self._add(
                place,
                gettext_noop("The key “%(keys)s” is missing."),
                gettext_noop("Add it."),
                keys=", ".join(missing),
            )
        return not missing

    def _add(self, place: str, text: str, remedy: str, /, **details: object) -> None:
        self.problems.append(problem(place, text, remedy, details))

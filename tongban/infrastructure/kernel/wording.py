"""Texts that exist in Chinese, and perhaps in English: which of the two a page shows."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

from tongban.infrastructure.kernel.module import StrOrPromise

_ENGLISH = {"name": "english"}
_CHINESE = re.compile("[\u4e00-\u9fff]")


class InChinese(str):
    """Chinese text before somebody who reads in English: nobody has written it in English yet.

    Pages mark it as Chinese (the filter `with_lang`) and say once that what they show is in Chinese only.
    """

    __slots__ = ()


def all_worded(value: Any) -> Any:
    """Return data with all its texts for the reader: `english` beside a name, `…_english` beside any other text."""
    return _in_english(value) if english() else value


def _in_english(value: Any) -> Any:
    if isinstance(value, Mapping):
        texts = {key: _in_english(part) for key, part in value.items()}
        return texts | {key: texts[there] for key in texts if (there := _ENGLISH.get(key, f"{key}_english")) in texts}
    if isinstance(value, list):
        return [_in_english(part) for part in value]
    return InChinese(value) if isinstance(value, str) and _CHINESE.search(value) else value


def in_chinese(value: Any) -> bool:
    """Say whether a text, or one in a list or mapping, exists in Chinese only and the reader reads in English."""
    if isinstance(value, str):
        return isinstance(value, InChinese)
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return any(map(in_chinese, parts))


def is_chinese(text: str) -> bool:
    """Say whether a text holds Chinese before somebody who reads in English: a person's words, a letter's title."""
    return english() and bool(_CHINESE.search(text))


def english() -> bool:
    """Say whether the reader of the moment reads in English."""
    return (get_language() or "").startswith("en")


def recorded(text: StrOrPromise) -> str:
    """Return a text as records keep it: in the house's language, whoever's page it comes from."""
    with override(settings.LANGUAGE_CODE):
        return str(text)


def worded(chinese: str, in_english: str = "") -> str:
    """Return the text for the reader of the moment; InChinese where the reader's English is missing."""
    if not english() or not chinese:
        return chinese
    return in_english or InChinese(chinese)

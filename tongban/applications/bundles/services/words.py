"""Words that bundles put together themselves."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from tongban.infrastructure.kernel.problems import gettext_noop

COMMON = gettext_noop("Asked once for all")
COMMON_INTRO = gettext_noop("Several of the services need this; you answer it once.")


def common(guide: Mapping[str, Any]) -> dict[str, str]:
    """Return how the step is called that asks what several services need; a bundle may call it otherwise."""
    own = guide.get("common", {})
    chinese, english = (_in(language) for language in ("zh-hans", "en"))
    told = {"title": chinese[0], "intro": chinese[1], "title_en": english[0], "intro_en": english[1]}
    return told | {key: str(text) for key, text in own.items() if key in told}


def _in(language: str) -> tuple[str, str]:
    with translation.override(language):
        return gettext(COMMON), gettext(COMMON_INTRO)

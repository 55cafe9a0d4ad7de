"""Take documents in, make letters, hand documents out."""

from tongban.platform.documents.composing.flaws import Flaw
from tongban.platform.documents.composing.fonts import further as further_typefaces
from tongban.platform.documents.rules import LICENCE as LICENCE_NAMES
from tongban.platform.documents.rules import shown
from tongban.platform.documents.services.downloads import portrait, response, thumbnail
from tongban.platform.documents.services.keeping import (
    MAX_NAMED,
    attach,
    files_compared,
    keep_extract,
    keep_fetched,
    keep_issued,
    recorded,
)
from tongban.platform.documents.services.templates import (
    OutlineBlock,
    TemplateBroken,
    check,
    compose,
    fill,
    glyphs_missing,
    letter,
    letter_names,
    letters,
    must_have_glyphs,
    outline,
    values,
    without_default,
)
from tongban.platform.documents.services.waiting import GlyphMissing, papers_waiting, try_waiting, wait_for_glyphs

__all__ = [
    "LICENCE_NAMES",
    "MAX_NAMED",
    "Flaw",
    "GlyphMissing",
    "OutlineBlock",
    "TemplateBroken",
    "attach",
    "check",
    "compose",
    "files_compared",
    "fill",
    "further_typefaces",
    "glyphs_missing",
    "keep_extract",
    "keep_fetched",
    "keep_issued",
    "letter",
    "letter_names",
    "letters",
    "must_have_glyphs",
    "outline",
    "papers_waiting",
    "portrait",
    "recorded",
    "response",
    "shown",
    "thumbnail",
    "try_waiting",
    "values",
    "wait_for_glyphs",
    "without_default",
]

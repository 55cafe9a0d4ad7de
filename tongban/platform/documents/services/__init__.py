"""Take documents in, make letters, hand documents out."""

from tongban.platform.documents.composing.flaws import Flaw
from tongban.platform.documents.composing.fonts import further as further_typefaces
from tongban.platform.documents.composing.subset import Subset, subset
from tongban.platform.documents.composing.watermark import watermarked
from tongban.platform.documents.rules import ANYTHING, missing, required, shown
from tongban.platform.documents.services.attaching import (
    MaterialList,
    NoFile,
    NothingToFetch,
    NotReusable,
    TooManyPapers,
    UnknownMaterial,
    attach_to,
    fetch,
    fetch_all,
    remove,
    reusable,
    reuse,
)
from tongban.platform.documents.services.changing import Offer, Problems, brings_papers, change, line_rows, offers
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
    must_have_glyphs,
    outline,
    values,
    without_default,
)
from tongban.platform.documents.services.waiting import GlyphMissing, papers_waiting, try_waiting, wait_for_glyphs

__all__ = [
    "ANYTHING",
    "MAX_NAMED",
    "Flaw",
    "GlyphMissing",
    "MaterialList",
    "NoFile",
    "NotReusable",
    "NothingToFetch",
    "Offer",
    "OutlineBlock",
    "Problems",
    "Subset",
    "TemplateBroken",
    "TooManyPapers",
    "UnknownMaterial",
    "attach",
    "attach_to",
    "brings_papers",
    "change",
    "check",
    "compose",
    "fetch",
    "fetch_all",
    "files_compared",
    "fill",
    "further_typefaces",
    "glyphs_missing",
    "keep_extract",
    "keep_fetched",
    "keep_issued",
    "line_rows",
    "missing",
    "must_have_glyphs",
    "offers",
    "outline",
    "papers_waiting",
    "portrait",
    "recorded",
    "remove",
    "required",
    "response",
    "reusable",
    "reuse",
    "shown",
    "subset",
    "thumbnail",
    "try_waiting",
    "values",
    "wait_for_glyphs",
    "watermarked",
    "without_default",
]

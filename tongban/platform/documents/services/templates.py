"""Letters and licences from their templates: filled, set in type, checked."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.documents.composing import fonts, layout, markdown, sandbox, template_names
from tongban.platform.documents.composing.flaws import Flaw, Flawed
from tongban.platform.documents.services.waiting import GlyphMissing

_DEMO_NOTE = "演示系统生成，不具有法律效力"


class TemplateBroken(Refusal):
    status = 422
    message = _("The template of “%(title)s” cannot be used: %(problem)s.")


def compose(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    qr: str = "",
    caption: str = "扫码核验",
    seal: bool = True,
    draft: bool = False,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Return a PDF: the template filled with plain values and set in type. Raises TemplateBroken, GlyphMissing.

    A paper that will be sealed has a glyph for every character; in others its code stands in the place of one that has
    none: 〔U+30302〕.

    qr     what the QR code says, "" for none; caption: what is written under it, one or two lines
    seal   leave a place for the department's seal: the empty signature field "Seal" over the signature block
    draft  it will not be sealed in spite of its place: a preview
    pictures   name → JPEG; see `portrait`
    """
    read = _read(template, context, title)
    if seal and not draft:
        must_have_glyphs(markdown.text_of(read), title=title)
    author = markdown.unshield(next((block.lines[0] for block in read.blocks if block.kind == "signature"), ""))
    author = author.rpartition("：")[2]
    note = _DEMO_NOTE if settings.DEMO else ""
    return layout.set_(read, layout.PageContent(title, author, qr, caption, seal, note, pictures))


def must_have_glyphs(*texts: str, title: str) -> None:
    """Refuse a paper that says a character which no typeface has. Raises GlyphMissing."""
    if missing := glyphs_missing(*texts):
        raise GlyphMissing(missing, title=title)


def glyphs_missing(*texts: str) -> list[str]:
    """Return the characters, each once, that no typeface has: neither ours nor those that the operator added."""
    return fonts.lacking(markdown.unshield(markdown.shield("".join(texts))))


def fill(template: str, context: Mapping[str, Any], *, title: str = "") -> str:
    """Return a template's plain text, filled; for a face's elements or a number's pattern. Raises TemplateBroken."""
    try:
        return markdown.unshield(sandbox.fill(template, context))
    except sandbox.BadTemplate as broken:
        raise TemplateBroken(title=title, problem=broken) from broken


def values(template: str, context: Mapping[str, Any], *, title: str) -> dict[str, str]:
    """Return what a template of "label :: value" lines says, e.g. the face of a licence; empty values are left out.

    Raises TemplateBroken.
    """
    return {
        markdown.unshield(label): markdown.unshield(text)
        for block in _read(template, context, title).blocks
        if block.kind == "fields"
        for label, text in block.rows
        if markdown.unshield(text)
    }


class OutlineBlock(NamedTuple):
    """A piece of a document in plain text, for a page; see `composing.markdown.Block`."""

    kind: str
    text: str
    marker: str
    lines: list[str]
    rows: list[list[str]]
    head: bool

    def texts(self) -> list[str]:
        """Return everything that it says."""
        return [self.text, *self.lines, *(cell for row in self.rows for cell in row)]


def outline(template: str, context: Mapping[str, Any], *, title: str) -> list[OutlineBlock]:
    """Return what a filled template says, piece by piece, as the file made of it will say it. Raises TemplateBroken."""
    return [
        OutlineBlock(
            block.kind,
            "".join(text for text, _bold in markdown.spans(block.text)),
            block.marker,
            [markdown.unshield(line) for line in block.lines],
            [[markdown.unshield(cell) for cell in row] for row in block.rows],
            block.head,
        )
        for block in _read(template, context, title).blocks
    ]


def check(template: str, *, names: Mapping[str, Any] | None = None) -> list[Flaw]:
    """Return what is wrong with a template; [] when nothing is.

    names   what it may ask for, such as `letters.names` says; None does not look
    """
    try:
        sandbox.compile_(template)
        markdown.front_matter(template)
    except Flawed as broken:
        return [broken.flaw]
    return list(template_names.unknown_names(template, names)) if names is not None else []


def without_default(template: str, *, under: str, names: Collection[str]) -> list[Flaw]:
    """Return where a sound template counts on a value that may be missing.

    under, names   e.g. "answers" and the questions that need no answer
    """
    return list(template_names.without_default(template, under, names))


def _read(template: str, context: Mapping[str, Any], title: str) -> markdown.Sheet:
    try:
        return markdown.read(sandbox.fill(template, context))
    except (sandbox.BadTemplate, markdown.BadMarkdown) as broken:
        raise TemplateBroken(title=title, problem=broken) from broken

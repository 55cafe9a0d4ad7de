"""What a PDF may do by itself: nothing. Every action and every annotation is of a kind that stays within the file."""

from typing import Any

from tongban.infrastructure.storage.pdfs import Decrypt, PdfName, PdfObjects, PdfRef, UnreadablePdf

# Actions that stay within the document, whenever they happen. Source: ISO 32000-2:2020, table 201.
WITHIN = {"GoTo", "GoToDp", "Named", "Thread", "Hide", "SetOCGState", "ResetForm", "Trans"}
# Those that somebody must click on.
BY_CLICK = WITHIN | {"URI"}
ACTIONS = BY_CLICK | {
    *("GoToR", "GoToE", "GoTo3DView", "ImportData", "JavaScript", "Launch", "Movie", "Rendition", "RichMediaExecute"),
    *("Sound", "SubmitForm"),
}
# Annotations that show something and hold nothing. Source: ISO 32000-2:2020, table 171.
ANNOTATIONS = {
    *("Text", "Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline"),
    *("Squiggly", "StrikeOut", "Caret", "Stamp", "Ink", "Popup", "Widget", "PrinterMark", "TrapNet", "Watermark"),
    *("Redact", "Projection"),
}
# Names that mean nothing else, wherever they stand.
NAMES = {
    *("JavaScript", "Launch", "ImportData", "SubmitForm", "GoToR", "GoToE", "GoTo3DView", "RichMedia", "XFA"),
    *("RichMediaExecute", "RichMediaContent", "EmbeddedFile", "EmbeddedFiles", "FileAttachment", "Filespec"),
}
KEYS = {"JS": "JavaScript", "EF": "EmbeddedFile", "NeedsRendering": "XFA", "Collection": "EmbeddedFiles"}
SCHEMES = {"http", "https", "mailto", "tel"}
_MAX_STEPS = 10_000


class ActiveContent(Exception):
    """The file would do something by itself, or carries something else than pages; the text names it."""


def look(content: bytes, decrypt: Decrypt | None = None) -> None:
    """Look at every object of a PDF. Raises ActiveContent, UnreadablePdf.

    decrypt   for a file that is encrypted though it opens without a password
    """
    _Look(content, decrypt).over()


class _Look:
    def __init__(self, content: bytes, decrypt: Decrypt | None) -> None:
        self.encrypted = decrypt is not None
        self.objects = PdfObjects(content, self.see, decrypt)
        self.by_itself: list[Any] = []

    def over(self) -> None:
        for found in self.objects.walk():
            if found.stream is not None and isinstance(found.value, dict) and found.value.get("F") is not None:
                raise ActiveContent("ExternalStream")
        self._nothing_by_itself()

    def see(self, thing: Any) -> None:
        if isinstance(thing, PdfName):
            if thing in NAMES:
                raise ActiveContent(thing)
            return
        for key in KEYS.keys() & thing.keys():
            if thing[key] is not None:
                raise ActiveContent(KEYS[key])
        if isinstance(outside := thing.get("Ref"), dict) and "F" in outside:
            raise ActiveContent("ExternalStream")
        self._action(thing)
        _annotation(thing)
        if (opening := thing.get("OpenAction")) is not None:
            self.by_itself.append(opening)
        if (events := thing.get("AA")) is not None:
            self.by_itself.append(events)

    def _action(self, thing: dict[str, Any]) -> None:
        kind = thing.get("S")
        if (kind in ACTIONS or thing.get("Type") == "Action") and kind not in BY_CLICK:
            raise ActiveContent(str(kind) if isinstance(kind, PdfName) else "Action")
        if kind == "URI" and isinstance(address := thing.get("URI"), bytes) and not self.encrypted:
            _address(address)

    def _nothing_by_itself(self) -> None:
        """Follow what happens without a click, through all that it leads to."""
        waiting, known, steps = list(self.by_itself), set(), 0
        while waiting:
            thing, steps = waiting.pop(), steps + 1
            if steps > _MAX_STEPS:
                raise UnreadablePdf("a chain of actions without end")
            if isinstance(thing, PdfRef):
                if thing not in known:
                    known.add(thing)
                    waiting += self._meant(thing)
            elif isinstance(thing, dict):
                if "S" in thing and thing["S"] not in WITHIN:
                    raise ActiveContent(str(thing["S"]) if isinstance(thing["S"], PdfName) else "Action")
                waiting += [thing["Next"]] if "S" in thing and "Next" in thing else []
                waiting += [] if "S" in thing else [one for one in thing.values() if isinstance(one, dict | PdfRef)]
            elif isinstance(thing, list) and thing and isinstance(thing[0], dict):
                waiting += thing

    def _meant(self, reference: PdfRef) -> list[Any]:
        meant = self.objects.at(reference.number)
        if not meant and self.objects.nameless:
            raise ActiveContent("Action")
        return meant


def _annotation(thing: dict[str, Any]) -> None:
    kind = thing.get("Subtype")
    if (thing.get("Type") == "Annot" or {"Rect", "Subtype"} <= thing.keys()) and kind not in ANNOTATIONS:
        raise ActiveContent(str(kind) if isinstance(kind, PdfName) else "Annot")


def _address(address: bytes) -> None:
    if address.startswith((b"\xfe\xff", b"\\376\\377")):
        address = address.replace(b"\0", b"")[2:]
    text = address.decode("latin-1").strip().lower()
    scheme, colon, _rest = text.partition(":")
    if text.startswith("\\") or (colon and scheme.isalpha() and scheme not in SCHEMES):
        raise ActiveContent(f"URI {scheme}" if colon else "URI")

"""Read the objects of a PDF file one after another, wherever they hide: no Django, no library that trusts the file.

A reader finds an object by a table in the file that may say anything, or by searching; here every place is read at
which an object could begin, and every stream that could hold objects is unpacked. What cannot be unpacked is refused.
"""

import re
import zlib
from binascii import Error as NotHex
from binascii import unhexlify
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

SPACE = rb"\0\t\n\x0c\r "
_TOKEN = re.compile(
    rb"(?:[" + SPACE + rb"]|%[^\r\n]*)*"
    rb"(?:(?P<name>/[^" + SPACE + rb"()<>\[\]{}/%]*)|(?P<open><<|\[)|(?P<close>>>|\])|(?P<text>\()|(?P<hex><[^<>]*>?)"
    rb"|(?P<word>[^" + SPACE + rb"()<>\[\]{}/%]+)|(?P<other>.))",
    re.DOTALL,
)
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_IN_TEXT = re.compile(rb"[()\\]")
_NUMBERS = re.compile(rb"(\d{1,10})[" + SPACE + rb"]+\d{1,10}[" + SPACE + rb"]*\Z")
_STREAM_START = re.compile(rb"[\t ]*(?:\r\n|\n|\r)?")
_MAX_NESTED = 500
_MAX_UNPACKED = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_MAX_FILTERS = 4
_WORK_FOLD = 8
_MAX_ENDLESS = 1000


class UnreadablePdf(Exception):
    """The file is not what a sound program writes; the text says how."""


class PdfName(str):
    """A name such as /Type, without its stroke and with its escapes resolved."""


class PdfRef(NamedTuple):
    """A reference to another object."""

    number: int


class PdfObject(NamedTuple):
    """One object. number: None where the file does not say it; stream: where its stream's bytes begin, or None."""

    number: int | None
    value: Any
    stream: int | None


LoginSession = Callable[[Any], None]
# Given an object's number, its stream's dictionary and bytes: the same decrypted.
Decrypt = Callable[[int, bytes], bytes]


class PdfObjects:
    """Every object of a file, and where to find it again.

    visit    is given every name and every dictionary as soon as it is read
    """

    def __init__(self, content: bytes, visit: LoginSession, decrypt: Decrypt | None = None) -> None:
        self.content, self.visit, self.decrypt = content, visit, decrypt
        self.positions: dict[int, list[tuple[bytes, int]]] = {}
        self.nameless = False
        self.left = _MAX_UNPACKED
        self.work = _WORK_FOLD * len(content) + _CHUNK

    def walk(self) -> Iterator[PdfObject]:
        """Read everything. Raises UnreadablePdf."""
        if self.content.count(b"obj") > 3 * self.content.count(b"endobj") + _MAX_ENDLESS:
            raise UnreadablePdf("objects without an end")
        for at in _marks(self.content):
            number = _number_before(self.content, at)
            self._place(number, self.content, at)
            found = PdfObject(number, *self._read(self.content, at))
            yield found
            if found.stream is not None and _holds_objects(found.value):
                yield from self._unpacked(found)

    def at(self, number: int) -> list[Any]:
        """Return everything the file says that this object is."""
        return [read(content, at, _nothing).value for content, at in self.positions.get(number, ())]

    def _read(self, content: bytes, at: int) -> tuple[Any, int | None]:
        """Read one object. Sound files have each of them once; many that share their bytes would take for ever."""
        one = read(content, at, self.visit)
        self.work -= one.end - at
        if self.work < 0:
            raise UnreadablePdf("objects that lie within one another")
        return one.value, one.stream

    def _unpacked(self, holder: PdfObject) -> Iterator[PdfObject]:
        content = self._decoded(holder)
        first = holder.value.get("First")
        if not isinstance(first, int) or not 0 <= first <= len(content):
            raise UnreadablePdf("an object stream without a beginning")
        # As readers do, at the places that its head names; and from one end to the other, as others might.
        head = [int(word) for word in content[:first].split() if word.isdigit() and len(word) < 20]
        for number, offset in zip(head[::2], head[1::2], strict=False):
            self._place(number, content, first + offset)
            yield PdfObject(number, self._read(content, first + offset)[0], None)
        read_all(content, first, self.visit)

    def _decoded(self, holder: PdfObject) -> bytes:
        filters = _filters(holder.value)
        start = _STREAM_START.match(self.content, holder.stream or 0)
        assert start is not None  # it matches nothing too
        data = memoryview(self.content)[start.end() :]
        if self.decrypt or not filters or filters[0] != "FlateDecode":
            data = memoryview(self._cut(holder, start.end()))
        if self.decrypt and holder.number is not None:
            data = memoryview(self.decrypt(holder.number, bytes(data)))
        for name in filters:
            data = memoryview(_DECODERS[name](data, self.left))
        if len(data) > self.left:
            raise UnreadablePdf("more than can be unpacked")
        self.left -= len(data)
        self.work += _WORK_FOLD * len(data)
        return bytes(data)

    def _cut(self, holder: PdfObject, start: int) -> bytes:
        """Return a stream's bytes up to its end, as far away as anything in the file says that it is."""
        length = holder.value.get("Length")
        lengths = self.at(length.number) if isinstance(length, PdfRef) else [length]
        ends = [start + length for length in lengths if isinstance(length, int) and length >= 0]
        mark = self.content.find(b"endstream", start)
        end = max([*ends, mark if mark >= 0 else len(self.content)])
        if end - start > 2 * self.left:
            raise UnreadablePdf("more than can be unpacked")
        return self.content[start:end]

    def _place(self, number: int | None, content: bytes, at: int) -> None:
        if number is None:
            self.nameless = True
        else:
            self.positions.setdefault(number, []).append((content, at))


class One(NamedTuple):
    """One object as it was read. stream: where its stream's bytes begin, or None; end: where reading stopped."""

    value: Any
    stream: int | None
    end: int


def read(content: bytes, at: int, visit: LoginSession) -> One:
    """Read the one object that begins here. Raises UnreadablePdf."""
    reader = _Reader(content, at, visit)
    while reader.step() and not reader.whole:
        pass
    value = reader.finished()
    following = _TOKEN.match(content, reader.at) if isinstance(value, dict) else None
    if following and (following["word"] or b"").startswith(b"stream"):
        return One(value, following.start("word") + len(b"stream"), following.end())
    return One(value, None, reader.at)


def read_all(content: bytes, at: int, visit: LoginSession) -> None:
    """Read all objects from here on, one behind another."""
    reader = _Reader(content, at, visit)
    while reader.step():
        if not reader.stack:
            reader.top.clear()


class _Reader:
    """Puts tokens together to values; without recursion, for files are nested as deeply as somebody likes."""

    def __init__(self, content: bytes, at: int, visit: LoginSession) -> None:
        self.content, self.at, self.visit = content, at, visit
        self.top: list[Any] = []
        self.stack: list[tuple[bytes, list[Any]]] = []

    @property
    def whole(self) -> bool:
        """Say whether the object is complete. Two numbers may still turn out to be a reference."""
        if self.stack or not self.top:
            return False
        return len(self.top) > 2 or not isinstance(self.top[0], int)

    def step(self) -> bool:
        """Take the next token; False at the end of the object."""
        found = _TOKEN.match(self.content, self.at)
        if found is None:
            return False
        kind, self.at = found.lastgroup, found.end()
        into = self.stack[-1][1] if self.stack else self.top
        match kind:
            case "name":
                into.append(self._name(found[kind]))
            case "open":
                self.stack.append((found[kind], []))
                if len(self.stack) > _MAX_NESTED:
                    raise UnreadablePdf("nested too deeply")
            case "close":
                self._close()
            case "text":
                into.append(self._text())
            case "hex":
                into.append(found[kind])
            case "word":
                return self._word(found[kind], into)
        return True

    def finished(self) -> Any:
        """Return the value, closing what was never closed: some readers do."""
        while self.stack:
            self._close()
        return self.top[0] if self.top else None

    def _name(self, raw: bytes) -> PdfName:
        plain = _HEX_NAME.sub(lambda m: bytes([int(m[1], 16)]), raw) if b"#" in raw else raw
        name = PdfName(plain[1:].decode("latin-1"))
        self.visit(name)
        return name

    def _close(self) -> None:
        if not self.stack:
            return
        opened, items = self.stack.pop()
        into = self.stack[-1][1] if self.stack else self.top
        if opened == b"[":
            into.append(items)
            return
        made = {str(key): value for key, value in _pairs(items)}
        self.visit(made)
        into.append(made)

    def _text(self) -> bytes:
        start, depth = self.at, 1
        while found := _IN_TEXT.search(self.content, self.at):
            self.at = found.end()
            if found[0] == b"\\":
                self.at += 1
            else:
                depth += 1 if found[0] == b"(" else -1
                if not depth:
                    return self.content[start : self.at - 1]
        self.at = len(self.content)
        return self.content[start:]

    def _word(self, word: bytes, into: list[Any]) -> bool:
        if word in {b"endobj", b"endstream", b"obj"} or word.startswith(b"stream"):
            self.at -= len(word)
            return False
        if word == b"R" and len(into) > 1 and isinstance(into[-1], int) and isinstance(into[-2], int):
            into.pop()
            into.append(PdfRef(into.pop()))
        elif len(word) < 20 and word.lstrip(b"+-").isdigit():
            into.append(int(word))
        else:
            into.append(None)
        return True


def _marks(content: bytes) -> Iterator[int]:
    """Return every place behind the word "obj", be it in a comment, a text or a stream."""
    at = content.find(b"obj")
    while at >= 0:
        if content[max(at - 3, 0) : at] != b"end":
            yield at + 3
        at = content.find(b"obj", at + 3)


def _number_before(content: bytes, at: int) -> int | None:
    found = _NUMBERS.search(content, max(at - 43, 0), at - 3)
    return int(found[1]) if found else None


def _pairs(items: list[Any]) -> Iterator[tuple[PdfName, Any]]:
    at = 0
    while at < len(items):
        if isinstance(items[at], PdfName):
            yield items[at], items[at + 1] if at + 1 < len(items) else None
            at += 1
        at += 1


def _holds_objects(value: Any) -> bool:
    # Many readers do not ask for the type of what a table calls an object stream.
    return isinstance(value, dict) and (value.get("Type") == "ObjStm" or {"N", "First"} <= set(value))


def _filters(holder: dict[str, Any]) -> list[str]:
    """Return the filters of an object stream: those that programs use there. Raises UnreadablePdf for all others."""
    named = holder.get("Filter")
    names = named if isinstance(named, list) else [] if named is None else [named]
    known = [_SHORT.get(name, name) if isinstance(name, PdfName) else "" for name in names]
    if len(known) > _MAX_FILTERS or any(name not in _DECODERS for name in known):
        raise UnreadablePdf("an object stream packed in an unusual way")
    parameters = holder.get("DecodeParms", holder.get("DP"))
    for one in parameters if isinstance(parameters, list) else [parameters]:
        if one is not None and not (isinstance(one, dict) and one.get("Predictor", 1) == 1):
            raise UnreadablePdf("an object stream packed in an unusual way")
    return known


def _inflated(data: memoryview, most: int) -> bytes:
    """Unpack what a Flate stream holds, whatever follows it, and whatever its check sum says."""
    if len(data) < 3 or data[0] & 15 != 8 or (data[0] << 8 | data[1]) % 31 or data[1] & 32:
        raise UnreadablePdf("an object stream that cannot be unpacked")
    unpacking, parts, size = zlib.decompressobj(-15), [], 0
    for start in range(2, len(data), _CHUNK):
        try:
            part = unpacking.decompress(data[start : start + _CHUNK], most + 1 - size)
        except zlib.error as error:
            raise UnreadablePdf("an object stream that cannot be unpacked") from error
        parts.append(part)
        size += len(part)
        if size > most:
            raise UnreadablePdf("more than can be unpacked")
        if unpacking.eof:
            return b"".join(parts)
    raise UnreadablePdf("an object stream that cannot be unpacked")


def _from_hex(data: memoryview, most: int) -> bytes:
    text = bytes(data).partition(b">")[0].translate(None, SPACE_BYTES)
    try:
        return unhexlify(text + b"0" * (len(text) % 2))
    except NotHex as error:
        raise UnreadablePdf("an object stream that cannot be unpacked") from error


def _from_85(data: memoryview, most: int) -> bytes:
    text = bytes(data).partition(b"~>")[0].translate(None, SPACE_BYTES)
    out = bytearray()
    groups = text.replace(b"z", b"!!!!!")
    for start in range(0, len(groups), 5):
        group = groups[start : start + 5]
        number = 0
        for digit in group.ljust(5, b"u"):
            if not 33 <= digit <= 117:
                raise UnreadablePdf("an object stream that cannot be unpacked")
            number = number * 85 + digit - 33
        out += (number & 0xFFFFFFFF).to_bytes(4, "big")[: len(group) - 1]
    return bytes(out)


def _nothing(_: Any) -> None:
    """Look at nothing: it was looked at before."""


SPACE_BYTES = b"\0\t\n\x0c\r "
_SHORT = {"Fl": "FlateDecode", "AHx": "ASCIIHexDecode", "A85": "ASCII85Decode"}
_DECODERS: dict[str, Callable[[memoryview, int], bytes]] = {
    "FlateDecode": _inflated,
    "ASCIIHexDecode": _from_hex,
    "ASCII85Decode": _from_85,
}

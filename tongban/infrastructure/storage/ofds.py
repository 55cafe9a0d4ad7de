"""Look into a stranger's OFD file (GB/T 33190): a package of XML, typefaces, pictures and seals, and nothing else."""

import zipfile
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from tongban.infrastructure.storage.active_content import SCHEMES, ActiveContent

MAX_FILES, MAX_BYTES = 2000, 200 * 1024 * 1024
ENDINGS = {
    *("xml", "ttf", "otf", "ttc", "cff", "png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "jb2", "gbig2"),
    *("dat", "esl", "asn1", "txt"),
}
# Actions that play something or open what lies beside. Source: GB/T 33190-2016, 14.
ACTIONS = {"GotoA", "Sound", "Movie"}


class UnreadableOfd(Exception):
    """The file is damaged, or no OFD."""


def open_ofd(content: bytes) -> int:
    """Return how many files are in the package. Raises UnreadableOfd, ActiveContent."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            _must_be_sound(entries)
            for entry in entries:
                _look(entry.filename, package.read(entry))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableOfd(str(error)) from error
    return len(entries)


def _must_be_sound(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lstrip("/") for entry in entries]
    # Two entries of one name: whoever checks reads one, whoever shows the other.
    if len(set(names)) != len(names) or len(names) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise UnreadableOfd("too much in the package, or something twice")
    if "OFD.xml" not in names or any(".." in PurePosixPath(name).parts or "\\" in name for name in names):
        raise UnreadableOfd("no package of OFD")
    for name in names:
        if name.rpartition(".")[2].lower() not in ENDINGS:
            raise ActiveContent("EmbeddedFile")


def _look(name: str, content: bytes) -> None:
    if not name.lower().endswith(".xml"):
        return
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise UnreadableOfd(str(error)) from error
    for one in root.iter():
        action = str(one.tag).rpartition("}")[2]
        if action in ACTIONS:
            raise ActiveContent(action)
        if action == "URI" and one.get("URI", "https:").partition(":")[0].lower() not in SCHEMES:
            raise ActiveContent("URI")

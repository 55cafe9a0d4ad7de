"""PDFBox Preflight, an outside validator: are the papers what they say they are, fit for an archive?

It knows part 1 of the standard, ours are of part 2. Where both ask the same, it is believed; what part 2 allows
besides is listed here.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

JARS = ("preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "commons-io", "javax.activation", "jaxb-api")
FILES = [Path("/usr/share/java") / f"{name}.jar" for name in JARS]
# Preflight takes colour profiles of version 2 only; PDF 1.7, on which part 2 rests, knows them up to 4.2.
ALLOWED_BY_PART_2 = {"Invalid graphics object, Invalid version of the ICCProfile"}


def there() -> bool:
    """Say whether it can be asked: `make test` installs it where Java is."""
    return shutil.which("java") is not None and all(file.exists() for file in FILES)


def faults(papers: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return what it has to say about papers. papers: which one -> its file; folder: an empty one."""
    names = {}
    for number, (name, pdf) in enumerate(papers.items()):
        assert b"<pdfaid:part>2</pdfaid:part>" in pdf, f"{name} does not say which part it is of"
        file = folder / f"{number}.pdf"
        file.write_bytes(pdf.replace(b"<pdfaid:part>2</pdfaid:part>", b"<pdfaid:part>1</pdfaid:part>"))
        names[file.name] = name
    classes = ":".join(map(str, FILES))
    command = ["java", "-cp", classes, "org.apache.pdfbox.preflight.Validator_A1b", "xml", "group", str(folder)]
    subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    said = ElementTree.parse(folder.with_name(f"{folder.name}.preflight.xml")).getroot()
    looked_at = {str(one.get("name")): one for one in said}
    assert set(looked_at) == set(names)
    return [
        f"{names[name]}: {' '.join(text.split())}"
        for name, one in looked_at.items()
        for text in _sentences(one)
        if text not in ALLOWED_BY_PART_2
    ]


def _sentences(one: ElementTree.Element) -> list[str]:
    broken = [text for text in one.itertext() if re.search("[Ee]xception", text)]
    return broken + [error.findtext("details", "") for error in one.iter("error")]

"""Is the installation up to date? Asked at every start, so it needs no Django: `python -m tongban.city.freshness`."""

import hashlib
from pathlib import Path

from tongban import modules, settings

SOURCE = Path(__file__).resolve().parent.parent
LOCK = SOURCE.parent / "requirements" / "run.txt"
STAMP = Path(settings.VAR) / "prepared"


def is_fresh() -> bool:
    """Say whether nothing changed since the last preparation. An embedded database must still be there."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).is_file():
        return False
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def remember() -> None:
    STAMP.write_text(fingerprint())


def fingerprint() -> str:
    """Return a digest of what the preparation depends on: the modules, their files, and where the data lies."""
    digest = hashlib.sha256(f"{settings.DATABASES['default']['NAME']} {settings.DEMO} {settings.MODULES}".encode())
    files = [file for folder in modules.folders(settings.MODULES, SOURCE) for file in sorted(folder.rglob("*"))]
    for file in [LOCK, *files]:
        if file.suffix in {".pyc", ".mo"} or not file.is_file():
            continue
        about = file.stat()
        digest.update(f"{file} {about.st_mtime_ns} {about.st_size}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    raise SystemExit(0 if is_fresh() else 1)

import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parent.parent
FILES = tomllib.loads((ROOM / "vendored.toml").read_text())["file"]
ALLOWED = {"0BSD", "MIT", "BSD-3-Clause", "Apache-2.0"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_a_vendored_file_is_what_it_says(file):
    assert sha256((ROOM / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert sha256((ROOM / file["licence_path"]).read_bytes()).hexdigest() == file["licence_sha256"]
    assert file["licence"] in ALLOWED


def test_every_vendored_file_is_listed():
    listed = {file[key] for file in FILES for key in ("path", "licence_path")}
    assert {str(path.relative_to(ROOM)) for path in (ROOM / "static/ui/vendored").iterdir()} == listed

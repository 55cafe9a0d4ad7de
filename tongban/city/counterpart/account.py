"""The account that the house has at a counterpart: a file that the house is told of, as an operator writes one."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

NAME = "merchant.json"


def known(folder: Path) -> dict[str, Any]:
    """Return what was written there before; {} at the first start."""
    file = folder / NAME
    return dict(json.loads(file.read_text())) if file.exists() else {}


def account(folder: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Write the account, with a secret that was drawn for it at the first start; return it."""
    made = {"secret": known(folder).get("secret") or secrets.token_hex(16), **said}
    written(folder / NAME, json.dumps(made, ensure_ascii=False, indent=1).encode())
    return made


def written(file: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = file.with_suffix(".new")
    with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    draft.replace(file)

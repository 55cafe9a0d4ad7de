"""The catalogue of licence kinds (证照目录, GB/T 36902): define one, say what a face lacks."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.licences.events import LicenceKindDefined
from tongban.platform.licences.models import LicenceKind
from tongban.platform.licences.rules import kinds as rules

SHIPPED = Path(__file__).parent.parent / "data" / "kinds.toml"


class KindBroken(Refusal):
    status = 422
    message = _("The licence type %(name)s cannot be defined: its %(parts)s cannot be used.")


class FaceIncomplete(Refusal):
    status = 422
    message = _("The %(kind)s lacks what its type asks for: %(lines)s.")


@transaction.atomic
def define_kind(*, actor: Actor, kind: Mapping[str, Any], source: str, valid_from: date) -> LicenceKind:
    """Define a kind of licence, or its next version from a day on; the same again changes nothing.

    kind   code, kind, name, english, definer, definer_code, holders, fields: see `LicenceKind`
    Raises NotAllowed, KindBroken.
    """
    actor.must_hold("licences.define")
    if problems := rules.schema_problems(kind):
        raise KindBroken(name=kind["name"], parts=", ".join(problems))
    code = kind["code"]
    last = LicenceKind.objects.select_for_update().filter(code=code).order_by("-version").first()
    if last and _says(last) == dict(kind) | {"english": kind.get("english", "")}:
        return last
    made = LicenceKind.objects.create(
        **kind, version=last.version + 1 if last else 1, source=source, valid_from=valid_from
    )
    fact = LicenceKindDefined(code, made.version, made.kind)
    journal.write(fact, by=actor, subject=f"licence-kind:{code}", reason=source)
    return made


def define_shipped_kinds() -> None:
    """Define the kinds that come with the house."""
    for row in _shipped():
        rest = {name: value for name, value in row.items() if name not in {"source", "valid_from"}}
        define_kind(actor=SYSTEM, kind=rest, source=row["source"], valid_from=row["valid_from"])


def must_be_complete(*, code: str, name: str, face: Mapping[str, Any], on: date | None = None) -> None:
    """Refuse a face that lacks what its kind asks for; a kind that nobody has defined asks for nothing.

    Raises FaceIncomplete.
    """
    kind = LicenceKind.objects.of_code(code, on or clock.today())
    if kind and (problems := rules.face_problems(face, kind.fields)):
        raise FaceIncomplete(kind=name, lines="；".join(_said(line, problem) for line, problem in problems))


def _said(line: str, problem: str) -> str:
    return f"{line}（{_WORDS[problem]()}）"


def _says(kind: LicenceKind) -> dict[str, Any]:
    names = ("code", "kind", "name", "english", "definer", "definer_code", "holders", "fields")
    return {name: getattr(kind, name) for name in names}


_WORDS = {
    "missing": lambda: pgettext("licence type", "missing"),
    "date": lambda: pgettext("licence type", "not a date"),
    "number": lambda: pgettext("licence type", "not a number"),
    "credit-code": lambda: pgettext("licence type", "not a unified social credit code"),
    "id-number": lambda: pgettext("licence type", "not a citizen number"),
}


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["kind"])

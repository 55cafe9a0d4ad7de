"""Kinds and terms of work orders as they are today."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.codes import services as codes
from tongban.platform.deadlines.services import TimeLimit
from tongban.platform.workorders import ports
from tongban.platform.workorders.ports import WorkOrderKind

DATA = Path(__file__).resolve().parent.parent / "data"


class UnknownKind(Refusal):
    status, field = 422, "kind"
    message = _("There is no kind of work order “%(kind)s” today.")


class WorkOrderTerms(NamedTuple):
    """What counts for every kind; see data/terms.toml."""

    dispatch: TimeLimit
    verify: TimeLimit
    rework: TimeLimit
    urgency: Mapping[str, int]
    clock_tolerance: timedelta
    positions_kept_days: int
    source: str


def kinds(on: date | None = None) -> dict[str, WorkOrderKind]:
    """Return the kinds of a day by their keys: the house's own, then those of city systems."""
    day = on or clock.today()
    own = settings.WORKORDERS_KINDS_FILE
    sources = [ports.kinds_in(Path(own) if own else DATA / "kinds.toml"), *ports.KINDS.values()]
    return {kind.key: kind for source in sources for kind in source(day)}


def kind_named(key: str, on: date | None = None) -> WorkOrderKind:
    """Return the kind of this key. Raises UnknownKind."""
    if found := kinds(on).get(key):
        return found
    raise UnknownKind(kind=key)


def terms(on: date | None = None) -> WorkOrderTerms:
    """Return the terms in force on a day, today by default."""
    row = codes.in_force(_terms(), on or clock.today())
    return WorkOrderTerms(
        TimeLimit(*row["dispatch"]),
        TimeLimit(*row["verify"]),
        TimeLimit(*row["rework"]),
        row["urgency"],
        timedelta(minutes=row["clock_tolerance_minutes"]),
        row["positions_kept_days"],
        row["source"],
    )


@cache
def _terms() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))["terms"])

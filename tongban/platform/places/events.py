"""What places tell."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class AreasLoaded:
    """Areas were taken over from a table. `codes`: those that are new or changed."""

    title: ClassVar[StrOrPromise] = _("Areas loaded")

    source: str
    codes: list[str]


@dataclass(frozen=True)
class HallsLoaded:
    """Service halls were taken over from a table. `keys`: those that are new or changed, or are gone."""

    title: ClassVar[StrOrPromise] = _("Service halls loaded")

    source: str
    keys: list[str]


@dataclass(frozen=True)
class LayerTakenOver:
    """A layer of the map was taken over. `features`: how many it has now."""

    title: ClassVar[StrOrPromise] = _("Map layer taken over")

    layer: str
    source: str
    features: int

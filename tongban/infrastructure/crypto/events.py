from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class KeyMade:
    """Somebody may sign from now on."""

    title: ClassVar[StrOrPromise] = _("Key created")
    key_digest: str
    owner: str


@dataclass(frozen=True)
class KeyRetired:
    """A newer key signs in this one's place; its old signatures stay good."""

    title: ClassVar[StrOrPromise] = _("Key replaced")
    key_digest: str
    owner: str


@dataclass(frozen=True)
class KeyRevoked:
    """Signatures made with this key are no longer trusted."""

    title: ClassVar[StrOrPromise] = _("Key revoked")
    key_digest: str
    owner: str


@dataclass(frozen=True)
class KeyCertified:
    """An outside authority's certificate took the place of the house's own."""

    title: ClassVar[StrOrPromise] = _("Key certified by an outside authority")
    key_digest: str
    owner: str


@dataclass(frozen=True)
class DataKeyRotated:
    """Encrypted columns were written again under the data key of today."""

    title: ClassVar[StrOrPromise] = _("Data key rotated")
    data_key: str
    values: int

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyMade:
    """Somebody may sign from now on."""

    key_id: str
    owner: str


@dataclass(frozen=True)
class KeyRetired:
    """A newer key signs in this one's place; its old signatures stay good."""

    key_id: str
    owner: str


@dataclass(frozen=True)
class KeyRevoked:
    """Signatures made with this key are no longer trusted."""

    key_id: str
    owner: str


@dataclass(frozen=True)
class KeyCertified:
    """An outside authority's certificate took the place of the house's own."""

    key_id: str
    owner: str


@dataclass(frozen=True)
class DataKeyRotated:
    """Encrypted columns were written again under the data key of today."""

    data_key: str
    values: int

"""What a division code says by itself, and how positions and shapes on a map are reckoned."""

from tongban.platform.places.rules.codes import code_above, level_of

__all__ = ["code_above", "level_of"]

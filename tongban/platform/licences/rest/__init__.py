"""Licences for other systems: `kinds` are listed for everybody, `register` is verified and read."""

from tongban.platform.licences.rest.register import router

__all__ = ["router"]

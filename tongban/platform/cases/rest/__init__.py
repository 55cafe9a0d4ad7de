"""Cases for other systems: `filing` with a key, and for everybody what is `public`."""

from tongban.platform.cases.rest.filing import router

__all__ = ["router"]

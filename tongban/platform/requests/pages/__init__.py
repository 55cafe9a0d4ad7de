"""The doors for people: whoever says something, and the offices that answer."""

from tongban.platform.requests.pages.desk import desk
from tongban.platform.requests.pages.hall import hall

__all__ = ["desk", "hall"]

"""The doors for people: whoever receives and posts in the hall, officials at the desk."""

from tongban.platform.delivery.pages.desk import routes as desk
from tongban.platform.delivery.pages.hall import routes as hall

__all__ = ["desk", "hall"]

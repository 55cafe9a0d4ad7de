"""The doors for people: the desk of call takers and of those who lead; warnings for everybody."""

from tongban.applications.emergency.pages.routes import desk, hall

__all__ = ["desk", "hall"]

"""The doors for people: the picture, cameras, patrols, alarms, video, sources outside, orders of positions."""

from tongban.applications.safecity.pages.routes import crew, desk, hall

__all__ = ["crew", "desk", "hall"]

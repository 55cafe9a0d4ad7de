"""The doors of single sign-on: agreeing and taking it back; admitting systems at the desk."""

from tongban.platform.federation.pages.agreeing import routes as agreeing_routes
from tongban.platform.federation.pages.clients import routes as client_routes

hall = [*agreeing_routes]
desk = [*client_routes]

__all__ = ["desk", "hall"]

"""The doors of assurance: opening an account, one's own level, its evidence and phone, the window."""

from tongban.platform.assurance.pages.mine import routes as mine_routes
from tongban.platform.assurance.pages.opening import routes as opening_routes
from tongban.platform.assurance.pages.phone import routes as phone_routes
from tongban.platform.assurance.pages.window import routes as window_routes

hall = [*mine_routes, *opening_routes, *phone_routes]
counter = [*window_routes]

__all__ = ["counter", "hall"]

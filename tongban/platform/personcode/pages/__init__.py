"""The doors of person codes: showing one's own, and the keys to check one; scanning at the window."""

from tongban.platform.personcode.pages.mine import routes as mine_routes
from tongban.platform.personcode.pages.scanning import routes as scan_routes

hall = [*mine_routes]
counter = [*scan_routes]

__all__ = ["counter", "hall"]

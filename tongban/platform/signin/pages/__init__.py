"""The doors of signing in: one's own factors, the second step after a password, help for who lost theirs."""

from tongban.platform.signin.pages.factors import routes as factor_routes
from tongban.platform.signin.pages.lost import routes as lost_routes
from tongban.platform.signin.pages.second_step import routes as step_routes

hall = [*factor_routes, *step_routes]
desk = [*lost_routes]

__all__ = ["desk", "hall"]

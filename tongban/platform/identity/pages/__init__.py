"""The doors of identity: for everybody in the hall, for those who look after accounts and keys at the desk."""

from tongban.platform.identity.pages.accounts import routes as account_routes
from tongban.platform.identity.pages.departments import routes as department_routes
from tongban.platform.identity.pages.deputy import routes as deputy_routes
from tongban.platform.identity.pages.late_forms import routes as late_routes
from tongban.platform.identity.pages.resetting import routes as reset_routes
from tongban.platform.identity.pages.signing_in import routes as sign_in_routes
from tongban.platform.identity.pages.tokens import routes as token_routes

hall = [*sign_in_routes, *reset_routes, *late_routes]
desk = [*deputy_routes, *department_routes, *account_routes, *token_routes]

__all__ = ["desk", "hall"]

"""The doors for people: payers in the hall, clerks at the counter, officials at the desk."""

from tongban.platform.payments.pages.counter import routes as counter
from tongban.platform.payments.pages.desk import routes as desk
from tongban.platform.payments.pages.hall import routes as hall

__all__ = ["counter", "desk", "hall"]

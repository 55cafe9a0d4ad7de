"""How an adapter gets an e-mail in the form of the wire."""

from collections.abc import Callable
from email.message import EmailMessage

from tongban.infrastructure.transport.ports import Email

Compose = Callable[[Email], EmailMessage]

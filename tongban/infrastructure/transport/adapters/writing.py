"""How an adapter gets a letter in the form of the wire."""

from collections.abc import Callable
from email.message import EmailMessage

from tongban.infrastructure.transport.ports import Letter

Writer = Callable[[Letter], EmailMessage]

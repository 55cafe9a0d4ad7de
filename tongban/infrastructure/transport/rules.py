"""How an e-mail is written down for the wire, and what a text message takes."""

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

# One mailbox, no display name, no list, in ASCII: what every mail server takes.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


# Mobile numbers of mainland China.
MOBILE = re.compile("1[3-9][0-9]{9}")
# What a place in a template holds at the most. Source: Alibaba Cloud, 短信模板规范 (变量长度).
MAX_TEMPLATE_WORD = 35


def is_mobile(text: str) -> bool:
    """Say whether a text is a mobile number of mainland China, figures alone."""
    return bool(MOBILE.fullmatch(text))


def fit_for_template(word: str) -> str:
    """Return a word as a place in a template takes it: one line, not too long, without an address or brackets."""
    line = re.sub(r"https?://\S+|[【】]", " ", word)
    line = " ".join(line.split())
    return line if len(line) <= MAX_TEMPLATE_WORD else f"{line[: MAX_TEMPLATE_WORD - 1]}…"


def is_address(text: str) -> bool:
    """Say whether a text is one mail address that mail systems understand (RFC 5321, without quoted names)."""
    return len(text) <= 254 and bool(ADDRESS.fullmatch(text)) and ".." not in text


def name_of(key: str) -> str:
    """Return the name an e-mail has for good; equal for equal keys, and telling nothing about the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def compose(*, sender: str, sender_name: str, to: str, subject: str, text: str, key: str, at: datetime) -> EmailMessage:
    """Return the e-mail as a MIME message. Line breaks in the subject become blanks, so that no header can be added."""
    message = EmailMessage(policy=SMTP)
    address = parseaddr(sender)[1]
    message["From"] = Address(sender_name, addr_spec=address)
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{name_of(key)}@{address.partition('@')[2]}>"
    # Told to programs that answer by themselves (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, charset="utf-8", cte="base64")
    return message

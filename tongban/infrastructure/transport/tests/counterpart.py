"""A mail server of our own to talk to: real sockets, real TLS, and the misbehaviour of real servers."""

import asyncio
import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Counterpart:
    """What the server does, and what it got.

    answers   replies by command instead of the usual ones: {"RCPT": "550 no such user"}; "" hangs up
    silent    accept the connection and never say a word
    """

    answers: dict[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = ""
    starttls: ssl.SSLContext | None = None
    silent: bool = False
    port: int = 0
    emails: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.silent:
                await reader.read()
                return
            writer.write(b"220 counterpart ESMTP\r\n")
            while line := await reader.readline():
                words = line.decode().strip()
                command = words.split(" ")[0].upper()
                self.commands.append(command)
                answer = self.answers.get(command, self.usual(command, words))
                if not answer:
                    return
                writer.write(answer.encode() + b"\r\n")
                if command == "STARTTLS":
                    await writer.drain()
                    await writer.start_tls(self.starttls)
                if command == "DATA" and answer.startswith("354"):
                    await self.take(reader, writer)
                if command == "QUIT":
                    return
        finally:
            writer.close()

    def usual(self, command: str, words: str) -> str:
        if command == "EHLO":
            offers = ["counterpart", "8BITMIME", "SMTPUTF8"]
            offers += ["STARTTLS"] if self.starttls else []
            offers += ["AUTH PLAIN"] if self.user else []
            return "\r\n".join(f"250{' ' if n == len(offers) - 1 else '-'}{offer}" for n, offer in enumerate(offers))
        if command == "AUTH":
            given = base64.b64decode(words.split(" ")[2]).decode().split("\0")
            return "235 welcome" if given[1:] == [self.user, self.password] else "535 wrong"
        return {"DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go on"}.get(command, "250 ok")

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        content = await reader.readuntil(b"\r\n.\r\n")
        answer = self.answers.get(".", "250 taken")
        if answer.startswith("250"):
            self.emails.append(message_from_bytes(content[:-3], policy=policy.default))
        if answer:
            writer.write(answer.encode() + b"\r\n")


@contextmanager
def running(server: Counterpart, *, tls: ssl.SSLContext | None = None) -> Iterator[Counterpart]:
    """Run it in a thread of its own until the block ends."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=tls))
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for 127.0.0.1; return the server's context and the file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "counterpart")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "trusted.pem", folder / "secret.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted

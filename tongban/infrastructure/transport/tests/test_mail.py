import mailbox
import os
import time

import pytest

from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.ports import Rejected, Unreachable
from tongban.infrastructure.transport.tests.counterpart import Counterpart, certificate, running


def send(**changes):
    transport.send_mail(
        **{"to": "lin@example.com", "subject": "受理通知", "text": "您的申请已受理。", "key": "notice:1"} | changes
    )


@pytest.fixture
def at_a_server(settings):
    def use(server, **changes):
        settings.MAIL_HOST, settings.MAIL_PORT, settings.MAIL_SECURITY = "127.0.0.1", server.port, "none"
        settings.MAIL_TIMEOUT_SECONDS = 0.5
        for name, value in changes.items():
            setattr(settings, name, value)

    return use


@pytest.fixture
def at_home(settings, tmp_path):
    settings.MAIL_HOST, settings.VAR = "", tmp_path
    return tmp_path / "mail"


def test_an_email_is_written_to_a_local_mailbox_that_mail_programs_read(at_home):
    send()

    (message,) = mailbox.Maildir(at_home, create=False)
    assert message["To"] == "lin@example.com"
    assert message.get_payload(decode=True).decode().strip() == "您的申请已受理。"


def test_the_same_email_is_in_the_local_mailbox_once(at_home):
    send()
    send()

    assert len(mailbox.Maildir(at_home, create=False)) == 1


def test_the_local_mailbox_is_closed_to_other_users(at_home):
    send()

    assert (at_home / "new").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_local_mailbox_that_cannot_be_written_is_tried_again_later(at_home):
    at_home.mkdir(mode=0o500)

    with pytest.raises(Unreachable):
        send()


def test_a_local_mailbox_in_the_way_of_a_file_is_tried_again_later(at_home):
    at_home.write_text("in the way")

    with pytest.raises(Unreachable):
        send()
    assert transport.check()


def test_the_product_says_which_way_out_is_in_use(at_home, settings):
    assert "MAIL_HOST" in str(transport.in_use())

    settings.MAIL_HOST = "mail.example.com"
    assert "mail.example.com" in str(transport.in_use())


def test_an_email_is_handed_to_a_mail_server(at_a_server):
    with running(Counterpart()) as server:
        at_a_server(server)
        send()

    (message,) = server.emails
    assert message["Subject"] == "受理通知"
    assert message.get_content().strip() == "您的申请已受理。"


def test_an_email_goes_by_starttls_with_a_sign_in(at_a_server, tmp_path):
    context, trusted = certificate(tmp_path)
    with running(Counterpart(starttls=context, user="tongban", password="secret")) as server:
        at_a_server(
            server, MAIL_SECURITY="starttls", MAIL_CA_FILE=str(trusted), MAIL_USER="tongban", MAIL_PASSWORD="secret"
        )
        send()
        assert transport.check() == []

    assert len(server.emails) == 1
    assert "STARTTLS" in server.commands


def test_an_email_goes_by_tls_from_the_first_byte(at_a_server, tmp_path):
    context, trusted = certificate(tmp_path)
    with running(Counterpart(), tls=context) as server:
        at_a_server(server, MAIL_SECURITY="tls", MAIL_CA_FILE=str(trusted))
        send()

    assert len(server.emails) == 1


def test_a_server_with_an_unknown_certificate_gets_nothing(at_a_server, tmp_path):
    context, _trusted = certificate(tmp_path)
    with running(Counterpart(starttls=context)) as server:
        at_a_server(server, MAIL_SECURITY="starttls")
        with pytest.raises(Unreachable, match="certificate"):
            send()

    assert not server.emails


def test_a_server_without_starttls_gets_nothing_in_the_clear(at_a_server):
    with running(Counterpart()) as server:
        at_a_server(server, MAIL_SECURITY="starttls")
        with pytest.raises(Unreachable):
            send()

    assert "MAIL" not in server.commands


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ({"RCPT": "550 no such user"}, Rejected),
        ({"RCPT": "450 mailbox busy"}, Unreachable),
        ({".": "554 refused content"}, Rejected),
        ({".": "452 disk full"}, Unreachable),
        ({"MAIL": "550 sender not allowed"}, Unreachable),
        ({"MAIL": "421 shutting down"}, Unreachable),
        ({"DATA": ""}, Unreachable),
        ({".": ""}, Unreachable),
    ],
)
def test_a_failure_is_for_good_only_when_the_email_itself_is_refused(at_a_server, answers, failure):
    with running(Counterpart(answers=answers)) as server:
        at_a_server(server)
        with pytest.raises(failure):
            send()

    assert not server.emails


def test_a_wrong_password_loses_no_email(at_a_server):
    with running(Counterpart(user="tongban", password="secret")) as server:
        at_a_server(server, MAIL_USER="tongban", MAIL_PASSWORD="wrong")
        with pytest.raises(Unreachable):
            send()
        assert transport.check()


def test_a_taken_email_stays_taken_when_the_goodbye_goes_wrong(at_a_server):
    with running(Counterpart(answers={"QUIT": "500 what?"})) as server:
        at_a_server(server)
        send()

    assert len(server.emails) == 1


def test_a_silent_server_is_given_up_in_time(at_a_server):
    with running(Counterpart(silent=True)) as server:
        at_a_server(server)
        start = time.monotonic()
        with pytest.raises(Unreachable):
            send()

    assert time.monotonic() - start < 3


def test_an_absent_server_is_tried_again_later(at_a_server):
    with running(Counterpart()) as server:
        pass
    at_a_server(server)

    with pytest.raises(Unreachable):
        send()


def test_what_is_not_an_address_is_never_tried(at_home):
    with pytest.raises(Rejected):
        send(to="lin@example.com\nBcc: x@example.com")


def test_an_unknown_kind_of_security_is_named(at_a_server):
    with running(Counterpart()) as server:
        at_a_server(server, MAIL_SECURITY="ssl")
        (problem,) = transport.check()

    assert "MAIL_SECURITY" in str(problem)


def test_mail_is_on_the_page_of_connections():
    assert "mail" in telemetry.connections()

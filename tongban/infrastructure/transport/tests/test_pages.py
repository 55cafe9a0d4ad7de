import pytest
from django.test import RequestFactory

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.transport import pages

pytestmark = pytest.mark.django_db


def test_the_page_of_connections_asks_strangers_to_sign_in(client):
    assert client.get("/desk/transport/").status_code == 302


def test_the_operator_sees_which_way_out_is_in_use_and_that_it_fails(settings):
    settings.MAIL_HOST, settings.MAIL_PORT, settings.MAIL_TIMEOUT_SECONDS = "127.0.0.1", 1, 0.5
    request = RequestFactory().get("/desk/transport/")
    request.actor = SYSTEM

    page = pages.connections(request).content.decode()

    assert "127.0.0.1" in page
    assert "light--red" in page

"""SCIM as scim2-tester, a tool that is not ours, sees it."""

import pytest
from scim2_tester import Status, check_server

pytestmark = pytest.mark.django_db


def test_the_tester_finds_nothing_wrong(scim):
    results = check_server(scim)

    wrong = [f"{one.resource_type} {one.title}: {one.reason}" for one in results if one.status in BAD]
    assert "\n".join(wrong) == ""
    assert len(results) > 40


BAD = {Status.ERROR, Status.CRITICAL} if hasattr(Status, "CRITICAL") else {Status.ERROR}

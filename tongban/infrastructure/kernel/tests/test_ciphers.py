import pytest

from tongban.infrastructure.kernel import ciphers

KEPT = {"secret": "s" * 48, "purpose": "a test", "location": "here"}


def test_what_is_closed_is_read_where_it_belongs():
    closed = ciphers.close("办件".encode(), **KEPT)

    assert ciphers.reveal(closed, **KEPT).decode() == "办件"
    assert closed != ciphers.close("办件".encode(), **KEPT)


@pytest.mark.parametrize("other", [{"secret": "t" * 48}, {"purpose": "another"}, {"location": "there"}])
def test_another_secret_purpose_or_location_reads_nothing(other):
    with pytest.raises(ciphers.Unreadable):
        ciphers.reveal(ciphers.close(b"x", **KEPT), **KEPT | other)


@pytest.mark.parametrize("change", [lambda closed: closed[:-1], lambda closed: b"", lambda closed: b"\0" + closed[1:]])
def test_what_was_changed_is_not_read(change):
    with pytest.raises(ciphers.Unreadable):
        ciphers.reveal(change(ciphers.close(b"x", **KEPT)), **KEPT)

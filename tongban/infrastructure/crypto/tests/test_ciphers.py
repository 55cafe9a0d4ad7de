import pytest

from tongban.infrastructure.crypto.rules import ciphers


def test_a_value_is_read_again_with_its_key():
    value = ciphers.encrypt("云泽 990100", "secret", "here")

    assert "云泽" not in value
    assert ciphers.decrypt(value, ["secret"], "here") == "云泽 990100"


def test_a_value_is_never_written_twice_alike():
    assert ciphers.encrypt("same", "secret", "here") != ciphers.encrypt("same", "secret", "here")


def test_a_value_says_which_key_it_needs():
    value = ciphers.encrypt("x", "old", "here")

    assert value.startswith(ciphers.prefix("old"))
    assert ciphers.decrypt(value, ["new", "old"], "here") == "x"
    with pytest.raises(ciphers.UnreadableCiphertext, match=ciphers.key_name("old")):
        ciphers.decrypt(value, ["new"], "here")


@pytest.mark.found("S-M5")
def test_a_value_is_read_only_where_it_belongs():
    with pytest.raises(ciphers.UnreadableCiphertext, match="belongs elsewhere"):
        ciphers.decrypt(ciphers.encrypt("x", "secret", "here"), ["secret"], "there")


@pytest.mark.parametrize("spoil", [lambda text: text[:-8] + "AAAAAAA=", lambda text: "plain text"])
def test_a_changed_value_is_not_read(spoil):
    with pytest.raises(ciphers.UnreadableCiphertext):
        ciphers.decrypt(spoil(ciphers.encrypt("x" * 40, "secret", "here")), ["secret"], "here")


def test_a_digest_depends_on_its_key_and_not_on_the_data_key():
    assert ciphers.digest("a", ciphers.lookup_key("one")) == ciphers.digest("a", ciphers.lookup_key("one"))
    assert ciphers.digest("a", ciphers.lookup_key("one")) != ciphers.digest("a", ciphers.lookup_key("two"))
    assert ciphers.key_name("one") != ciphers.lookup_key("one").hex()[:8]

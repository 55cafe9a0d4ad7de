"""What a start says about the certificates of outside authorities."""

import pytest

from tongban.infrastructure.crypto.checks import roots_can_be_read


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"", "holds no"), (b"-----BEGIN NOTHING-----", "holds no")]
)
def test_a_file_that_cannot_be_used_is_told_at_the_start(settings, tmp_path, content, said):
    file = tmp_path / "roots.pem"
    if content is not None:
        file.write_bytes(content)
    settings.CRYPTO_ROOTS = str(file)

    (error,) = roots_can_be_read(None)

    assert said in error.msg
    assert error.id == "crypto.E001"


def test_no_file_is_fine(settings):
    settings.CRYPTO_ROOTS = ""

    assert roots_can_be_read(None) == []

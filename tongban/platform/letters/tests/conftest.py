from tests.cast import cast, on  # noqa: F401

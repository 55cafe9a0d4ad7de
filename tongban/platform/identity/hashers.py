"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at 19 MiB, two passes, one lane.

    Django's default takes 100 MiB and eight threads for one sign-in; this is the cost that OWASP recommends
    where many people sign in at once.
    """

    memory_cost = 19456
    time_cost = 2
    parallelism = 1

"""The hasher of the product, at next to no cost."""

from tongban.platform.identity.hashers import Argon2


class Quick(Argon2):
    memory_cost = 64
    time_cost = 1

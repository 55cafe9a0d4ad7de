"""双随机: draw objects and officers from a frozen list and a seed, so that anybody can draw the same again.

Whole numbers and SHA-256 only: no floating point, no library's idea of chance. The k-th number of a seed is
SHA-256 of "<seed>|<label>|<k>", read as a whole number; the remainder by what is to be chosen from says which one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

PAIR = 2  # officers for each object: 行政处罚法 (2021) art. 42


class DrawnPair(NamedTuple):
    """An object that was drawn, with the two officers who inspect it, all by their keys."""

    entity: str
    officers: tuple[str, ...]


def digest(text: str) -> str:
    """Return SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def pool_digest(pool: Mapping[str, Any]) -> str:
    """Return what a list to draw from is known by: SHA-256 of its JSON, keys sorted, without spaces, in UTF-8."""
    return digest(json.dumps(pool, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def commitment(secret: str, pool: Mapping[str, Any]) -> str:
    """Return what is published before the draw: it binds the secret and the list, and tells nothing of the secret."""
    return digest(f"{secret}|{pool_digest(pool)}")


def seed_of(secret: str, witness: str) -> str:
    """Return the seed: the office's secret joined with what nobody could know when it was bound."""
    return digest(f"{secret}|{witness}")


def number(seed: str, label: str, turn: int) -> int:
    """Return the turn-th number of a seed for one purpose, from 0 up to 2^256."""
    return int(digest(f"{seed}|{label}|{turn}"), 16)


def eligible(pool: Mapping[str, Any], entity: str) -> list[str]:
    """Return the officers of a list who may inspect an object: those whom no conflict of interest keeps away."""
    away = {officer for officer, avoided in pool["conflicts"] if avoided == entity}
    return [officer for officer in pool["officers"] if officer not in away]


def draw(pool: Mapping[str, Any], seed: str) -> list[DrawnPair]:
    """Return the objects drawn, in the order of the draw, each with two officers.

    pool    entities: [[key, weight], …]; officers: [key, …]; conflicts: [[officer, entity], …]; count: how many
    An object's chance of each draw is its weight among those that are left. Of officers those with the fewest
    objects so far come first, and chance decides among them. Raises ValueError where an object has not two officers.
    """
    left = [(str(key), int(weight)) for key, weight in pool["entities"]]
    load = dict.fromkeys(map(str, pool["officers"]), 0)
    drawn: list[DrawnPair] = []
    for turn in range(min(int(pool["count"]), len(left))):
        entity = left.pop(_weighted([weight for _key, weight in left], number(seed, "entity", turn)))[0]
        officers: list[str] = []
        able = eligible(pool, entity)
        if len(able) < PAIR:
            raise ValueError(entity)
        for place in range(PAIR):
            free = [one for one in able if one not in officers]
            fewest = min(load[one] for one in free)
            among = [one for one in free if load[one] == fewest]
            officers.append(among[number(seed, "officer", turn * PAIR + place) % len(among)])
        for one in officers:
            load[one] += 1
        drawn.append(DrawnPair(entity, tuple(officers)))
    return drawn


def _weighted(weights: Sequence[int], chance: int) -> int:
    """Return the place at which a number falls on a ruler of these lengths."""
    mark = chance % sum(weights)
    for place, weight in enumerate(weights):
        if mark < weight:
            return place
        mark -= weight
    raise ValueError(weights)


def faults(said: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a published draw: "list", "commitment", "result"; [] where it can be drawn again.

    said   pool, pool_digest, commitment, secret, witness, result ([[entity, [officer, officer]], …])
    """
    wrong = []
    if pool_digest(said["pool"]) != said["pool_digest"]:
        wrong.append("list")
    if commitment(said["secret"], said["pool"]) != said["commitment"]:
        wrong.append("commitment")
    again = [
        [pair.entity, list(pair.officers)] for pair in draw(said["pool"], seed_of(said["secret"], said["witness"]))
    ]
    if again != [[entity, list(officers)] for entity, officers in said["result"]]:
        wrong.append("result")
    return wrong

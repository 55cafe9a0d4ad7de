"""The life of a seal: which step leads from where to where."""

from collections.abc import Mapping
from typing import NamedTuple


class LifeStep(NamedTuple):
    """One step: from which states it may be taken, and to which it leads."""

    before: frozenset[str]
    after: str


# 申请、制作、启用、停用、恢复、销毁. Source: 国务院关于在线政务服务的若干规定 (国令第 716 号) art. 9 and
# 国家政务服务平台统一电子印章 C 0124-2018, 5: each step is applied for and approved.
STEPS: Mapping[str, LifeStep] = {
    "apply": LifeStep(frozenset({"applied"}), "approved"),
    "make": LifeStep(frozenset({"approved"}), "made"),
    "activate": LifeStep(frozenset({"made"}), "active"),
    "suspend": LifeStep(frozenset({"active"}), "suspended"),
    "resume": LifeStep(frozenset({"suspended"}), "active"),
    "destroy": LifeStep(frozenset({"approved", "made", "active", "suspended"}), "withdrawn"),
}


def possible(state: str) -> list[str]:
    """Return the steps that may be proposed for a seal in this state; the application is proposed with the seal."""
    return [name for name, step in STEPS.items() if state in step.before and name != "apply"]

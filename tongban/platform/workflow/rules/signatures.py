"""Say whether those who sign together can come to a result: a rule, signers, and what they may say."""

from collections.abc import Iterator

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.graphs import Node, Repetition
from tongban.platform.workflow.rules.problems import problem


def signing_problems(node: Node) -> Iterator[Problem]:
    """Find what keeps a task that several people sign from coming to a result."""
    repeated = node.repetition
    if repeated is None or (repeated.signing is None and not repeated.signers):
        return
    if repeated.signing is None:
        yield problem(
            node.id,
            gettext_noop("Nothing says by which rule the signers of “%(task)s” sign together."),
            gettext_noop("Write tongban:signing with one of: all, any, percent:60, weight:3, first, in-turn."),
            {"task": node.name or node.id},
        )
    elif node.type != "task" or len(node.outcomes) < 2:
        yield problem(
            node.id,
            gettext_noop("Only a task that can be answered with yes and no can be signed by several people."),
            gettext_noop('Use a userTask whose outcomes begin with the yes, tongban:outcomes="pass fail".'),
        )
    elif repeated.completion is not None or (repeated.signers and (repeated.items or repeated.count)):
        yield problem(
            node.id,
            gettext_noop("The rule of signing says already who signs and when it is over."),
            gettext_noop("Remove completionCondition, loopCardinality and tongban:items beside tongban:signers."),
        )
    else:
        yield from _reachable(node, repeated)


def _reachable(node: Node, repeated: Repetition) -> Iterator[Problem]:
    assert repeated.signing is not None
    if repeated.signing.name == "in-turn" and len(repeated.signers) == 1:
        yield problem(
            node.id,
            gettext_noop("Only one signer is named, so nothing is signed in turn."),
            gettext_noop("Name at least two signers, or remove tongban:signing."),
        )
    total = sum(signer.weight for signer in repeated.signers)
    if repeated.signing.name == "weight" and repeated.signers and total < repeated.signing.number:
        yield problem(
            node.id,
            gettext_noop("Signatures that count %(needed)d are needed, but all of them together count only %(total)d."),
            gettext_noop("Ask for less in tongban:signing, or let signers count more."),
            {"needed": repeated.signing.number, "total": total},
        )
    elif repeated.signing.name == "weight" and not repeated.signers:
        yield problem(
            node.id,
            gettext_noop("Nothing says how much each signature counts."),
            gettext_noop('Name the signers with their weights, tongban:signers="review=2 traffic".'),
        )

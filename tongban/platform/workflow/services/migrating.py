"""Take the running processes of a subject over to another definition."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.workflow.events import ProcessMoved
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import migrating, places
from tongban.platform.workflow.rules.adding import added_signer
from tongban.platform.workflow.services.definitions import Compiled, ProcessDefinition, compile_once, compiled_of, keep
from tongban.platform.workflow.services.moving import RoleUnfilled, marking_of


class NoPlaceThere(Refusal):
    message = _(
        "In the other version there is no place for: %(steps)s. Say by which steps they are replaced, or wait until "
        "they are done."
    )


@transaction.atomic
def migrate(
    *,
    actor: Actor,
    subject: str,
    definition: ProcessDefinition,
    roles: Mapping[str, int],
    mapping: Mapping[str, str] | None = None,
) -> int:
    """Let the running processes of a subject go on by another definition; return how many do.

    Whether the actor may is the caller's question. Open tasks keep their last days and lie with the departments that
    play their roles there.
    roles     role of the other definition -> id of its department
    mapping   id of a step -> id of the one that takes its place, where it is called otherwise
    Raises NoPlaceThere, RoleUnfilled, BrokenDefinition.
    """
    compiled, names, found = compile_once(definition), dict(mapping or {}), 0
    for instance in Instance.objects.select_for_update().running().filter(subject=subject).order_by("pk"):
        before = compiled_of(instance).graph
        if instance.process_id == definition.pk:
            continue
        try:
            marking = migrating.moved(before, compiled.graph, marking_of(instance), names)
        except migrating.Nowhere as error:
            raise NoPlaceThere(steps=", ".join(error.names)) from error
        for role in compiled.graph.roles:
            if role not in roles:
                raise RoleUnfilled(role=role)
        keep(definition, compiled)
        instance.process_id = definition.pk
        instance.marking, instance.data = marking.as_json(), migrating.renamed_data(instance.data, names)
        instance.roles = {role: pk for role, pk in roles.items() if compiled.graph.needs(role)}
        instance.version += 1
        instance.save(update_fields=["process", "marking", "data", "roles", "version"])
        _rename_tasks(instance, compiled, names)
        journal.write(ProcessMoved(compiled.graph.key, names), by=actor, subject=subject)
        found += 1
    return found


def _rename_tasks(instance: Instance, compiled: Compiled, names: Mapping[str, str]) -> None:
    """Let the tasks of a process follow; those that are done keep their words, and are found by the new key."""
    for task in Task.objects.select_for_update().filter(instance=instance):
        task.key, task.branch = names.get(task.key, task.key), migrating.renamed(task.branch, names)
        node = compiled.graph.nodes.get(task.key)
        if task.state == Task.State.OPEN and node is not None:
            several = node.repetition
            number = places.number_of(task.branch)
            signers = several.signers if several else ()
            task.title, task.duty = node.name[:120], compiled.duties.get(node.kind, "")
            if added_signer(task.role) is None:
                task.role = signers[number - 1].role if 0 < number <= len(signers) else node.role or task.role
                task.department_id = instance.roles[task.role]
            task.version += 1
        task.save(update_fields=["key", "branch", "title", "role", "duty", "department", "version"])

"""What the laws need to know of workflow. Its tasks are on the desks of those who brought their subjects."""

from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Process
from tongban.platform.workflow.ports import SOURCES
from tongban.platform.workflow.tests.drawings import INSTANT, bpmn


def make(city: SampleCity) -> None:
    """Begin something and end it: no room says where this is done, so it has no address of its own."""
    definition = workflow.ProcessDefinition(bpmn(INSTANT), duties={"approve": "cases.approve"})
    office = Department.objects.get(key="market-regulation")
    workflow.start(actor=SYSTEM, definition=definition, subject="matter:1", roles={"window": office.pk}, area="990100")
    workflow.cancel(actor=SYSTEM, subject="matter:1", reason="不再需要。")


sample = Sample(make=make, small=(Process,), gathered={"/desk/workflow/": lambda: len(SOURCES)})

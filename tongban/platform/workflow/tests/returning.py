"""A permit that goes through two branches of two steps each, and what is done to it."""

from tongban.infrastructure.journal.models import Fact
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# A first look, then review and inspection side by side, each in two steps, and the decision.
PERMIT = """
start
look task 初审 review review
split parallel
review task 资料审查 review review days=3
check task 资料复核 review review
inspect task 现场核查 inspect inspection
report task 核查报告 inspect inspection
join parallel
approve task 审批决定 approve approver
end end 完
start>look look>split split>review review>check check>join split>inspect inspect>report report>join join>approve
approve>end
"""
SIGNED = """
start
look task 初审 review review
sign task 会签 review review count=3
approve task 审批决定 approve approver
end end 完
start>look look>sign sign>approve approve>end
"""
REASON = "平面图与现场不一致，请重新核对。"


def task(key, state="open"):
    return Task.objects.filter(key=key, state=state).latest("pk")


def open_keys():
    return sorted(Task.objects.open().values_list("key", flat=True))


def do(actor, *keys, outcome="pass", opinion="符合要求。"):
    for key in keys:
        workflow.complete(actor=actor, task=task(key), outcome=outcome, opinion=opinion)


def back(actor, key, target, reason=REASON, **more):
    return workflow.send_back(actor=actor, task=task(key), target=target, reason=reason, **more)


def facts(name):
    return [fact.data for fact in Fact.objects.filter(name=f"workflow.{name}").order_by("pk")]

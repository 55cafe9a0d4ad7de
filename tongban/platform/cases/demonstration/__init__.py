"""What the demonstration shows of cases: who deals with them, how they went so far, and examples that are played."""

from tongban.platform.cases.demonstration.past import stories as stories
from tongban.platform.cases.demonstration.rehearsal import rehearsals as rehearsals

PLAN = {
    "role": [
        {"key": "window-clerk", "duties": ["cases.accept", "cases.approve", "cases.file"]},
        {"key": "file-reviewer", "duties": ["cases.review", "cases.read"]},
        {"key": "inspector", "duties": ["cases.inspect"]},
        {"key": "approver", "duties": ["cases.approve", "cases.read"]},
        {"key": "leader", "duties": ["cases.read", "cases.lead"]},
    ]
}

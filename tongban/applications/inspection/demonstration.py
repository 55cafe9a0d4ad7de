"""What the demonstration's city shows of Inspection and enforcement: who answers there."""

PLAN = {"role": [{"key": "approver", "duties": ["inspection.answer"]}]}

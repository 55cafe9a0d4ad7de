"""What the demonstration's city shows of New room: who answers there."""

PLAN = {"role": [{"key": "approver", "duties": ["newroom.answer"]}]}

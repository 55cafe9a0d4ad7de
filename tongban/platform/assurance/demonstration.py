"""What the demonstration shows of assurance: the window confirms who somebody is."""

PLAN = {"role": [{"key": "window-clerk", "duties": ["assurance.confirm"]}]}

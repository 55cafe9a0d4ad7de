"""What the demonstration shows of single sign-on: who admits other systems."""

PLAN = {"role": [{"key": "operator", "duties": ["federation.manage"]}]}

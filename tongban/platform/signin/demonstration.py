"""What the demonstration shows of ways of signing in: who helps those who lost their second factor."""

PLAN = {"role": [{"key": "operator", "duties": ["signin.reset"]}]}

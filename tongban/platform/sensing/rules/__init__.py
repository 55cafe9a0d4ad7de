"""How alerts are decided: what rules say, what they remember, when they speak. Pure."""

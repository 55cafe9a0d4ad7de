"""What the demonstration shows of person codes: the window scans them."""

PLAN = {"role": [{"key": "window-clerk", "duties": ["personcode.scan"]}]}

"""The permit log: real cases of a municipality, read, mapped to a process of ours and taken over.

Nothing of the log is in this repository. It is looked for beside the checkout, or where PERMIT_LOG says; its source:
Buijs, J.: Receipt phase of an environmental permit application process (“WABO”), CoSeLoG project, 4TU.ResearchData.
"""

import os
from pathlib import Path

HERE = Path(__file__).parent
DEFINITION = HERE / "definition" / "environmental-permit-receipt"
MAPPING = HERE / "mapping.toml"
LOG = Path(
    os.environ.get("PERMIT_LOG", HERE.parent.parent.parent / "shared" / "data" / "permit-logs" / "08_receipt.xes.gz")
)
ABSENT = "the permit log is not beside this checkout: set PERMIT_LOG to where 08_receipt.xes.gz lies"

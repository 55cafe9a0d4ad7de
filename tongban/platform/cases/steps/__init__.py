"""What can be done to a case: one row for each step of the law. Rules, letters, timeline and notices read it here.

How to add one: docs/recipes/add-a-step.md.
"""

from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice
from tongban.platform.cases.steps.table import STEPS, is_allowed, project

__all__ = ["STEPS", "LegalStep", "StepLetter", "StepNotice", "is_allowed", "project"]

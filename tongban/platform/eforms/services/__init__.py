"""Load a form, read and check answers, show questions and answers."""

from tongban.platform.eforms.rules.checks import Check as Check
from tongban.platform.eforms.rules.layout import COLUMN_WIDGETS as COLUMN_WIDGETS
from tongban.platform.eforms.rules.layout import WIDGETS as WIDGETS
from tongban.platform.eforms.rules.layout import Field as Field
from tongban.platform.eforms.rules.layout import Step as Step
from tongban.platform.eforms.rules.layout import is_fact as is_fact
from tongban.platform.eforms.rules.problems import Problem as Problem
from tongban.platform.eforms.rules.showing import dated as dated
from tongban.platform.eforms.services.findings import Finding as Finding
from tongban.platform.eforms.services.findings import checks_ask as checks_ask
from tongban.platform.eforms.services.findings import checks_before_answers as checks_before_answers
from tongban.platform.eforms.services.findings import findings as findings
from tongban.platform.eforms.services.findings import registers_asked as registers_asked
from tongban.platform.eforms.services.findings import step_of_finding as step_of_finding
from tongban.platform.eforms.services.forms import BrokenForm as BrokenForm
from tongban.platform.eforms.services.forms import Form as Form
from tongban.platform.eforms.services.forms import UnknownStep as UnknownStep
from tongban.platform.eforms.services.forms import check as check
from tongban.platform.eforms.services.forms import holds as holds
from tongban.platform.eforms.services.forms import load as load
from tongban.platform.eforms.services.forms import sentence as sentence
from tongban.platform.eforms.services.questions import Question as Question
from tongban.platform.eforms.services.questions import part_of as part_of
from tongban.platform.eforms.services.questions import questions as questions
from tongban.platform.eforms.services.words import differs_from_register as differs_from_register
from tongban.platform.eforms.services.words import line as line

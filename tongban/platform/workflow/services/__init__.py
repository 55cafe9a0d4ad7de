"""Start a process, finish its tasks, ask a decision table, draw it."""

from tongban.platform.workflow.rules.problems import Problem as Problem
from tongban.platform.workflow.services.definitions import BrokenDefinition as BrokenDefinition
from tongban.platform.workflow.services.definitions import Definition as Definition
from tongban.platform.workflow.services.definitions import NoRuleFits as NoRuleFits
from tongban.platform.workflow.services.definitions import check as check
from tongban.platform.workflow.services.definitions import decide_table as decide_table
from tongban.platform.workflow.services.definitions import decisions as decisions
from tongban.platform.workflow.services.definitions import explain_table as explain_table
from tongban.platform.workflow.services.definitions import roles as roles
from tongban.platform.workflow.services.definitions import sentence as sentence
from tongban.platform.workflow.services.definitions import steps as steps
from tongban.platform.workflow.services.running import AlreadyDone as AlreadyDone
from tongban.platform.workflow.services.running import ClaimedByAnother as ClaimedByAnother
from tongban.platform.workflow.services.running import RoleUnfilled as RoleUnfilled
from tongban.platform.workflow.services.running import UnknownOutcome as UnknownOutcome
from tongban.platform.workflow.services.running import cancel as cancel
from tongban.platform.workflow.services.running import claim as claim
from tongban.platform.workflow.services.running import claimer as claimer
from tongban.platform.workflow.services.running import complete as complete
from tongban.platform.workflow.services.running import release as release
from tongban.platform.workflow.services.running import reschedule as reschedule
from tongban.platform.workflow.services.running import return_all_claimed as return_all_claimed
from tongban.platform.workflow.services.running import return_claimed as return_claimed
from tongban.platform.workflow.services.running import start as start
from tongban.platform.workflow.services.showing import outline as outline
from tongban.platform.workflow.services.showing import picture as picture

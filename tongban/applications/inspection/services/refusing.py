"""What the law refuses, in sentences that name the article."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.rules.limits import PenaltyLaw
from tongban.applications.inspection.services import laws
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.templatetags import ui

SENTENCES: Mapping[str, StrOrPromise] = {
    "officers": _("A penalty takes %(value)s officers with valid cards."),
    "minor": _("Nobody under %(value)s years of age is punished; guardians are told to look after them."),
    "time_bar": _("The act ended more than %(value)s years before it was found; it is punished no more."),
    "time_bar_grave": _("The act ended more than %(value)s years before it was found; it is punished no more."),
    "twice": _("A fine for the same act was decided already; one act is not fined twice."),
    "simple_citizen": _("On the spot a citizen is warned or fined up to %(value)s; more takes the ordinary procedure."),
    "simple_organisation": _(
        "On the spot an organisation is warned or fined up to %(value)s; more takes the ordinary procedure."
    ),
    "step": _("The fine lies outside the step of discretion, which goes from %(least)s to %(most)s."),
    "evidence": _("There is no evidence in the case yet; facts are established before a penalty is proposed."),
    "decide": _("The time limit for the decision ended on %(day)s; it is extended first, with its legal basis."),
    "told": _("The party is told of facts, reasons and the proposed penalty before it is decided."),
    "statement": _("The party may state and defend until %(day)s; the decision waits for it."),
    "consider": _("What the party stated has to be checked and answered before the decision."),
    "heavier": _("A penalty is not made heavier because the party defended itself; at most %(value)s was proposed."),
    "hearing_ask": _("The party may ask for a hearing until %(day)s; the decision waits for it."),
    "hearing_late": _("A hearing could be asked for until %(day)s."),
    "hearing_notice": _("A hearing is announced %(value)s working days ahead; the first possible day is %(day)s."),
    "hearing_hold": _("The party asked for a hearing; it is held before the decision."),
    "review": _("This case needs a legal review before the decision, by somebody who did not investigate."),
    "reviewer": _("Who investigated a case does not review it, nor chair its hearing."),
    "decider": _("Who investigated a case does not decide it."),
    "discuss": _("A grave penalty is discussed and decided by the heads of the office together."),
    "preservation": _("What was preserved has to be dealt with until %(day)s; say what becomes of it."),
    "serve": _("The time limit for serving the decision ended on %(day)s; record why it is late."),
    "spare": _("A case ends without a penalty only where the act was slight, first or without fault, and corrected."),
    "pay": _("Deferred payment and instalments are granted on the party's request, with new days after today."),
    "publish": _("The decision is published within %(value)s working days of it."),
    "contest": _("A decision is contested from a day until another one, after it was served."),
}
# Names of a sentence → the limit whose article it cites, where that is another one; or an article by itself.
ARTICLES: Mapping[str, str] = {
    "twice": "第二十九条",
    "step": "第三十四条",
    "evidence": "第四十条、第四十六条",
    "told": "第四十四条",
    "consider": "第四十五条第一款",
    "heavier": "第四十五条第二款",
    "hearing_late": "第六十四条第一项",
    "hearing_hold": "第六十三条、第六十五条",
    "review": "第五十八条",
    "reviewer": "第五十八条、第六十四条第四项",
    "decider": "第五十七条",
    "discuss": "第五十七条第二款",
    "spare": "第三十三条",
    "pay": "第六十六条第二款",
    "contest": "第七十三条",
}
UNITS_OF_MONEY = {"fen"}


class AgainstTheLaw(Refusal):
    """A limit of the law on penalties refuses this. name: which one, of SENTENCES."""

    status = 422
    message = pgettext_lazy("inspection", "%(sentence)s (%(article)s)")

    def __init__(self, name: str, *, law: PenaltyLaw, **details: Any) -> None:
        self.name = name
        limit = law.limits.get(name)
        if limit and "value" not in details:
            details["value"] = ui.yuan(limit.value) if limit.unit in UNITS_OF_MONEY else limit.value
        super().__init__(**details)
        self.article = f"《{laws.LAW_TITLE}》{ARTICLES.get(name) or law[name].article}"

    def __str__(self) -> str:
        shown = {key: ui.day(value) if isinstance(value, date) else value for key, value in self.details.items()}
        return str(self.message) % {"sentence": str(SENTENCES[self.name]) % shown, "article": self.article}


def refuse(name: str, law: PenaltyLaw, **details: Any) -> None:
    """Raise AgainstTheLaw where a rule named a limit that is broken; "" lets everything through."""
    if name:
        raise AgainstTheLaw(name, law=law, **details)

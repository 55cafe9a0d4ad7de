"""Is a guide worded so that people understand it and find it?"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"
# Names that let an office ask for anything (行政许可法 art. 30 and 31; 国务院 on “其他材料”).
VAGUE = re.compile(r"其他材料|其它材料|相关材料|有关材料|等材料|有关证明|相关证明|其他证明")
# Characters that people take in at a glance: a line and a half of a phone.
ONE_LINE = 36


def problems(guide: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the words of a guide: names of materials, topics, everyday words, conditions in a line."""
    for row in guide.get("material", []):
        if VAGUE.search(row["name"]):
            yield Problem(
                FILE,
                f"material[{row['code']}].name",
                gettext_noop("“%(name)s” is too vague."),
                gettext_noop("Name the material itself; if there are several, one [[material]] each."),
                details={"name": row["name"]},
            )
    people, businesses = "1" in guide["audience"], bool(set(guide["audience"]) - {"1"})
    if businesses and "sole_traders" not in guide:
        yield _warning(
            "sole_traders",
            gettext_noop("It is for businesses, and does not say whether sole traders (个体工商户) may apply."),
            gettext_noop("Write sole_traders = true, or false."),
        )
    for number, row in enumerate(guide["condition"], start=1):
        if len(row["text"]) > ONE_LINE and "short" not in row:
            yield _warning(
                f"condition[{number}]",
                gettext_noop("The condition is too long for one line of a phone."),
                gettext_noop("Say the same in a few words with the key short."),
            )
    if (guide.get("topics_person") and not people) or (guide.get("topics_business") and not businesses):
        yield _warning(
            "audience",
            gettext_noop("A topic is intended for people who are not in the audience."),
            gettext_noop("Add the audience or remove the topic."),
        )
    if not any(guide.get(name) for name in ("topics_person", "topics_business", "life_events")):
        yield _warning(
            "topics_person",
            gettext_noop(
                "The service is listed under no topic and no life event; people can find it only by searching."
            ),
            gettext_noop("Add at least one."),
        )
    if not guide.get("keywords"):
        yield _warning(
            "keywords",
            gettext_noop("There are no everyday words."),
            gettext_noop("Add what people actually say: 开饭馆, 办健康证."),
        )
    if guide["result"]["kind"] == "licence" and not re.search("[证照]", guide["result"]["name"]):
        yield _warning(
            "result.name",
            gettext_noop("The result is a licence, but its name does not say so."),
            gettext_noop("Use the name that is printed on it."),
        )


def _warning(where: str, text: str, remedy: str) -> Problem:
    return Problem(FILE, where, text, remedy, severity="warning")

"""Do the parts of a definition fit together?"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.catalogue.rules import acting, again, asking, inspections, ways, wording

FILE = "service.toml"
# What follows the decision has no task in the process, but people want to read about it.
AFTERWARDS = {"issue", "deliver"}


@dataclass(frozen=True)
class Parts:
    """What the other files of the folder, and the city, offer to service.toml.

    tasks         id of each task of the process → (kind, role)
    fields        names of the form's answers
    departments   keys the city knows; None where they cannot be asked for
    headings      kind → codes that exist: person, business, event, type, level
    tables        file of decision tables → what they say; None where one cannot be read
    named         file → output → the constant texts that its rules say
    """

    folder: str
    tasks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fields: Collection[str] = ()
    media: Collection[str] = ()
    templates: Collection[str] = ()
    departments: Collection[str] | None = None
    headings: Mapping[str, Collection[str]] = field(default_factory=dict)
    tables: Mapping[str, Collection[str]] | None = None
    named: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)


def problems(guide: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    """Find what names something that is not there, or leaves out what must be there."""
    if guide["code"] != parts.folder:
        yield _error(
            "code",
            gettext_noop("The code is “%(code)s”, but the folder is called “%(folder)s”."),
            gettext_noop("Give both the same name."),
            code=guide["code"],
            folder=parts.folder,
        )
    yield from _doubles(guide)
    yield from _process(guide, parts)
    yield from _materials(guide, parts)
    yield from _result(guide, parts)
    yield from _codes(guide, parts)
    yield from again.problems(guide, fields=parts.fields)
    yield from acting.problems(guide, fields=parts.fields)
    yield from inspections.problems(guide, tasks=parts.tasks, fields=parts.fields)
    yield from ways.problems(guide, parts.tables)
    if "posting" in guide:
        yield from _condition("posting.when", guide["posting"]["when"], parts)
    yield from asking.problems(guide, parts.tables, parts.named, parts.tasks)


def _doubles(guide: Mapping[str, Any]) -> Iterator[Problem]:
    for table, name in (("material", "code"), ("stage", "key"), ("role", "key")):
        seen = set()
        for row in guide.get(table, []):
            if row[name] in seen:
                yield _error(
                    f"{table}[{row[name]}]",
                    gettext_noop("“%(name)s” appears here twice."),
                    gettext_noop("Rename or remove one."),
                    name=row[name],
                )
            seen.add(row[name])


def _process(guide: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    stages = {stage["key"] for stage in guide["stage"]}
    roles = {role["key"] for role in guide["role"]}
    for task, (_kind, role) in parts.tasks.items():
        if task not in stages:
            yield _error(
                "stage",
                gettext_noop("The task “%(task)s” of process.bpmn has no stage."),
                gettext_noop(
                    "Add a [[stage]] with this key: people must be able to see who does it and how long it takes."
                ),
                task=task,
            )
        if role and role not in roles:
            yield _error(
                "role",
                gettext_noop("The task “%(task)s” is given to the role “%(role)s”, which has no department."),
                gettext_noop("Add a [[role]] with this key and its department."),
                task=task,
                role=role,
            )
    for stage in stages - set(parts.tasks) - AFTERWARDS if parts.tasks else ():
        yield _error(
            f"stage[{stage}]",
            gettext_noop("process.bpmn has no task with this id."),
            gettext_noop("Use the id of a task, or “issue” for what follows the decision."),
        )
    used = {role for _kind, role in parts.tasks.values()}
    # A task without a role is given to those that a list names while the process runs.
    for role in roles - used if used and "" not in used else ():
        yield _warning(
            f"role[{role}]", gettext_noop("No task of process.bpmn uses this role."), gettext_noop("Remove it.")
        )


def _materials(guide: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    for row in guide.get("material", []):
        where = f"material[{row['code']}]"
        if "accept" not in row and "fetch" not in row:
            yield _error(
                where,
                gettext_noop("The material can neither be uploaded nor fetched."),
                gettext_noop("Add “accept” with the file types, or “fetch” with the source."),
            )
        if row.get("sample") and row["sample"] not in parts.media:
            yield _error(
                f"{where}.sample",
                gettext_noop("The file “%(file)s” is not in the folder."),
                gettext_noop("Add it as PNG, JPEG or PDF, or remove the line."),
                file=row["sample"],
            )
        if "when" in row:
            yield from _condition(f"{where}.when", row["when"], parts)


def _condition(where: str, condition: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    try:
        jsonschema_rs.validator_for(dict(condition), offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        path = ".".join(map(str, getattr(error, "instance_path", ())))
        yield _error(
            f"{where}.{path}" if path else where,
            gettext_noop("The condition is not a JSON Schema of 2020-12."),
            gettext_noop('Write it like { properties = { answer = { const = true } }, required = ["answer"] }.'),
        )
        return
    for name in sorted(_names(condition) - set(parts.fields)) if parts.fields else ():
        yield _error(
            where,
            gettext_noop("The condition looks at “%(name)s”, which form.json does not ask."),
            gettext_noop("Correct the name, or ask it in the form."),
            name=name,
        )


def _names(condition: Any) -> set[str]:
    """Return the answers that a condition looks at, at its top level and below allOf, anyOf, oneOf, not."""
    if not isinstance(condition, Mapping):
        return set()
    found = {*condition.get("properties", {}), *condition.get("required", [])}
    for word in ("allOf", "anyOf", "oneOf"):
        for part in condition.get(word, []):
            found |= _names(part)
    return found | _names(condition.get("not"))


def _result(guide: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    result = guide["result"]
    if result["kind"] != "licence":
        return
    needed = ("licence_kind", "licence_kind_code", *(() if acting.keeps_number(guide) else ("number_format",)))
    for key in needed:
        if key not in result:
            yield _error(
                "result",
                gettext_noop("A licence needs “%(key)s”."),
                gettext_noop("Add it, or choose another kind of result."),
                key=key,
            )
    yield from _pattern(result.get("number_format", "{serial}"))
    if not acting.keeps_end(guide) and len({"valid_years", "valid_days", "validity"} & set(result)) != 1:
        yield _error(
            "result",
            gettext_noop("It must be clear how long the licence is valid."),
            gettext_noop('Write exactly one of: valid_years, valid_days, validity = "long".'),
        )
    pictures = {line["code"] for line in guide.get("material", []) if {*line.get("accept", ["pdf"])} <= PICTURES}
    if result.get("photo", "") not in {"", *pictures}:
        yield _error(
            "result.photo",
            gettext_noop("“%(name)s” is not a material that is submitted as a picture."),
            gettext_noop("Name a material whose “accept” says jpg, png or both."),
            name=result["photo"],
        )
    # Of a licence that is changed or extended the face stays where the service brings none.
    for file in ("licence.md", *(() if acting.keeps_number(guide) else ("documents/face.md",))):
        if file in parts.templates:
            continue
        yield Problem(
            file,
            "",
            gettext_noop("The result is a licence, but the file that says what appears on it is missing."),
            gettext_noop("Add it; docs/first-service.md shows one."),
        )


# What a photograph may be handed in as.
PICTURES = {"jpg", "png"}
# What templates put into a number, and the places that the register of licences fills itself.
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
PLACE = re.compile(r"\{(\w*)(?::0?\d)?\}")
PLACES = ("area", "year", "serial", "check", "credit")
LAST = ("check", "credit")


def _pattern(pattern: str) -> Iterator[Problem]:
    text = TAGS.sub("", pattern)
    places = PLACE.findall(text)
    for name in places:
        if name not in PLACES:
            yield _error(
                "result.number_format",
                gettext_noop("Nothing fills the placeholder {%(name)s} of the number."),
                gettext_noop("Available are {area}, {year}, {serial:06}, {check} and {credit}."),
                name=name,
            )
    if places and "serial" not in places:
        yield _error(
            "result.number_format",
            gettext_noop("Two licences could get the same number."),
            gettext_noop("Write {serial:06} where the serial number goes."),
        )
    for name in LAST:
        if name in places[:-1] or (name in places and not text.endswith("}")):
            yield _error(
                "result.number_format",
                gettext_noop("The check digit is not at the end of the number."),
                gettext_noop("Write {%(name)s} last."),
                name=name,
            )


def _codes(guide: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    departments = [("department", guide["department"])]
    departments += [(f"role[{role['key']}].department", role["department"]) for role in guide["role"]]
    for where, key in departments:
        if parts.departments is not None and key not in parts.departments:
            yield _error(
                where,
                gettext_noop("No department has the key “%(key)s”."),
                gettext_noop("Correct the key, or add the department first."),
                key=key,
            )
    for where, kind, codes in (
        ("topics_person", "person", guide.get("topics_person", [])),
        ("topics_business", "business", guide.get("topics_business", [])),
        ("life_events", "event", guide.get("life_events", [])),
        ("type", "type", [guide["type"]]),
        ("level", "level", [guide["level"]]),
        ("audience", "audience", guide["audience"]),
    ):
        for code in codes:
            if kind in parts.headings and code not in parts.headings[kind]:
                yield _error(
                    where,
                    gettext_noop("The code list has no “%(code)s”."),
                    gettext_noop("Use a code from the list that is in force."),
                    code=code,
                )


PHONE = re.compile(r"^(0\d{2,3}-?\d{7,8}|12\d{3}|400-?\d{3}-?\d{4})")


def quality(guide: Mapping[str, Any], stage_days: int | None = None) -> Iterator[Problem]:
    """Check a guide by the quality rules for items that inspectors of 实施清单 use.

    Source: the checking scripts summed up in the standards notes, section 1.5; GB/T 39046—2020 for the codes.
    stage_days   what the stages take at most, those at the same time counted once; None: they are added up
    """
    limits, visits, instant = guide["limits"], guide["visits"], guide["handling"] == "instant"
    if limits["promised_days"] > limits["statutory_days"]:
        yield _error(
            "limits.promised_days",
            gettext_noop("The promise is longer than the law allows."),
            gettext_noop("Promise at most the statutory days."),
        )
    if instant != (limits["promised_days"] == 0):
        yield _error(
            "handling",
            gettext_noop("“instant” means promised_days = 0, and vice versa."),
            gettext_noop("Change one of them."),
        )
    if instant != ("instant" in guide):
        yield _error(
            "instant",
            gettext_noop("Instant services are decided at once by a table, and no others are."),
            gettext_noop("Add [instant] with its table, or promise at least one day."),
        )
    if guide.get("process", {}).get("same_person") and not instant:
        yield _warning(
            "process.same_person",
            gettext_noop("One official may file, accept and decide, although this is not decided on the spot."),
            gettext_noop("Remove same_person, so that no one checks their own work."),
        )
    if visits and not guide.get("visits_reason"):
        yield _error(
            "visits_reason",
            gettext_noop("People must come in person, but no reason is given."),
            gettext_noop("Give the reason, or set visits = 0."),
        )
    if guide["online_depth"] == "4" and visits:
        yield _error(
            "online_depth",
            gettext_noop("Depth 4 means fully online, but visits is not 0."),
            gettext_noop("Lower the depth, or set visits = 0."),
        )
    yield from _fees_and_contacts(guide)
    yield from _stages(guide)
    yield from _days_in_all(guide, stage_days)
    yield from wording.problems(guide)


def _fees_and_contacts(guide: Mapping[str, Any]) -> Iterator[Problem]:
    fee, contacts = guide["fee"], guide["contacts"]
    if fee["charged"] != bool(fee.get("item")):
        yield _error(
            "fee",
            gettext_noop("Whether a fee is charged does not agree with [[fee.item]]."),
            gettext_noop("Add the items with amount and basis, or set charged = false."),
        )
    if contacts["consult"] == contacts["complaint"]:
        yield _error(
            "contacts",
            gettext_noop("The same telephone number is given for questions and complaints."),
            gettext_noop("Give two numbers."),
        )
    for name in ("consult", "complaint"):
        yield from _phone(f"contacts.{name}", contacts[name])
    for number, row in enumerate(guide["place"], 1):
        if row.get("phone"):
            yield from _phone(f"place[{number}].phone", row["phone"])
        if not re.search(r"工作日|周[一二三四五六日]|星期", row["hours"]):
            yield _warning(
                f"place[{number}].hours",
                gettext_noop("The hours do not say on which days."),
                gettext_noop("Write it like “工作日 9:00—12:00”."),
            )


def _phone(where: str, number: str) -> Iterator[Problem]:
    if not PHONE.match(number):
        yield _warning(
            where, gettext_noop("The number has no area code."), gettext_noop("Write it like 0990-12345678.")
        )


def _stages(guide: Mapping[str, Any]) -> Iterator[Problem]:
    promised = guide["limits"]["promised_days"]
    for stage in guide["stage"]:
        if stage["days"] > promised:
            yield _error(
                f"stage[{stage['key']}].days",
                gettext_noop("This stage alone takes longer than the promised %(days)s days."),
                gettext_noop("Shorten the stage or lengthen the promise."),
                days=promised,
            )
    if guide["type"] == "01" and not guide.get("question"):
        yield _error(
            "question",
            gettext_noop("A licence service (行政许可) answers at least one common question."),
            gettext_noop("Add a [[question]]."),
        )


def _days_in_all(guide: Mapping[str, Any], stage_days: int | None) -> Iterator[Problem]:
    promised = guide["limits"]["promised_days"]
    total = sum(stage["days"] for stage in guide["stage"]) if stage_days is None else stage_days
    if total > promised:
        yield _warning(
            "stage",
            gettext_noop("The stages take %(total)s days one after another, promised are %(days)s."),
            gettext_noop("Shorten a stage or lengthen the promise; stages at the same time are counted once."),
            total=total,
            days=promised,
        )


def _error(where: str, text: str, remedy: str, **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, details=details)


def _warning(where: str, text: str, remedy: str, **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, severity="warning", details=details)

"""Show what a licence will look like, from the definition's own example of a yes."""

from tongban.platform.catalogue.models import Version
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms

SAMPLE = "（样本）"


def result(version: Version) -> bytes | None:
    """Return a licence of this version as PDF, with the answers of its first good example and marked as a sample.

    None where the result is no licence, or where its templates need what only a real case has.
    """
    template, face = version.templates.get("licence.md"), version.templates.get("documents/face.md")
    example = next((found for found in version.examples if found["kind"] == "yes"), None)
    if version.guide["result"]["kind"] != "licence" or not template or not face or not example:
        return None
    form = eforms.load(version.form)
    answers = {**dict.fromkeys(form.names(), ""), **form.relevant(example["answers"])}
    answers |= {name: SAMPLE for name in form.sensitive() if answers.get(name)}
    name = version.guide["result"]["name"]
    facts = {
        "number": SAMPLE,
        "identifier": SAMPLE,
        "kind_name": name,
        "holder": SAMPLE,
        "issuer": version.service.department.name,
        "issued_on": SAMPLE,
        "valid_from": SAMPLE,
        "valid_until": SAMPLE,
    }
    try:
        facts["face"] = _face(documents.fill(face, {"answers": answers}, title=name))
        return documents.compose(template, facts, title=f"{name}{SAMPLE}", seal=False)
    except documents.TemplateBroken:
        return None


def _face(text: str) -> dict[str, str]:
    parts = [line.partition("::") for line in text.splitlines()]
    return {label.strip(): content.strip() for label, mark, content in parts if mark and content.strip()}

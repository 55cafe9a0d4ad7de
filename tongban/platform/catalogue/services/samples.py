"""Show what a licence will look like, from the definition's own example of a yes."""

from tongban.platform.catalogue.services.reading import Folder
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms

# Under this name a definition keeps the sample of its result; a folder may bring its own.
FILE = "result-sample.pdf"
SAMPLE = "（样本）"


def result(folder: Folder, issuer: str) -> bytes | None:
    """Return the licence of a definition as PDF, with the answers of its first good example and marked as a sample.

    None where the result is no licence, or where its templates need what only a real case has.
    """
    face = folder.templates.get("documents/face.md", "")
    example = next((found for found in folder.examples if found["kind"] == "yes"), None)
    if folder.guide["result"]["kind"] != "licence" or example is None:
        return None
    form = eforms.load(folder.form)
    answers = {**dict.fromkeys(form.names(), ""), **form.relevant(example["answers"])}
    answers |= {name: SAMPLE for name in form.sensitive() if answers.get(name)}
    name = folder.guide["result"]["name"]
    blanks = ("number", "identifier", "holder", "issued_on", "valid_from", "valid_until")
    facts = {**dict.fromkeys(blanks, SAMPLE), "kind_name": name, "issuer": issuer}
    try:
        lines = documents.fill(face, {"answers": answers}, title=name).splitlines()
        parts = [line.partition("::") for line in lines]
        facts["face"] = {label.strip(): text.strip() for label, mark, text in parts if mark and text.strip()}
        return documents.compose(folder.templates["licence.md"], facts, title=f"{name}{SAMPLE}", seal=False)
    except documents.TemplateBroken:
        return None

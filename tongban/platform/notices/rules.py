"""What a notice may lead to, and how it is written as a letter."""

LOCAL = "/"


def is_local(url: str) -> bool:
    """Say whether a link stays in this house: "" or a path, never another site ("//host" is one)."""
    return url == "" or (url.startswith(LOCAL) and not url.startswith(("//", "/\\")))


def letter(*, greeting: str, body: str, link: str, where: str, footer: str) -> str:
    """Return the text of a letter: greeting, what happened, where to go on, why one gets it.

    link    full address or ""; where: the sentence before it
    """
    parts = [greeting, body.strip()]
    if link:
        parts.append(f"{where}\n{link}")
    return "\n\n".join([*parts, f"-- \n{footer}"]) + "\n"

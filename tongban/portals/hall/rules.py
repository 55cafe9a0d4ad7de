"""Which of the hall's own pages answers a question."""

import re
from collections.abc import Iterable

# What people put around the thing they ask about; it says nothing of it.
AROUND = re.compile(
    r"怎么样|怎么办|怎么|怎样|如何|什么是|是什么|什么意思|在哪里|在哪儿|哪里|在哪|哪儿|我要|我想|请问|可以|能不能|吗|呢|的|了|"
    r"\b(?:how|what|where|who|is|are|do|does|can|i|my|the|a|an|to|for|of|about|page)\b"
)
LETTERS = re.compile(r"[^\w]+|_")


def core(asked: str) -> str:
    """Return what a question is about: no question words, no punctuation, no spaces between Chinese."""
    bare = AROUND.sub(" ", asked.casefold())
    words = LETTERS.sub(" ", bare).split()
    return " ".join(words) if asked.isascii() else "".join(words)


def answers(asked: str, words: Iterable[str]) -> bool:
    """Say whether a page known by these words answers the question: one of them is most of what is asked, or nearly."""
    wanted = core(asked)
    return len(wanted) > 1 and any(_close(wanted, core(word)) for word in words)


def _close(one: str, two: str) -> bool:
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) > 1 and shorter in longer and 2 * len(shorter) > len(longer)

"""How the page of a counterpart looks: it says of itself that nothing on it is real."""

from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from typing import Any

STYLE = """
body { font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; background: #f6f4ef }
main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.4rem }
h2 { font-size: 1.1rem; margin-top: 2rem }
.band { background: COLOUR; color: #fff; padding: .75rem 1rem; font-weight: 600 }
.note { background: #fff6d6; border: 1px solid #d9c27a; padding: .75rem 1rem; border-radius: 6px }
.card { background: #fff; border: 1px solid #ddd8cc; border-radius: 8px; padding: 1rem; margin: 1rem 0 }
.card h2 { margin-top: 0 }
.sum { font-size: 2rem; font-weight: 600; font-variant-numeric: tabular-nums }
button, .button { display: inline-block; font: inherit; border: 0; background: COLOUR; color: #fff }
button, .button { padding: .6rem 1.4rem; border-radius: 6px; text-decoration: none; cursor: pointer }
button { margin: 0 .25rem .25rem 0 }
label { display: flex; justify-content: space-between; gap: 1rem; align-items: center; margin: .4rem 0 }
input, select { font: inherit; padding: .3rem .5rem }
.faults input { width: 6rem }
.small { color: #5c5a55; font-size: .9rem }
"""


def page(title: str, body: str, *, name: str, colour: str) -> bytes:
    """Return a page. body: HTML."""
    style = STYLE.replace("COLOUR", colour)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
        f'<div class="band">{escape(name)}</div><main><h1>{escape(title)}</h1>{body}</main></body></html>'
    ).encode()


def switches(faults: Any, words: Mapping[str, str], action: str) -> str:
    """Return the form that says how often what goes wrong. words: fault -> what it is called."""
    set_to = asdict(faults)
    rows = "".join(
        f'<label>{word}<input name="{name}" value="{set_to[name]:g}" inputmode="decimal" aria-label="{word}"></label>'
        for name, word in words.items()
    )
    return (
        "<h2>故障开关</h2>"
        '<p class="small">每一项填写发生的比例，0 为不发生，1 为每次都发生。</p>'
        f'<form class="card faults" method="post" action="{action}">{rows}<p><button>保存</button></p></form>'
    )

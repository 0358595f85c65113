"""Text of the program as Markdown: nothing in it may become markup by accident."""

from __future__ import annotations

import html
import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|])")


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, in one line."""
    return _SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split(" ")).replace("\n", " "), quote=False))


def spoken(text: str, language: str) -> str:
    """Return Markdown that tells in which language it is, for those who have it read aloud."""
    return f'<div lang="{language}" markdown>\n\n{text}\n</div>\n'


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table; the cells are Markdown already."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def code(text: str) -> str:
    """Return a text as code in a cell of a table."""
    return f"`{text}`".replace("|", r"\|") if text else "–"

"""Lines of a commented TOML file."""

from __future__ import annotations

import json

TODO = "TODO"
_PLACE = 38


def line(key: str, value: str, note: str = "") -> str:
    """Write a setting, and why it is so."""
    setting = f"{key} = {value}"
    return f"{setting:<{_PLACE - 2}}  {comment(note)}" if note else setting


def comment(text: str) -> str:
    """Write a comment: one line, whatever a header or a file name may hold."""
    return "# " + "".join(sign if sign.isprintable() else " " for sign in text)


def quoted(text: str) -> str:
    """Write a text as a TOML string (a JSON string is one, but for the delete sign)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def listed(texts: tuple[str, ...]) -> str:
    """Write texts as a TOML list."""
    return f"[{', '.join(map(quoted, texts))}]"

"""How values are written in the study file."""

from __future__ import annotations

import json
from collections.abc import Mapping


def turned(texts: Mapping[str, str]) -> dict[str, str]:
    """Return text in the file → code, from code → text."""
    return {text: code for code, text in texts.items()}


def values(column: str, codes: Mapping[str, str], comment: str = "") -> str:
    """Write what the texts of a column mean."""
    head = f"\n[sources.values.{column}]" + (f"  # {comment}" if comment else "")
    return "\n".join([head, *(f"{quoted(text)} = {quoted(code)}" for text, code in codes.items()), ""])


def words(fi: str, sv: str, en: str) -> str:
    """Write a text in three languages."""
    return f"{{ fi = {quoted(fi)}, sv = {quoted(sv)}, en = {quoted(en)} }}"


def quoted(text: str) -> str:
    """Write a text as a TOML string (a JSON string is one)."""
    return json.dumps(text, ensure_ascii=False)

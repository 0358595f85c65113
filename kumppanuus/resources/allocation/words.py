"""Small matters of wording that the pictures of this room share."""

from __future__ import annotations

from typing import Any, TypeAlias

from kumppanuus.language.say import Say

LONGEST = 110
"""Characters of a headline."""
Row: TypeAlias = dict[str, Any]


def fitting(say: Say, key: str, **words: object) -> str:
    """Return a headline, or its short form where names make it too long."""
    whole = say(key, **words)
    return whole if len(whole) <= LONGEST or not say.has(f"{key}_short") else say(f"{key}_short", **words)


def capital(text: str) -> str:
    """Return a text with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]

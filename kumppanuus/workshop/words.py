"""The workshop's own words, of its page, of merging and of the summary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kumppanuus.analysis import files
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.workshop.notes import Priority


@lru_cache(maxsize=1)
def workshop_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the workshop."""
    return read_texts(files("kumppanuus.language") / "workshop.toml")


def say_of_workshop(say: Say) -> Say:
    """Return the speaker with the workshop's texts."""
    return say.with_texts(workshop_texts())


def priority_key(priority: Priority) -> str:
    """Return the key of the word for a priority."""
    return f"summary.priority_{priority or 'none'}"

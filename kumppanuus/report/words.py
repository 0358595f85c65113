"""The report's own words, and the plain form of every text that comes from outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kumppanuus.analysis import Analysis, files
from kumppanuus.disclosure.released import Released
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Control characters and the marks that turn the direction of text: they could make a page say something else."""


@lru_cache(maxsize=1)
def report_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the report itself: headings, the row account, protection, glossary, the workshop's words."""
    folder = files("kumppanuus.language")
    return {**read_texts(folder / "report.toml"), **read_texts(folder / "workshop.toml")}


@lru_cache(maxsize=256)
def _room_texts(messages: Traversable) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of a room; every exhibit asks for them."""
    return read_texts(messages)


def say_of_report(say: Say) -> Say:
    """Return the speaker with the report's own texts."""
    return say.with_texts(report_texts())


def say_of_room(analysis: Analysis, say: Say) -> Say:
    """Return the speaker with a room's texts."""
    return say.with_texts(_room_texts(analysis.messages))  # type: ignore[arg-type]  # files have a hash


def faced(say: Say, released: Released) -> Say:
    """Return the speaker for the face of a run: in an internal one numbers are exact and never "about"."""
    return replace(say, exact=released.face == "internal")


def mark_of(say: Say) -> str:
    """Return the words that mark every page, picture and sheet of an internal run; empty for a public one."""
    return say("word.secret") if say.exact else ""


def plain(text: str) -> str:
    """Return a text without control characters and direction marks."""
    return _INVISIBLE.sub("", text)

"""Words of the signals on the board: every room writes its own, in its messages; here they are found by code.

A signal goes by a code that says whose it is, what it is called and what it is about:
``baseline.timeliness/late?area=areas:itainen``. Its texts are ``signal.late.title`` and ``signal.late.says`` of the
room ``baseline.timeliness``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from kumppanuus.analysis import files
from kumppanuus.language.catalogue import read_texts

if TYPE_CHECKING:
    from kumppanuus.language.say import Say

_CODE = re.compile(r"(?P<wing>[a-z_]+)\.(?P<room>[a-z_]+)/(?P<name>[a-z_0-9]+)(?:\?(?P<words>.+))?")
Words = Sequence[tuple[str, str, str]]
"""(placeholder, code list, code) of what a signal is about."""


def code_of(room: str, name: str, words: Words = ()) -> str:
    """Return the code of a signal of a room."""
    about = "&".join(f"{placeholder}={codes}:{code}" for placeholder, codes, code in words)
    return f"{room}/{name}" + (f"?{about}" if about else "")


def title_of(code: str, say: Say) -> str:
    """Return what a signal is about, in words; "unknown code" for what is no code of a signal (R14)."""
    found = _CODE.fullmatch(code)
    speaker = _speaker(found, say)
    if found is None or speaker is None or not speaker.has(f"signal.{found['name']}.title"):
        return say("codes.unknown")
    return speaker(f"signal.{found['name']}.title", **_labels(found["words"], speaker))


def says_of(code: str, say: Say, *, value: str, reference: str) -> str:
    """Return the sentence of a signal, with its value and its reference as they are written."""
    found = _CODE.fullmatch(code)
    speaker = _speaker(found, say)
    if found is None or speaker is None or not speaker.has(f"signal.{found['name']}.says"):
        return say("codes.unknown")
    words = _labels(found["words"], speaker)
    return speaker(f"signal.{found['name']}.says", value=value, reference=reference, **words)


def room_of(code: str, say: Say) -> str:
    """Return the title of the room that a signal comes from."""
    found = _CODE.fullmatch(code)
    speaker = _speaker(found, say)
    return speaker("room.title") if speaker is not None else say("codes.unknown")


def title_of_room(key: str, say: Say) -> str:
    """Return the title of a room by its key."""
    wing, _, room = key.partition(".")
    texts = _room_texts(wing, room)
    return say.with_texts(texts)("room.title") if "room.title" in texts else say("codes.unknown")


def _speaker(found: re.Match[str] | None, say: Say) -> Say | None:
    return say.with_texts(_room_texts(found["wing"], found["room"])) if found is not None else None


def _labels(words: str | None, say: Say) -> dict[str, str]:
    """Return the names of what a signal is about by placeholder: of the room's own lists, the study's or the common."""
    parts = [part.partition("=") for part in (words or "").split("&") if part]
    found = {placeholder: code.partition(":") for placeholder, _, code in parts}
    return {
        placeholder: say(f"{codes}.{code}") if say.has(f"{codes}.{code}") and code not in say.names.get(codes, {})
        else say.label(codes, code)
        for placeholder, (codes, _, code) in found.items()
    }  # fmt: skip


@lru_cache(maxsize=256)
def _room_texts(wing: str, room: str) -> Mapping[str, Mapping[str, str]]:
    messages = files("kumppanuus") / wing / room / "messages.toml"
    return read_texts(messages) if messages.is_file() else {}

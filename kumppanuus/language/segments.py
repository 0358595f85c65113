"""The rules of the study's family segments in words, made of the rules themselves, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kumppanuus.register.segments import segments_of

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.study_resources import Resources, Segment


def rules_in_words(resources: Resources, say: Say) -> dict[str, str]:
    """Return the rule of each segment in words; those that hold where a study gives none included."""
    return {segment.code: rule_in_words(segment, say) for segment in segments_of(resources)}


def rule_in_words(segment: Segment, say: Say) -> str:
    """Return the conditions of a segment as one sentence without a full stop; each of them has to hold.

    Parameters
    ----------
    say : a speaker that knows the names of the study's needs and services.
    """
    numbers = {
        "needs_at_least": segment.needs_at_least,
        "services_at_least": segment.services_at_least,
        "members_at_least": segment.members_at_least,
        "youngest_under": segment.youngest_under or 0,
    }
    named = {
        "levels": [say.label("segment_levels", level) for level in segment.levels],
        "services": [say.label("services", code) for code in segment.services],
        "needs": [say.label("needs", code) for code in segment.needs],
    }
    parts = [say(f"segment_rule.{name}", names=_joined(names, "or", say)) for name, names in named.items() if names]
    parts += [say(f"segment_rule.{name}", n=number) for name, number in numbers.items() if number]
    told = _joined(parts, "and", say) or say("segment_rule.everybody")
    return told[:1].upper() + told[1:]


def _joined(parts: Iterable[str], word: str, say: Say) -> str:
    """Join texts with commas, the last two by a word."""
    *before, last = [*parts] or [""]
    return f"{', '.join(before)} {say(f'segment_rule.{word}')} {last}" if before else last

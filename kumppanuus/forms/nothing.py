"""A chart with nothing to show: it says why, instead of vanishing or showing zero."""

from __future__ import annotations

from kumppanuus.drawing import Chart, Notice
from kumppanuus.language.say import Say, footer


def nothing(words: str, say: Say) -> Chart:
    """Return a chart of words alone; they are its headline, too."""
    return Chart(Notice((words,)), words, "", footer(say, ""), words)

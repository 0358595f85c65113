"""What the speaker reads: questions for the room, how to read the chart, what to keep in mind, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.protection import line_of
from kumppanuus.report.slides.texts import clean


def notes_of(exhibit: Exhibit, total: int, say: Say, facts: RunFacts, mark: str) -> list[str]:
    """Return the lines of an exhibit's notes.

    Parameters
    ----------
    total : number of exhibits of the run. say : the speaker of the slides. mark : of a confidential run.
    """
    return [clean(line) for line in _lines(exhibit, total, say, facts, mark) if line.strip()]


def _lines(exhibit: Exhibit, total: int, say: Say, facts: RunFacts, mark: str) -> Iterator[str]:
    yield mark
    yield say("report.chart_number", number=exhibit.number, total=total)
    if exhibit.questions:
        yield f"{say('report.discuss')}:"
        yield from (f"– {question}" for question in exhibit.questions)
    for key, text in (("how", exhibit.how), ("caveat", exhibit.caveat), ("method", exhibit.method)):
        yield f"{say(f'report.{key}')}: {text}" if text.strip() else ""
    yield exhibit.chart.footer
    yield line_of(exhibit.tables, say)
    yield say("report.run", run=facts.run_id)

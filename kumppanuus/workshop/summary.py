"""What the room decided, in the room's own order, each with the exhibit it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import StudyError
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.words import plain
from kumppanuus.study import LANGUAGES, Study
from kumppanuus.workshop.notes import GENERAL, PRIORITIES, Item, Notes
from kumppanuus.workshop.words import say_of_workshop

_NO_NUMBER = 10**6


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What was said of one exhibit, with its place in the room's order.

    rank : from 1. exhibit : None for what is about no single chart, and for a chart the run does not have.
    title : the finding as the run has it. seen : the finding as the room saw it, when that is another one.
    """

    rank: int
    item: Item
    exhibit: Exhibit | None
    title: str
    seen: str

    @property
    def is_general(self) -> bool:
        """Whether it is about no single chart."""
        return self.item.exhibit == GENERAL


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """A workshop summed up.

    decisions : by urgency, then votes, then order of the report. silent : exhibits nothing was said of.
    scribes : how many sheets of notes there are.
    """

    run: str
    scribes: int
    decisions: tuple[Decision, ...]
    silent: tuple[Exhibit, ...]


def sum_up(notes: Notes, released: Released, analyses: Sequence[Analysis], study: Study, say: Say) -> Summary:
    """Put the notes beside the exhibits of their run.

    Parameters
    ----------
    notes : merged. say : speaks the language of the summary and knows the study's names.

    Raises
    ------
    StudyError
        KU536 when nothing was written down.
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    said = [item for item in notes.items if item.says_something]
    if not said:
        raise StudyError("KU536")
    shown = exhibits(released, analyses, say)
    by_key = {exhibit.key: exhibit for exhibit in shown}
    said.sort(key=lambda item: _urgency(item, by_key))
    known = _headlines(released, analyses, study)
    words = say_of_workshop(say)
    decisions = tuple(
        Decision(rank, item, by_key.get(item.exhibit), _title(item, by_key, words), _seen(item, known))
        for rank, item in enumerate(said, start=1)
    )
    told = {item.exhibit for item in said}
    silent = tuple(exhibit for exhibit in shown if exhibit.key not in told)
    return Summary(notes.run, len(notes.sheets), decisions, silent)


def _urgency(item: Item, by_key: Mapping[str, Exhibit]) -> tuple[int, int, int, str]:
    exhibit = by_key.get(item.exhibit)
    number = exhibit.number if exhibit else _NO_NUMBER
    return PRIORITIES.index(item.priority), -item.votes, number, item.exhibit


def _title(item: Item, by_key: Mapping[str, Exhibit], words: Say) -> str:
    if item.exhibit in by_key:
        return plain(by_key[item.exhibit].chart.headline)
    if item.exhibit == GENERAL:
        return words("summary.general")
    return item.finding or words("summary.gone_title", exhibit=item.exhibit)


def _headlines(released: Released, analyses: Sequence[Analysis], study: Study) -> dict[str, set[str]]:
    """Return the headlines of every exhibit in all languages: the room may have seen another than the summary has."""
    headlines: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for exhibit in exhibits(released, analyses, speaker(study, language)):
            headlines.setdefault(exhibit.key, set()).add(_bare(exhibit.chart.headline))
    return headlines


def _seen(item: Item, known: Mapping[str, set[str]]) -> str:
    """Return the finding the room saw, when the run has another one for the exhibit."""
    own = known.get(item.exhibit, set())
    return item.finding if own and item.finding and _bare(item.finding) not in own else ""


def _bare(text: str) -> str:
    """Return a headline by its words: pages and browsers may change the kind of its spaces."""
    return " ".join(plain(text).split())

"""What changed since the last run, and why: other data, other settings, or another version of the program.

The earlier run is one that stands published; its findings are said as it published them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kumppanuus.analysis import Analysis
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.earlier import withdrawn
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.store import StoredRun
from kumppanuus.report.words import say_of_report, say_of_room

Kind = Literal["new", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """An exhibit whose finding is not what it was.

    title : of its analysis. before, now : the findings; empty where there was or is none.
    """

    exhibit_key: str
    title: str
    before: str
    now: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Changes:
    """What a report says of the run before it.

    since : name of the earlier run. reasons : ready sentences, data before method.
    rows : the exhibits whose finding changed. same : how many say the same as before.
    """

    since: str
    reasons: tuple[str, ...]
    rows: tuple[ChangedFinding, ...]
    same: int


def run_before(order: Sequence[str], run_id: str) -> str | None:
    """Return the run that was first made before this one; a run made again keeps its place."""
    place = order.index(run_id) if run_id in order else len(order)
    return order[place - 1] if place else None


def still_stands(earlier: StoredRun, now: StoredRun) -> bool:
    """Tell whether the earlier run may be spoken of: both are public, and it was not withdrawn."""
    if "internal" in (earlier.released.face, now.released.face) or not earlier.facts.kept or not now.facts.kept:
        return False
    supersedes = {each.run_id: each.facts.kept.supersedes for each in (earlier, now) if each.facts.kept}
    return earlier.run_id not in withdrawn(supersedes)


def changes_since(
    earlier: StoredRun, now: StoredRun, analyses: Sequence[Analysis], shown: Sequence[Exhibit], say: Say
) -> Changes:
    """Compare a run with the one before it.

    Parameters
    ----------
    analyses : those the earlier run may have shown. shown : the exhibits of this run, in the language of `say`.
    """
    then = {exhibit.key: exhibit for exhibit in _exhibits(earlier, analyses, say)}
    present = {exhibit.key: exhibit for exhibit in shown}
    rows = tuple(
        row for key in dict.fromkeys((*present, *then)) if (row := _row(key, then.get(key), present.get(key), say))
    )
    same = sum(key in then and then[key].chart.headline == exhibit.chart.headline for key, exhibit in present.items())
    return Changes(earlier.run_id, tuple(_reasons(earlier, now, say_of_report(say))), rows, same)


def _exhibits(run: StoredRun, analyses: Sequence[Analysis], say: Say) -> tuple[Exhibit, ...]:
    """Return the exhibits of the earlier run in today's language, with the names it knew."""
    told = speaker(run.study, say.language)
    drawn = exhibits(run.released, [analysis for analysis in analyses if analysis.key in run.shown], told)
    say.written.update(told.written)
    return drawn


def _row(key: str, before: Exhibit | None, now: Exhibit | None, say: Say) -> ChangedFinding | None:
    known = now or before
    if known is None or (before and now and before.chart.headline == now.chart.headline):
        return None
    kind: Kind = "new" if before is None else "gone" if now is None else "changed"
    said = [exhibit.chart.headline if exhibit else "" for exhibit in (before, now)]
    return ChangedFinding(key, say_of_room(known.analysis, say)("room.title"), said[0], said[1], kind)


def _reasons(earlier: StoredRun, now: StoredRun, say: Say) -> Iterator[str]:
    """Say why numbers may differ: what was given, what was asked, what counted it."""
    yield from _data(earlier.facts.inputs, now.facts.inputs, say)
    if earlier.study.window != now.study.window:
        yield say("changes.window", before=_period(earlier, say), now=_period(now, say))
    asked = [name for name in _asked(now) if _asked(earlier).get(name) != _asked(now)[name]]
    if asked:
        yield say("changes.settings", names=", ".join(asked))
    if earlier.released.rules != now.released.rules:
        yield say("changes.rules")
    if earlier.facts.version != now.facts.version:
        yield say("changes.version", before=earlier.facts.version, now=now.facts.version)
    if earlier.shown != now.shown:
        yield say("changes.shown")


def _data(before: Mapping[str, str], now: Mapping[str, str], say: Say) -> Iterator[str]:
    other = sum(name in before and before[name] != digest for name, digest in now.items())
    counts = {"other": other, "new": len(set(now) - set(before)), "gone": len(set(before) - set(now))}
    if any(counts.values()):
        yield say("changes.data", **counts)


def _period(run: StoredRun, say: Say) -> str:
    return f"{say.date(run.study.window.first)}–{say.date(run.study.window.last)}"


def _asked(run: StoredRun) -> dict[str, Any]:
    """Return the settings by name, those of the analyses one by one, without what is told on its own."""
    asked = {name: value for name, value in run.facts.settings.items() if name not in ("window", "disclosure", "only")}
    analyses = asked.pop("analyses", {})
    study = asked.pop("study", {})
    told = ("language", "title", "notes")
    about = {name: value for name, value in study.items() if name not in told} if isinstance(study, dict) else {}
    return {**asked, "study": about, **(analyses if isinstance(analyses, dict) else {})}

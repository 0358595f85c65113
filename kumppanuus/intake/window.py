"""What time the extracts cover, as far as file names and dates tell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from kumppanuus.intake.draft import SourceDraft
from kumppanuus.intake.versions import are_snapshots

_YEAR_STARTS = ((1, 0), (4, 0), (4, -1), (7, 0), (7, -1), (8, 0), (8, -1), (9, 0), (9, -1), (10, 0), (10, -1))
_BETTER_SHARE = 0.05
_FULL_YEAR, _SOME_YEAR, _MOST_LATER = 0.5, 0.1, 0.01
_BEGINNINGS, _DAYS = ("start", "date"), ("start", "end", "date")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\d{4})?(?!\d)|(?<!\d)\d{4}((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """What time the files seem to cover.

    why : ``file_names``, ``shifted`` (file names, but the year does not start in January), ``data``, ``none``, or
        ``told`` by the user.
    """

    first: datetime.date
    last: datetime.date
    year_starts: str
    why: Literal["file_names", "shifted", "data", "none", "told"]

    @property
    def sure(self) -> bool:
        """Nobody needs to be asked."""
        return self.why in ("file_names", "told")


def window_of(drafts: Sequence[SourceDraft]) -> WindowDraft:
    """Guess the window: from the years of file names when they tell, else from the dates themselves."""
    for draft in drafts:
        years = [year_of(one.sample.path.name) for one in draft.found]
        known = [year for year in years if year is not None]
        told = draft.table == "relationships" and not draft.corrections and len(known) == len(years) > 1
        if told and are_snapshots(draft):
            return _window_of_files(known, draft.dates("end"))
    return _window_of_names(drafts) or _window_of_data(drafts)


def year_of(name: str) -> int | None:
    """Return the first year that stands in a file name, as ``2021``, ``20211231`` or ``31122021``."""
    return next(iter(_years_of(name)), None)


def _years_of(name: str) -> list[int]:
    return [int(found[1] or found[2]) for found in _YEAR.finditer(name)]


def _window_of_names(drafts: Sequence[SourceDraft]) -> WindowDraft | None:
    """Return from the first to the last year that every extract of events is named by, unless dates go beyond it."""
    events = [draft for draft in drafts if set(_DAYS) & set(draft.columns) and draft.table != "capacity"]
    main = [draft for draft in events if draft.table == "relationships"] or events
    named = [_years_of(one.sample.path.name) for draft in main for one in draft.found]
    if not named or not all(named):
        return None
    years = [year for each in named for year in each]
    begun = pd.concat([days for draft in main for column in _BEGINNINGS for days in draft.dates(column)]).dropna()
    told = begun.dt.year.between(min(years), max(years)) if len(begun) else begun.isna()
    if not told.any() or (begun.dt.year > max(years)).mean() > _MOST_LATER:
        return None
    return WindowDraft(datetime.date(min(years), 1, 1), datetime.date(max(years), 12, 31), "01-01", "file_names")


def _window_of_files(years: Sequence[int], ends: Sequence[pd.Series]) -> WindowDraft:
    """A snapshot knows the ends of its own year, which tells when that year begins."""
    known = pd.concat([pd.DataFrame({"year": y, "end": e.dropna()}) for y, e in zip(years, ends, strict=True)])
    months = known["end"].dt.year * 12 + known["end"].dt.month - 1
    shares = {(m, o): float(((months - (known["year"] + o) * 12 - m + 1) // 12 == 0).mean()) for m, o in _YEAR_STARTS}
    usual = _YEAR_STARTS[0]
    best = max(shares, key=lambda start: shares[start])
    month, offset = best if shares[best] > shares[usual] + _BETTER_SHARE else usual
    first = datetime.date(min(years) + offset, month, 1)
    last = datetime.date(max(years) + offset + 1, month, 1) - datetime.timedelta(days=1)
    return WindowDraft(first, last, f"{month:02d}-01", "file_names" if month == 1 and not offset else "shifted")


def _window_of_data(drafts: Sequence[SourceDraft]) -> WindowDraft:
    days = [each for draft in drafts for column in ("start", "end", "date") for each in draft.dates(column)]
    beginnings = [each for draft in drafts for column in ("start", "date") for each in draft.dates(column)]
    first, last = _busy_years(beginnings, _FULL_YEAR), _busy_years(days, _SOME_YEAR)
    if not first or not last:
        return WindowDraft(datetime.date(2021, 1, 1), datetime.date(2025, 12, 31), "01-01", "none")
    return WindowDraft(datetime.date(first[0], 1, 1), datetime.date(max(last[-1], first[0]), 12, 31), "01-01", "data")


def _busy_years(days: Sequence[pd.Series], share: float) -> list[int]:
    """Years with at least a share of the dates of the busiest year."""
    years = pd.concat(days).dropna().dt.year.value_counts() if days else pd.Series(dtype=int)
    return sorted(int(year) for year in years[years >= share * years.max()].index) if len(years) else []

"""The draft of a study: sources grouped out of recognised files, and the time they cover."""

from __future__ import annotations

import datetime
import fnmatch
import glob
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import pandas as pd

from kumppanuus.intake.forms import DAY_FIRST, dates_of
from kumppanuus.intake.header import plain_header
from kumppanuus.intake.recognise import CERTAINTIES, Certainty, Guess, Recognised
from kumppanuus.register.tables import TABLES

EndIs = Literal["last_day", "first_day_after"]

_REPEATED_SHARE = 0.01
_TOUCHING_SHARE, _FEWEST_TOUCHING = 0.1, 5
_YEAR_STARTS = ((1, 0), (4, 0), (4, -1), (7, 0), (7, -1), (8, 0), (8, -1), (9, 0), (9, -1), (10, 0), (10, -1))
_BETTER_SHARE = 0.05
_FULL_YEAR, _SOME_YEAR = 0.5, 0.1
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\d{4})?(?!\d)|(?<!\d)\d{4}((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """Files of one register.

    found : the files in the order of their names.
    folder : name of the subfolder, ``.`` for the folder itself.
    files : globs or names.
    """

    table: str
    folder: str
    files: tuple[str, ...]
    found: tuple[Recognised, ...]

    @property
    def columns(self) -> Mapping[str, Guess]:
        """Canonical column → the least sure guess of all files."""
        names = self.found[0].columns
        return {
            name: max((one.columns[name] for one in self.found), key=lambda guess: CERTAINTIES.index(guess.certainty))
            for name in names
        }

    @property
    def certainty(self) -> Certainty:
        """As sure as the least sure file."""
        return max((one.certainty for one in self.found), key=CERTAINTIES.index)

    @property
    def whole(self) -> bool:
        """Every record was looked at."""
        return all(one.sample.whole for one in self.found)

    def one_of(self, values: Iterable[str | None], otherwise: str) -> str:
        """Return the value all files share, or `otherwise`."""
        different = {value for value in values if value is not None}
        return different.pop() if len(different) == 1 else otherwise

    def texts(self, column: str) -> pd.Series:
        """Return the given texts of a column of all files."""
        parts = [one.rows[column].dropna() for one in self.found if column in one.rows]
        return pd.concat(parts, ignore_index=True) if parts else pd.Series(dtype=object)

    def dates(self, column: str) -> list[pd.Series]:
        """Return the days of a column by file, NaT where there is none."""
        return [
            dates_of(one.rows[column], one.dates.date_format).reindex(one.rows.index)
            if column in one.rows
            else pd.Series(pd.NaT, index=one.rows.index)
            for one in self.found
        ]


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """What time the files seem to cover.

    why : ``file_names``, ``shifted`` (file names, but the year does not start in January), ``data`` or ``none``.
    """

    first: datetime.date
    last: datetime.date
    year_starts: str
    why: Literal["file_names", "shifted", "data", "none"]


def group_sources(found: Sequence[tuple[str, Recognised]], names: Mapping[str, Sequence[str]]) -> list[SourceDraft]:
    """Make one source of the files that share their columns and whose names differ by digits only.

    Parameters
    ----------
    found : name of the subfolder and recognised file.
    names : name of the subfolder → names of all extracts in it, so that no glob takes in a stranger.
    """
    ordered = sorted(found, key=lambda each: (_group_key(*each), each[1].sample.path.name))
    drafts = []
    for _, members in groupby(ordered, key=lambda each: _group_key(*each)):
        group = list(members)
        folder, files = group[0][0], sorted({one.sample.path.name for _, one in group})
        drafts.append(
            SourceDraft(group[0][1].table, folder, _globs(files, names[folder]), tuple(one for _, one in group))
        )
    order = ("relationships", "clients", "visits", "costs", "population")
    return sorted(drafts, key=lambda draft: order.index(draft.table))


def _group_key(folder: str, one: Recognised) -> tuple[str, ...]:
    columns = [f"{name}={plain_header(guess.header)}" for name, guess in one.columns.items()]
    form = one.dates.date_format if one.dates.fit else DAY_FIRST
    name = re.sub(r"\d+", "*", one.sample.path.name)
    return (one.table, folder, name, one.sample.sheet or "", str(one.sample.header_row), form, *columns)


def _globs(files: Sequence[str], neighbours: Sequence[str]) -> tuple[str, ...]:
    literal = tuple(glob.escape(name) for name in files)
    pattern = "*".join(glob.escape(part) for part in re.split(r"\d+", files[0]))
    taken = {name for name in neighbours if fnmatch.fnmatchcase(name, pattern)}
    return (pattern,) if len(files) > 1 and taken == set(files) else literal


def are_snapshots(draft: SourceDraft) -> bool:
    """Tell whether the same keys stand in several files of a source."""
    key = [name for name in TABLES[draft.table].key if name in draft.found[0].rows]
    if len(draft.found) < 2 or not key or len(key) < len(TABLES[draft.table].key):
        return False
    keys = [pd.Index(pd.util.hash_pandas_object(one.rows[key].dropna(), index=False).unique()) for one in draft.found]
    seen, repeated, later = keys[0], 0, 0
    for one in keys[1:]:
        repeated, later = repeated + int(one.isin(seen).sum()), later + len(one)
        seen = seen.union(one)
    return repeated > _REPEATED_SHARE * later


def meaning_of_end(draft: SourceDraft) -> tuple[EndIs, bool]:
    """Return what an end date means, and whether the data tell it: do relationships of a client touch or abut?"""
    same, after, pairs = 0, 0, 0
    for one, starts, ends in zip(draft.found, draft.dates("start"), draft.dates("end"), strict=True):
        if "client" not in one.rows:
            continue
        days = pd.DataFrame({"client": one.rows["client"], "start": starts, "end": ends}).dropna(subset=["start"])
        days = days.drop_duplicates().sort_values(["client", "start", "end"])
        gap = (days.groupby("client")["start"].shift(-1) - days["end"]).dt.days
        same, after, pairs = same + int((gap == 0).sum()), after + int((gap == 1).sum()), pairs + int(gap.count())
    fewest = max(_FEWEST_TOUCHING, _TOUCHING_SHARE * pairs)
    if same >= fewest and same > 2 * after:
        return "first_day_after", True
    return "last_day", after >= fewest and after > 2 * same


def window_of(drafts: Sequence[SourceDraft]) -> WindowDraft:
    """Guess the window: from the years of snapshot files when their names tell, else from the dates themselves."""
    for draft in drafts:
        years = [year_of(one.sample.path.name) for one in draft.found]
        known = [year for year in years if year is not None]
        if draft.table == "relationships" and len(known) == len(years) > 1 and are_snapshots(draft):
            return _window_of_files(known, draft.dates("end"))
    return _window_of_data(drafts)


def year_of(name: str) -> int | None:
    """Return the first year that stands in a file name, as ``2021``, ``20211231`` or ``31122021``."""
    found = _YEAR.search(name)
    return int(found[1] or found[2]) if found else None


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

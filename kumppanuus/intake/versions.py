"""What the files of one source are to each other, and what its end dates mean."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from kumppanuus.intake.draft import SourceDraft
from kumppanuus.register.tables import TABLES

EndIs = Literal["last_day", "first_day_after"]
FilesAre = Literal["parts", "snapshots", "full", "corrections"]

_REPEATED_SHARE = 0.01
_TOUCHING_SHARE, _FEWEST_TOUCHING = 0.1, 5
_ENDED_SHARE, _FEWEST_ENDED = 0.95, 10


def files_are(draft: SourceDraft) -> FilesAre:
    """Tell what several files are to each other; of full re-extracts each repeats what had ended before."""
    if draft.corrections:
        return "corrections"
    if not are_snapshots(draft):
        return "parts"
    return "full" if _ended_ones_recur(draft) else "snapshots"


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


def _ended_ones_recur(draft: SourceDraft) -> bool:
    key = list(TABLES[draft.table].key)
    if "end" not in draft.columns:
        return False
    keys = [_keys(one.rows, key) for one in draft.found]
    ended = [_keys(one.rows[ends.notna()], key) for one, ends in zip(draft.found, draft.dates("end"), strict=True)]
    pairs = list(zip(ended, keys[1:], strict=False))
    return all(len(old) >= _FEWEST_ENDED and old.isin(new).mean() >= _ENDED_SHARE for old, new in pairs)


def _keys(rows: pd.DataFrame, key: list[str]) -> pd.Index:
    return pd.Index(pd.util.hash_pandas_object(rows[key].dropna(), index=False).unique())


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

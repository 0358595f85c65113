"""What the released tables say to charts and signals: shares of families, and which of them stand apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kumppanuus.analysis import Column
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.disclosure.years import full_years
from kumppanuus.forms.family_shares import Share, difference_of, published_share
from kumppanuus.language.say import Say
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.codes import UNKNOWN

TOGETHER = 0.95
"""Confidence of all limits of a comparison together."""
BY = {"ages": "need_age", "areas": "need_area", "levels": "need_level", "stages": "stage", "years": "year"}
"""Breakdown → its dimension; its needs are in the table ``…_reasons``."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A need in one group beside all other groups of the breakdown together.

    low, high : limits of the difference of the two shares, widened for the number of comparisons.
    """

    need: str
    code: str
    here: Share
    others: Share
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the limits hold no equality."""
        return self.low > 0 or self.high < 0


def reasons_table(breakdown: str) -> str:
    """Return the name of the table of needs inside a breakdown."""
    return f"{breakdown.removesuffix('s')}_reasons"


def known_needs(released: ReleasedResult, table: str) -> list[str]:
    """Return the needs of a table in its order, without the unknown one."""
    return [code for code in dict.fromkeys(released[table]["need"].astype(str)) if code != UNKNOWN]


def share_in(released: ReleasedResult, breakdown: str, need: str, codes: Sequence[str]) -> Share:
    """Return the share of the families of some codes together that have a need; not known when a number is hidden."""
    frame, base = released[reasons_table(breakdown)], released[breakdown]
    by = BY[breakdown]
    total = base.set_index(base[by].astype(str))["families"].reindex([*codes])
    own = frame[frame["need"].astype(str) == need]
    count = own.set_index(own[by].astype(str))["families"].reindex([*codes], fill_value=0.0)
    return published_share(float(count.sum(skipna=False)), float(total.sum(skipna=False)))


def compared(released: ReleasedResult, breakdown: str) -> list[Apart]:
    """Compare every need of every group with the other groups together; what is not known is left out."""
    base = released[breakdown]
    shown = [code for code, n in zip(base[BY[breakdown]].astype(str), base["families"], strict=True) if n > 0]
    codes = [code for code in shown if code != UNKNOWN]
    needs = known_needs(released, reasons_table(breakdown))
    pairs = [(need, code) for need in needs for code in codes]
    found = [(need, code, *_sides(released, breakdown, need, code, codes)) for need, code in pairs]
    known = [each for each in found if each[2].known and each[3].known]
    confidence = confidence_of_each(TOGETHER, len(known))
    return [
        Apart(need, code, here, others, *difference_of(here, others, confidence=confidence))
        for need, code, here, others in known
    ]


def _sides(
    released: ReleasedResult, breakdown: str, need: str, code: str, codes: Sequence[str]
) -> tuple[Share, Share]:  # fmt: skip
    """Compare with those other groups whose number is published: a hidden one is nothing to compare with."""
    table = released[reasons_table(breakdown)]
    hidden = table[(table["need"].astype(str) == need) & table["families"].isna()][BY[breakdown]].astype(str)
    others = [each for each in codes if each != code and each not in set(hidden)]
    return share_in(released, breakdown, need, [code]), share_in(released, breakdown, need, others)


def grown(released: ReleasedResult) -> list[Apart]:
    """Compare every need in the last full year with the full years before it together."""
    years = full_years(released)
    if len(years) < 2:
        return []
    needs, last, before = known_needs(released, "year_reasons"), years[-1:], years[:-1]
    both = [
        (need, share_in(released, "years", need, last), share_in(released, "years", need, before)) for need in needs
    ]
    known = [each for each in both if each[1].known and each[2].known]
    confidence = confidence_of_each(TOGETHER, len(known))
    return [
        Apart(need, last[0], here, others, *difference_of(here, others, confidence=confidence))
        for need, here, others in known
    ]


def farthest(found: Sequence[Apart]) -> Apart | None:
    """Return the clear one that is surely farthest above the others, else below them; of equal ones the first."""
    clear = [each for each in found if each.clear]
    return max(clear, key=lambda each: (each.low > 0, max(each.low, -each.high))) if clear else None


def with_shares(released: ReleasedResult, breakdown: str) -> ReleasedTable:
    """Return the needs of a breakdown with their share of the group's families, of published numbers (R16: P)."""
    table, by = released.tables[reasons_table(breakdown)], BY[breakdown]
    base = released[breakdown]
    totals = dict(zip(base[by].astype(str), base["families"].astype(float), strict=True))
    frame = table.frame
    shares = [
        published_share(float(count), totals.get(str(code), math.nan)).value
        for count, code in zip(frame["families"], frame[by], strict=True)
    ]
    share = pd.Series(shares, index=frame.index, dtype=float)
    columns = {**table.declaration.columns, "share": Column("share", of=("families", "families"))}
    return replace(
        table,
        frame=frame.assign(share=share),
        masked=table.masked.assign(share=share.isna()),
        declaration=replace(table.declaration, columns=columns),
    )


def need_name(code: str, say: Say) -> str:
    """Return the name of a need."""
    return say.label("needs", code)

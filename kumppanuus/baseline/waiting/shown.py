"""What charts and signals of the room read from its published numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kumppanuus.baseline.waiting.compute import EARLIER, LATEST
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.forms.shares import limits_beside, published_shares, share_with_limits

UNKNOWN = "unknown"
Share = tuple[float, float, float]
"""Value, lower and upper limit, 0–1."""


def target_of(released: ReleasedResult) -> float:
    """Return the share that should have the service within the days of the rule; NaN without a target."""
    percent = float(next(iter(released["rule"]["target_percent"]), math.nan))
    return percent / 100 if percent > 0 else math.nan


def days_of(released: ReleasedResult) -> float:
    """Return the days within which a service should begin."""
    return float(next(iter(released["rule"]["within_days"]), math.nan))


def since_of(released: ReleasedResult) -> str:
    """Return from what days are counted: the contact or the decision."""
    return str(next(iter(released["rule"]["since"]), "contact"))


def compared(released: ReleasedResult, name: str, over: str) -> pd.DataFrame:
    """Return what is told of every service or area that has a share for the last year.

    Returns
    -------
    One row a code: `over`, ``families``, ``waited``, ``value``, ``lower``, ``upper`` of the last year, the same
    without a suffix being wide enough for all rows at once, ``before`` with ``before_lower``, ``before_upper`` of the
    earlier years (NaN where they are not published).
    """
    table = released.tables[name]
    frame = table.frame[table.frame[over].astype(str) != UNKNOWN]
    n = int(frame[over].nunique())
    shares = published_shares(replace(table, frame=frame), part="served", of="waited", homes="families", compared=n)
    joined = frame.join(shares)
    now, then = (joined[joined["span"].astype(str) == span] for span in (LATEST, EARLIER))
    earlier = then[[over, "value", "lower", "upper"]].rename(
        columns={"value": "before", "lower": "before_lower", "upper": "before_upper"}
    )
    kept = [over, "families", "waited", "served", "value", "lower", "upper"]
    return now[kept].merge(earlier, on=over, how="left").dropna(subset=["value"]).reset_index(drop=True)


def beside_past(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``low`` and ``high``: limits of each share that reach the earlier one where nothing has surely changed."""
    pairs = [limits_beside(_share(row), _share(row, "before")) for row in rows.to_dict("records")]
    return pd.DataFrame(pairs, columns=["low", "high"], index=rows.index, dtype=float)


def beside_others(rows: pd.DataFrame, over: str) -> pd.DataFrame:
    """Return ``others``: the share of all other rows together; ``low``, ``high`` reach it where nothing surely differs.

    NaN where there is no other row.
    """
    made = []
    for code in rows[over]:
        rest, own = rows[rows[over] != code], rows[rows[over] == code].iloc[0].to_dict()
        homes = float(rest["families"].sum()) if rest["families"].notna().all() else math.nan
        share = share_with_limits(rest["served"].to_numpy(), rest["waited"].to_numpy(), homes, max(len(rows), 1))
        made.append((share[0], *(limits_beside(_share(own), share) if len(rest) else (math.nan, math.nan))))
    return pd.DataFrame(made, columns=["others", "low", "high"], index=rows.index, dtype=float)


def whole(rows: pd.DataFrame) -> float:
    """Return the share of all rows together, whole per cents; NaN without rows."""
    return share_with_limits(rows["served"].to_numpy(), rows["waited"].to_numpy())[0]


def year_of(released: ReleasedResult) -> str:
    """Return the last full year; empty when there is nothing."""
    return str(next(iter(released["fates"]["year"]), ""))


def _share(row: Mapping[Any, Any], prefix: str = "") -> Share:
    names: Sequence[str] = (prefix, f"{prefix}_lower", f"{prefix}_upper") if prefix else ("value", "lower", "upper")
    value, lower, upper = (float(row[name]) for name in names)
    return value, lower, upper

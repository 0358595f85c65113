"""Published hand-offs and indices as charts and signals need them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.forms.shares import published_shares, share_of
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.methods.several import confidence_of_each

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Door:
    """Contacts at the door of one service, beside those of all others together; shares in whole per cents.

    contacts, sent_on, families, followed : published numbers, NaN = hidden; `families` of those sent on.
    share, lower, upper : of the contacts, sent on, with limits for as many services as are compared.
    others : share of all other services together; NaN = not known.
    """

    service: str
    contacts: float
    sent_on: float
    families: float
    followed: float
    share: float
    lower: float
    upper: float
    others: float

    @property
    def more(self) -> bool:
        """Whether it surely sends on more than the others do."""
        return self.lower > self.others

    @property
    def followed_share(self) -> float:
        """Share of those sent on who came to another door soon; NaN below 20, 1 when it is nearly all of them."""
        return share_of(self.followed, self.sent_on)


def doors(released: ReleasedResult) -> tuple[Door, ...]:
    """Return the services whose share is published, the largest first (ties by code)."""
    table, whole = released.tables["doors"], released["all_doors"]
    compared = int(table.frame["contacts"].notna().sum())
    # Contacts of one family are one unit: of those sent on it is published how many families they come from.
    units = table.frame["contacts"] * (table.frame["sent_families"] / table.frame["sent_on"]).clip(upper=1.0)
    counted = replace(table, frame=table.frame.assign(units=units))
    shares = published_shares(counted, part="sent_on", of="contacts", homes="units", compared=compared)
    everything = rows_of(whole)[0] if len(whole) else {"contacts": math.nan, "sent_on": math.nan}
    found = [
        Door(
            str(row["service"]), row["contacts"], row["sent_on"], row["sent_families"], row["followed"],
            row["value"], row["lower"], row["upper"], _rest(everything, row),
        )
        for row in rows_of(table.frame.drop(columns="share").join(shares))
        if not math.isnan(row["value"])
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda door: (-door.share, door.service)))


def _rest(whole: dict[str, float], part: dict[str, float]) -> float:
    """Return the share of all but one service, whole per cents."""
    some, base = whole["sent_on"] - part["sent_on"], whole["contacts"] - part["contacts"]
    return min(max(round(some / base, 2), 0.0), 1.0) if base > 0 and not math.isnan(some) else math.nan


def indices(released: ReleasedResult, index: str) -> pd.DataFrame:
    """Return the mean index of every service whose mean is published, with limits for all of them together (R16: P).

    Returns
    -------
    The rows with ``value``, ``lower``, ``upper`` (0–1) and ``others``: the mean over families of all other services
    that are shown; NaN when there is none.
    """
    frame = released["met_services"]
    known = frame[frame[index].notna() & frame[f"{index}_half"].notna() & (frame["service"] != "unknown")]
    wider = normal_quantile(confidence_of_each(CONFIDENCE, len(known))) / normal_quantile(CONFIDENCE)
    half = np.ceil(np.round(known[f"{index}_half"] * wider * 100, 6)) / 100
    total, families = float((known[index] * known["families"]).sum()), float(known["families"].sum())
    rest = (families - known["families"]).replace(0.0, np.nan)
    return known.assign(
        value=known[index],
        lower=(known[index] - half).clip(lower=0.0).round(2),
        upper=(known[index] + half).clip(upper=1.0).round(2),
        others=((total - known[index] * known["families"]) / rest).round(2),
    )

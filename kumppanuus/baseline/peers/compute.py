"""The organiser among similar ones: public indicators, as their source publishes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.standing import rate_limits, standing
from kumppanuus.register.codes import GENDERS
from kumppanuus.register.populations import INDICATORS

WORSE = ("unknown", "higher", "lower")
PARTS = ("own", "peer", "county", "country")
_INDICATOR = Column("dimension", codes="indicators")
_PART = Column("dimension", codes="peer_parts")
_YEAR = Column("dimension", codes="years", time_axis=True)
_VALUE = Column("external")
_LIMITS = {"lower": _VALUE, "upper": _VALUE}


@dataclass(frozen=True, slots=True)
class PeersParams(Params):
    """Which values are compared.

    gender : whom they concern.
    indicator : number of the indicator whose regions and years are drawn; empty for the first of the study's list.
    """

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"gender": GENDERS})
    gender: str = "total"
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class PeersResult(Result):
    """Values of public indicators. Nothing here is about anybody of the register.

    standing : one row an indicator, in the study's order, in the last year that the organiser has a value of: its
        value, the peers' median and middle half, its place from the highest among so many; 95 % limits of chance
        where the count behind the rate is known.
    places : the same year, region by region.
    trends : all years; of the peers their median.
    facts : what the indicator is, in its source's own words.
    """

    standing: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "indicator": _INDICATOR, "year": _YEAR, "worse": Column("dimension", codes="worse_directions"),
                "value": _VALUE, "median": _VALUE, "low": _VALUE, "high": _VALUE, "place": _VALUE, "among": _VALUE,
                "cases": _VALUE, "per": _VALUE, **_LIMITS,
            }
        ),
        population=INDICATORS,
    )  # fmt: skip
    places: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "indicator": _INDICATOR, "region": Column("dimension", codes="regions"), "part": _PART, "year": _YEAR,
                "value": _VALUE, "cases": _VALUE, **_LIMITS,
            }
        ),
        population=INDICATORS,
    )  # fmt: skip
    trends: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"indicator": _INDICATOR, "part": _PART, "year": _YEAR, "value": _VALUE, "regions": _VALUE}),
        population=INDICATORS,
    )
    facts: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "indicator": _INDICATOR, "definition": Column("dimension", codes="indicator_definitions"),
                "source": Column("dimension", codes="indicator_sources"), "years": _VALUE,
            }
        ),
        population=INDICATORS,
    )  # fmt: skip


def compute(counts: Mapping[str, pd.DataFrame], params: PeersParams, context: Context) -> PeersResult:
    """Return the organiser among its peers, from the values of this room."""
    values = _values(counts["values"], params)
    last = values[values["part"] == "own"].groupby("indicator")["year"].max()
    values = values[values["indicator"].isin(last.index)]
    latest = values[values["year"] == values["indicator"].map(last)]
    return PeersResult(
        standing=_in_columns("standing", _standing(latest)),
        places=_in_columns("places", latest.rename(columns={"place": "region"})),
        trends=_in_columns("trends", _trends(values)),
        facts=_in_columns("facts", _facts(values)),
    )


def _values(counted: pd.DataFrame, params: PeersParams) -> pd.DataFrame:
    """Return the known values in the order of the study's list, the drawn indicator first."""
    known = counted[counted["known"] > 0].copy()
    known["value"] = known["thousandths"] / 1000
    known["cases"] = known["cases"].where(known["counted"] > 0)
    value, cases, per = (known[name].to_numpy(dtype=float) for name in ("value", "cases", "per"))
    known["lower"], known["upper"] = rate_limits(value, cases, per)
    known["order"] = known["position"].where(known["indicator"] != params.indicator, -1)
    known["role"] = known["part"].map(dict(zip(PARTS, range(len(PARTS)), strict=True)))
    by = ["order", "indicator", "year", "role", "value", "place"]
    return known.sort_values(by, ascending=[True, True, True, True, False, True], ignore_index=True)


def _standing(latest: pd.DataFrame) -> pd.DataFrame:
    own = latest[latest["part"] == "own"].set_index("indicator")
    others = latest.loc[latest["part"] == "peer", ["indicator", "value"]].rename(columns={"indicator": "measure"})
    found = standing(own["value"], others)
    more = own[["year", "cases", "per", "worse", "lower", "upper"]]
    made = found.join(more).reset_index()
    made["worse"] = np.array(WORSE, dtype=object)[made["worse"].astype(int)]
    made["per"] = made["per"].where(made["per"] > 0)
    return made


def _trends(values: pd.DataFrame) -> pd.DataFrame:
    """Return the median of every part: of one region its own value."""
    grouped = values.groupby(["order", "indicator", "role", "part", "year"])["value"]
    return pd.DataFrame({"value": grouped.median(), "regions": grouped.size()}).reset_index()


def _facts(values: pd.DataFrame) -> pd.DataFrame:
    """Return one row an indicator: its words are those of its number."""
    own = values[values["part"] == "own"]
    years = pd.DataFrame({"years": own.groupby(["order", "indicator"])["year"].nunique()}).reset_index()
    return years.assign(definition=years["indicator"], source=years["indicator"])


def _in_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    declared = PeersResult.tables()[name]
    made = frame[list(declared.columns)].reset_index(drop=True)
    return made.astype({column: float for column in declared.columns if column not in declared.dimensions})

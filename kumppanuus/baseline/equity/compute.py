"""Children reached by area, age and sex, beside the inhabitants: what standardised ratios are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.register.codes import SEXES, UNKNOWN
from kumppanuus.register.facts import AGE_GROUPS
from kumppanuus.register.populations import CLIENTS, INHABITANTS
from kumppanuus.register.year_people import SUPPORTS

CHILDREN = AGE_GROUPS[:3]
"""Age groups below 18."""
ALL_CHILDREN = "00-17"
BOTH = ""
"""Both sexes together, in the counts."""

_YEAR = Column("dimension", codes="years", time_axis=True)
_AREA, _SUPPORT = Column("dimension", codes="areas"), Column("dimension", codes="supports")
_AGE, _SEX = Column("dimension", codes="age_groups"), Column("dimension", codes="sexes")


def _of_children(*dimensions: tuple[str, Column], within: str = "", part_of: str = "", base: bool = True) -> Any:
    """Clients under 18 of the year; `base`: beside inhabitants of the same ages."""
    columns: dict[str, Column] = {**dict(dimensions), "year": _YEAR}
    columns["persons"] = Column("persons", cell="children", part_of=(part_of,) if part_of else ())
    columns["families"] = Column("families", cell="children_families")
    if base:
        columns["population"] = Column("public")
    return result_table("counts", MappingProxyType(columns), within=within, population=CLIENTS)


@dataclass(frozen=True, slots=True)
class EquityParams(Params):
    """When an area is named.

    clear_percent : an area stands on the board of pain points by how far it is below so many per cent of what the ages
        and sexes of its children let expect. A little less than 100: small differences are no grounds for action.
    """

    clear_percent: int = 90


@dataclass(frozen=True, slots=True)
class EquityResult(Result):
    """Clients under 18 of one study year; the same numbers as in ``lifecycle.distribution``.

    children : one row: all of them, and inhabitants aged 0-17 (NaN where they are not given); ``days_seen`` observed
        days of the year; ``clear_percent`` the setting. No row when there is no child.
    areas, strata : by area; by age group and sex.
    supports, support_areas, support_strata : in lighter and in heavier support (``year_people.SUPPORTS``), likewise;
        one child may be in both.
    inhabitants : inhabitants by area, age group and sex: by sex and age where all areas give both, else by age (sex
        "unknown"), else of all ages together (age "unknown"); no row where not even these are given.
    """

    children: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "clear_percent": Column("public", unit="%"),
                "persons": Column("persons", cell="children"),
                "families": Column("families", cell="children_families"),
                "population": Column("public"),
            }
        ),
        population=CLIENTS,
    )
    areas: pd.DataFrame = _of_children(("area", _AREA), within="children", part_of="children.persons")
    strata: pd.DataFrame = _of_children(
        ("age_in_year", _AGE), ("sex", _SEX), within="children", part_of="children.persons"
    )
    supports: pd.DataFrame = _of_children(("support", _SUPPORT), within="children", base=False)
    support_areas: pd.DataFrame = _of_children(
        ("support", _SUPPORT), ("area", _AREA), within="supports", part_of="supports.persons", base=False
    )
    support_strata: pd.DataFrame = _of_children(
        ("support", _SUPPORT), ("age_in_year", _AGE), ("sex", _SEX),
        within="supports", part_of="supports.persons", base=False,
    )  # fmt: skip
    inhabitants: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"area": _AREA, "age_in_year": _AGE, "sex": _SEX, "year": _YEAR, "population": Column("public")}
        ),
        population=INHABITANTS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: EquityParams, context: Context) -> EquityResult:
    """Return the children of the year, from the counts of this room; empty tables when there are none."""
    people = counts["people"]
    children = _of(people, "children")
    if children.empty:
        return EquityResult(**{name: _nothing(table.columns) for name, table in EquityResult.tables().items()})
    year, inhabitants = str(children["year"].iloc[0]), inhabitants_of(counts["population"])
    frames = {
        "children": children.assign(clear_percent=params.clear_percent),
        "areas": _sorted(_of(people, "area", "area")),
        "strata": _sorted(_of(people, "stratum", "age_in_year", "sex")),
        "supports": _sorted(_of(people, "support", "support")),
        "support_areas": _sorted(_of(people, "support_area", "support", "area")),
        "support_strata": _sorted(_of(people, "support_stratum", "support", "age_in_year", "sex")),
        "inhabitants": _sorted(inhabitants),
    }
    frames |= {name: _beside(frames[name], inhabitants) for name in ("children", "areas", "strata")}
    if inhabitants.empty:  # nothing can be compared: no number leaves that nobody looks at
        frames |= {name: rows.iloc[:0] for name, rows in frames.items() if name != "children"}
    tables = EquityResult.tables()
    return EquityResult(**{name: frame.assign(year=year)[list(tables[name].columns)] for name, frame in frames.items()})


def _nothing(columns: Mapping[str, Column]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


def _of(people: pd.DataFrame, breakdown: str, *dimensions: str) -> pd.DataFrame:
    """Return the rows of a breakdown, its codes in as many columns as there are dimensions."""
    rows = people[people["breakdown"] == breakdown].reset_index(drop=True)
    codes = rows["code"].astype(str).str.split(" ", n=len(dimensions) - 1, expand=True) if len(rows) else rows[[]]
    return rows.assign(**{name: codes.get(at, pd.Series(dtype=object)) for at, name in enumerate(dimensions)})


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order of the code lists; areas by their codes, those not known last."""
    orders = {"support": tuple(SUPPORTS), "sex": (*SEXES, UNKNOWN), "age_in_year": CHILDREN, "area": ()}
    by = [name for name in ("support", "area", "age_in_year", "sex") if name in rows]

    def place(codes: pd.Series) -> pd.Series:
        known = {code: f"{at}" for at, code in enumerate(orders[str(codes.name)])}
        return codes.map(lambda code: known.get(code, f"~{code}" if code == UNKNOWN else f":{code}"))

    return rows.sort_values(by, key=place, ignore_index=True)


def inhabitants_of(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the inhabitants aged 0-17 by area, in the finest detail that every area gives exactly once.

    Parameters
    ----------
    counted : the room's counts of inhabitants by area, age group and sex.
    """
    whole = counted[counted["covered"] == counted["ages"]]
    areas = len(set(counted["area"]))
    by_sex = whole[whole["sex"].isin(("female", "male")) & whole["age_in_year"].isin(CHILDREN)]
    by_age = whole[(whole["sex"] == BOTH) & whole["age_in_year"].isin(CHILDREN)]
    together = whole[(whole["sex"] == BOTH) & (whole["age_in_year"] == ALL_CHILDREN)]
    ages = len(CHILDREN) * areas
    if areas and len(by_sex) == 2 * ages and by_sex["inhabitants"].sum() == by_age["inhabitants"].sum():
        found = by_sex
    elif areas and len(by_age) == ages:
        found = by_age.assign(sex=UNKNOWN)
    else:
        found = together.assign(sex=UNKNOWN, age_in_year=UNKNOWN)
        found = found if len(found) == areas else found.iloc[:0]
    columns = found[["area", "age_in_year", "sex", "inhabitants"]]
    return columns.rename(columns={"inhabitants": "population"}).reset_index(drop=True)


def _beside(rows: pd.DataFrame, inhabitants: pd.DataFrame) -> pd.DataFrame:
    """Put the inhabitants of the same area, age and sex beside the rows; NaN where they are not given."""
    by = [name for name in ("area", "age_in_year", "sex") if name in rows]
    if not by:
        return rows.assign(population=inhabitants["population"].sum() if len(inhabitants) else np.nan)
    sums = inhabitants.groupby(by, as_index=False)["population"].sum()
    return rows.drop(columns="population", errors="ignore").merge(sums, on=by, how="left").astype({"population": float})

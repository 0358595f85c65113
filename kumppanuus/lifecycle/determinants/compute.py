"""What goes with a faster end, and with the start of a service on a higher level: two Cox models on counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.cox import Cox, cox
from kumppanuus.methods.several import holm
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.populations import CLIMBING, COMPARED

LEAST_EVENTS = 10
"""Codes with fewer ends are in no model."""
ENDS: Mapping[str, str] = MappingProxyType(
    {"age_group": "ages", "sex": "sexes", "area": "areas", "parallel": "parallels", "begun": "beginnings"}
)
"""Factors of the model of ends → the table of each."""
CLIMBS: Mapping[str, str] = MappingProxyType(
    {"age_group": "climb_ages", "sex": "climb_sexes", "area": "climb_areas", "parallel": "climb_parallels"}
)
"""The same of the model of services on a higher level."""
CODES: Mapping[str, str] = MappingProxyType(
    {"age_group": "age_groups", "sex": "sexes", "area": "areas", "parallel": "parallels", "begun": "beginnings"}
)
FIRST: Mapping[str, str] = MappingProxyType({"sex": "female", "parallel": "0", "begun": "first"})
"""What others are compared with, where there is enough of it; else the most usual code."""
ENDS_NAMES = (("ratio", "value"), ("ratio_lower", "lower"), ("ratio_upper", "upper"))


@dataclass(frozen=True, slots=True)
class DeterminantParams(Params):
    """The room has no settings."""


def _factor(population: str, factor: str, within: str) -> Any:
    """Declare the codes of a factor with what the model says of each."""
    return result_table(
        "counts",
        MappingProxyType(
            {
                factor: Column("dimension", codes=CODES[factor]),
                **_counted(within),
                **{name: Column("hazard_ratio", of=("events", end)) for name, end in ENDS_NAMES},
                "event_persons": Column("behind"),
                "event_families": Column("behind"),
            }
        ),
        within=within,
        population=population,
    )


def _counted(within: str = "") -> dict[str, Column]:
    def part_of(name: str) -> tuple[str, ...]:
        return (f"{within}.{name}",) if within else ()

    return {
        "persons": Column("persons"),
        "families": Column("families"),
        "spells": Column("count", of=("persons", "families"), part_of=part_of("spells")),
        "events": Column("count", of=("event_persons", "event_families"), part_of=part_of("events")),
    }


def _whole(population: str) -> Any:
    behind = dict.fromkeys(("event_persons", "event_families"), Column("behind"))
    return result_table("counts", MappingProxyType({**_counted(), **behind}), population=population)


def _tests(population: str) -> Any:
    return result_table(
        "counts",
        MappingProxyType(
            {
                "factor": Column("dimension", codes="factors"),
                "persons": Column("persons", cell="model_persons"),
                "families": Column("families", cell="model_families"),
                "difference": Column("evidence", of=("least",)),
                "change": Column("evidence", of=("least",)),
                "least": Column("behind"),
            }
        ),
        population=population,
    )


@dataclass(frozen=True, slots=True)
class DeterminantResult(Result):
    """Hazard ratios of two models, everything in a model alike but the factor.

    everyone, climbers : the relationships of each model, those that end (lead to a higher level), and whose they are.
    ages … beginnings : by code: how many times as fast relationships end as those of the reference, which has 1.
    climb_… : how many times as fast a service on a higher level begins. Both compared within each service.
    tests, climb_tests : of each factor p of any difference (for all factors together, Holm), and of a ratio that
        changes as relationships get older; ``least``: events of the smallest code in the model.
    """

    everyone: pd.DataFrame = _whole(COMPARED)
    ages: pd.DataFrame = _factor(COMPARED, "age_group", "everyone")
    sexes: pd.DataFrame = _factor(COMPARED, "sex", "everyone")
    areas: pd.DataFrame = _factor(COMPARED, "area", "everyone")
    parallels: pd.DataFrame = _factor(COMPARED, "parallel", "everyone")
    beginnings: pd.DataFrame = _factor(COMPARED, "begun", "everyone")
    tests: pd.DataFrame = _tests(COMPARED)
    climbers: pd.DataFrame = _whole(CLIMBING)
    climb_ages: pd.DataFrame = _factor(CLIMBING, "age_group", "climbers")
    climb_sexes: pd.DataFrame = _factor(CLIMBING, "sex", "climbers")
    climb_areas: pd.DataFrame = _factor(CLIMBING, "area", "climbers")
    climb_parallels: pd.DataFrame = _factor(CLIMBING, "parallel", "climbers")
    climb_tests: pd.DataFrame = _tests(CLIMBING)


def compute(counts: Mapping[str, pd.DataFrame], _params: DeterminantParams, _context: Context) -> DeterminantResult:
    """Fit both models and put their ratios beside the counts."""
    models = {
        "ends": fitted(counts["rows"], tuple(ENDS), ("service",)),
        "climbs": fitted(counts["climbs"], tuple(CLIMBS), ("service",)),
    }
    made = {}
    for name, tables, whole, tests in (
        ("ends", ENDS, "everyone", "tests"), ("climbs", CLIMBS, "climbers", "climb_tests"),
    ):  # fmt: skip
        sizes = counts["sizes"][counts["sizes"]["model"] == name]
        made[whole] = sizes[sizes["factor"] == "all"]
        made |= {table: _ratios(sizes, factor, models[name]) for factor, table in tables.items()}
        made[tests] = _tested(sizes, models[name], tables)
    declared = DeterminantResult.tables()
    return DeterminantResult(**{
        name: made[name].reset_index(drop=True)[[*table.columns]] for name, table in declared.items()
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model that may be shown, the reference of each of its factors, the events of each factor's smallest code."""

    model: Cox
    references: Mapping[str, str]
    least: Mapping[str, float]


def fitted(rows: pd.DataFrame, factors: Sequence[str], strata: Sequence[str]) -> Fitted | None:
    """Fit a model to the codes with enough events; None where it may not be shown (`Cox.supported`).

    Rows of codes with fewer than ten events are left out until there are none, then factors with one code left.
    """
    for _ in range(len(factors) * 5):
        small = pd.Series(False, index=rows.index)
        for factor in factors:
            events = (rows["event"] * rows["n"]).groupby(rows[factor]).sum()
            small |= rows[factor].isin(events.index[events < LEAST_EVENTS])
        if not small.any():
            break
        rows = rows[~small]
    kept = [factor for factor in factors if rows[factor].nunique() > 1]
    if not kept or rows.empty:
        return None
    references = {factor: _reference(rows, factor) for factor in kept}
    model = cox(rows, kept, strata=strata, references=references, cluster="family_group")
    least = {factor: float((rows["event"] * rows["n"]).groupby(rows[factor]).sum().min()) for factor in kept}
    return Fitted(model, references, least) if model.supported else None


def _reference(rows: pd.DataFrame, factor: str) -> str:
    codes = rows["n"].groupby(rows[factor]).sum().drop(UNKNOWN, errors="ignore")
    if FIRST.get(factor) in codes.index:
        return FIRST[factor]
    return str(codes.idxmax()) if len(codes) else UNKNOWN


def _ratios(sizes: pd.DataFrame, factor: str, found: Fitted | None) -> pd.DataFrame:
    """Return the codes of a factor in their order, with the ratios of those in the model."""
    table = sizes[sizes["factor"] == factor].rename(columns={"code": factor})
    table = table.sort_values(factor, key=lambda codes: codes.map(_place), kind="stable")
    table = table.assign(**{name: np.nan for name, _ in ENDS_NAMES})
    if found is None or factor not in found.references:
        return table
    ratios = found.model.ratios()
    codes = [str(code) for code in table[factor]]
    for name, end in ENDS_NAMES:
        column = ratios["ratio" if end == "value" else end]
        known = {str(label).split("=", 1)[1]: float(value) for label, value in column.items()
                 if str(label).split("=", 1)[0] == factor}  # fmt: skip
        table[name] = [1.0 if code == found.references[factor] else known.get(code, np.nan) for code in codes]
    return table


def _place(code: str) -> tuple[bool, bool, str]:
    """Order codes: what others are compared with by habit, then by name, what is not known last."""
    return code == UNKNOWN, code not in FIRST.values(), code


def _tested(sizes: pd.DataFrame, found: Fitted | None, factors: Mapping[str, str]) -> pd.DataFrame:
    columns = ["factor", "persons", "families", "difference", "change", "least"]
    whole = sizes[sizes["factor"] == "all"]
    if found is None or whole.empty:
        return pd.DataFrame(columns=columns)
    every, change = found.model.differences, found.model.proportionality
    names = [factor for factor in factors if factor in every.factors]
    return pd.DataFrame(
        {
            "factor": names,
            "persons": float(whole["persons"].iloc[0]),
            "families": float(whole["families"].iloc[0]),
            "difference": holm([every.p[every.factors.index(name)] for name in names]),
            "change": [change.p[change.factors.index(name)] for name in names],
            "least": [found.least[name] for name in names],
        }
    )

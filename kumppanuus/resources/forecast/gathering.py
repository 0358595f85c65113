"""What is made after the gate, of released numbers only: the forecast, its inputs, its cost, and its check."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.resources.forecast.ahead import forecasts, history, inputs_of, needed, tables, unit_of
from kumppanuus.resources.forecast.checks import checks
from kumppanuus.resources.forecast.declared import ForecastParams, ForecastResult
from kumppanuus.resources.forecast.known import known


def gather(released: ReleasedResult, gathered: Gathered, params: ForecastParams) -> Mapping[str, pd.DataFrame]:
    """Return the tables that hold what is to come; all of them empty where released numbers do not tell enough."""
    declared = {name: table for name, table in ForecastResult.tables().items() if table.gathered}
    found = known(gathered.used, gathered.context) if released.status == "ok" else None
    if found is None:
        return {name: pd.DataFrame(columns=list(table.columns)) for name, table in declared.items()}
    flow, quality = gathered.used["lifecycle.flow"], gathered.used["baseline.data_quality"]
    unit = unit_of(found, gathered.used, released["places"], gathered.context)
    before = history(flow, gathered.context)
    ahead = tables(forecasts(found, params), unit, before, params)
    made = {
        "inputs": inputs_of(found),
        "unit": unit,
        "history": before,
        **ahead,
        "needed": needed(ahead["ahead"], unit, released["places"], _families(quality)),
        **checks(released, flow, found, gathered.context),
    }
    return {name: made[name][list(table.columns)].reset_index(drop=True) for name, table in declared.items()}


def _families(quality: ReleasedResult) -> pd.Series[float]:
    rows = quality["open_services"]
    return rows.set_index(rows["service"].astype(str))["families"].astype(float)

"""The tables that are made after the gate."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.resources.capacity.by_law import areas, law
from kumppanuus.resources.capacity.compute import CapacityParams, CapacityResult
from kumppanuus.resources.capacity.known import rule_of, services_of
from kumppanuus.resources.capacity.paths import paths
from kumppanuus.resources.capacity.promptness import duties, promptness
from kumppanuus.resources.capacity.states import clearing, frame_of, long_run, states, waits


def gather(released: ReleasedResult, gathered: Gathered, params: CapacityParams) -> Mapping[str, pd.DataFrame]:
    """Return the gathered tables of the room, from released numbers only."""
    rule, services = rule_of(gathered, params), services_of(released, gathered)
    clocks = duties(gathered)
    rows: dict[str, list[dict[str, object]]] = {
        "rule": [{"within_days": rule.days, "share_percent": round(100 * rule.share)}],
        "states": states(services),
        "waits": waits(services, rule),
        "long_run": long_run(services, rule),
        "clearing": clearing(services, rule),
        "paths": paths(services, rule, params),
        "law": law(released, gathered),
        "areas": areas(released, gathered),
        "duties": clocks,
        "promptness": promptness(clocks, gathered, params),
    }
    declared = CapacityResult.tables()
    return {name: frame_of(made, [*declared[name].columns]) for name, made in rows.items()}

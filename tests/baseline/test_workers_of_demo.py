"""The demo's own truth: children by responsible worker, and who is sent on to which door, counted by another route."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.baseline import caseload, fragmentation
from kumppanuus.baseline.caseload.compute import CaseloadParams, compute
from kumppanuus.baseline.fragmentation.compute import FragmentationParams
from kumppanuus.demo.affairs import Affairs, build_affairs
from kumppanuus.demo.catalogue import AREAS, SERVICES, YEARS
from kumppanuus.demo.population import count_population
from kumppanuus.demo.study_file import study_text
from kumppanuus.demo.town import WINDOW_END, Town, build_town
from kumppanuus.demo.truth_affairs import tell_affairs
from kumppanuus.register.engine import count
from kumppanuus.register.store import Register
from kumppanuus.study import Study
from tests.studies import register

FAMILIES = 1500
CODES = np.array([service.code for service in SERVICES])
PLACES = np.array([area.code for area in AREAS])
_Built = tuple[Town, Affairs, Study, Register]


def _dates(days: pd.Series) -> pa.Array:
    return pa.array(days.to_numpy(), pa.int32(), mask=days.to_numpy() < 0).cast(pa.date32())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> _Built:
    town = build_town(2015, FAMILIES)
    affairs = build_affairs(town, 2015)
    study = Study.model_validate({**tomllib.loads(study_text()), "root": Path()})
    rows, known = town.relationships, affairs.known_contacts
    people = np.unique(np.concatenate([rows["client"], known.loc[known["numbered"], "client"]]))
    tables = {
        "relationships": pa.table({
            "client": pa.array(rows["client"] + 1, pa.uint64()), "service": CODES[rows["service"]],
            "start": _dates(rows["start"]), "end": _dates(rows["end"]), "worker": pa.array(affairs.worker, pa.uint64()),
        }),
        "clients": pa.table({
            "client": pa.array(people + 1, pa.uint64()), "family": pa.array(town.people.family[people], pa.uint64()),
            "birth_date": pa.array(town.people.birth[people].astype("int32")).cast(pa.date32()),
            "area": PLACES[town.people.area[town.people.family[people]]],
        }),
        "contacts": pa.table({
            "client": pa.array(known["client"] + 1, pa.uint64(), mask=~known["numbered"].to_numpy()),
            "date": _dates(known["date"]), "service": CODES[known["service"]], "outcome": list(known["outcome"]),
        }),
    }  # fmt: skip
    return town, affairs, study, register(tmp_path_factory.mktemp("workers"), study, buckets=2, **tables)


def test_children_by_worker_are_those_of_the_truth(built: _Built) -> None:
    town, affairs, study, made = built
    counts = count(caseload.ANALYSIS, CaseloadParams(), made, study)
    result = compute(counts, CaseloadParams(), pipeline.context_of(study, made.given))
    told = tell_affairs(town, affairs, count_population(town.people))["caseload"]
    loads, bands = counts["loads"], result.bands.set_index("day")
    for year in YEARS:
        day, areas = f"{year}-12-31", told[str(year)]
        here = loads[loads["day"] == day].groupby("area")
        children, workers = here["children"].sum(), here["worker"].nunique()
        assert children.to_dict() == {area: each["children"] for area, each in areas.items() if each["children"]}
        assert workers.to_dict() == {area: each["workers"] for area, each in areas.items() if each["children"]}
        (limit,) = result.days.loc[result.days["day"] == day, "in_force"].tolist()
        here_bands = bands.loc[[day]]
        over = here_bands.loc[here_bands["low"] > limit, "persons"].sum()
        assert over == sum(each["over_limit"] for each in areas.values())
    assert sum(each["over_limit"] for each in told[str(YEARS[-1])].values()) > 0


def test_contacts_sent_on_are_those_of_another_route(built: _Built) -> None:
    _, affairs, study, made = built
    params = FragmentationParams(months=600)
    counts = count(fragmentation.ANALYSIS, params, made, study)
    found = counts["doors"].set_index("service").drop(index="")
    known = affairs.known_contacts[affairs.known_contacts["date"] < WINDOW_END - params.follow_days]
    after = affairs.known_contacts[affairs.known_contacts["numbered"]]
    by_family = dict(iter(after.groupby("family")))
    assert (known["outcome"] == "redirected").sum() > 50
    for number in sorted(set(known["service"])):
        rows = known[known["service"] == number]
        sent = rows[rows["outcome"] == "redirected"]
        followed = 0
        for family, date in sent.loc[sent["numbered"], ["family", "date"]].to_numpy().tolist():
            later = by_family[family]
            near = later["date"].between(date, date + params.follow_days)
            followed += bool((near & (later["service"] != number)).any())
        told = found.loc[CODES[number]]
        assert (told["contacts"], told["sent_on"], told["followed"]) == (len(rows), len(sent), followed)

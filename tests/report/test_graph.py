"""Graphs of released pairs: what is hidden is not there, other programs read them, the last look opens them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Analysis, Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.disclosure.scan import make_knows, scan_outputs
from kumppanuus.errors import DisclosureError
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.network import ANALYSIS as NETWORK
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.graph import graphml, graphs_of, texts_of_graphs
from kumppanuus.report.write import write_report
from kumppanuus.study import Disclosure, Study

KEY = NETWORK.key
NAMES = {"clinic": "Neuvola", "curator": "Koulukuraattori", "home": '=Koti & "työ" <1>', "shelter": "Turvakoti"}


@dataclass(frozen=True, slots=True)
class _Pairs(Result):
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": Column("dimension", codes="services"), "persons": Column("persons"),
                          "families": Column("families")}),
        population="clients",
    )  # fmt: skip
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType(
            {
                "first": Column("dimension", codes="services"),
                "second": Column("dimension", codes="services"),
                "persons": Column("persons"),
                "families": Column("families"),
                "at_once": Column("count", of=("persons", "at_once")),
                "ratio": Column("ratio", of=("families", "expected", "families")),
                "mark": Column("mark", of=("families", "expected", "spread")),
                **dict.fromkeys(("expected", "spread"), Column("expected")),
            }
        ),
        nodes="services",
        population="together",
    )


def _result(pairs: Sequence[tuple[str, str, int, int, float]]) -> _Pairs:
    services = pd.DataFrame({"service": [*NAMES], "persons": [2400, 900, 400, 5], "families": [1200, 450, 200, 3]})
    rows = [(a, b, 2 * n, n, at_once, np.nan, np.nan, expected, expected**0.5) for a, b, n, at_once, expected in pairs]
    names = ["first", "second", "persons", "families", "at_once", "ratio", "mark", "expected", "spread"]
    return _Pairs(services, pd.DataFrame(rows, columns=names))


PAIRS = (("clinic", "curator", 100, 52, 50.0), ("clinic", "home", 20, 4, 60.0), ("curator", "home", 2, 0, 9.0),
         ("clinic", "shelter", 3, 3, 1.0))  # fmt: skip


def _released(face: Any = "public", pairs: Sequence[tuple[str, str, int, int, float]] = PAIRS) -> Released:
    return release({KEY: _result(pairs)}, Disclosure(), face=face)


@pytest.fixture
def said() -> Say:
    return Say("fi", {}, {"services": NAMES})


def test_other_programs_read_it(said: Say) -> None:
    (graph,) = graphs_of(_released(), [NETWORK], said)
    read = nx.parse_graphml(graphml(graph))
    assert {data["label"] for _, data in read.nodes(data=True)} == {*NAMES.values()}
    number = {data["label"]: node for node, data in read.nodes(data=True)}
    assert read.nodes[number["Neuvola"]] == {"label": "Neuvola", "persons": 2397, "families": 1197, "group": 1}
    assert read.nodes[number["Turvakoti"]] == {"label": "Turvakoti"}  # hidden
    assert set(read.edges) == {
        (number["Neuvola"], number["Koulukuraattori"]),
        (number["Neuvola"], number[NAMES["home"]]),
    }
    strong = read.edges[number["Neuvola"], number["Koulukuraattori"]]
    assert strong == {"persons": 201, "families": 99, "at_once": 51, "ratio": 2, "mark": 1}
    weak = read.edges[number["Neuvola"], number[NAMES["home"]]]
    assert weak == {"persons": 39, "families": 21, "ratio": 0.4, "mark": -1}  # 4 at once: hidden


def test_tables_say_the_same(said: Say) -> None:
    files = texts_of_graphs(graphs_of(_released(), [NETWORK], said))
    assert [*files] == [f"lifecycle-network-pairs{end}" for end in (".graphml", "-nodes.csv", "-edges.csv")]
    nodes, edges = (pd.read_csv(io.StringIO(text)) for name, text in files.items() if name.endswith(".csv"))
    read = nx.parse_graphml(files["lifecycle-network-pairs.graphml"])
    for row in edges.to_dict("records"):
        there = {name: value for name, value in row.items() if not pd.isna(value)}
        assert {name: there[name] for name in read.edges[row["source"], row["target"]]} == read.edges[
            row["source"], row["target"]
        ]
    assert edges["source_label"].tolist() == ["Neuvola", "Neuvola"]
    assert nodes["label"].tolist()[2] == "'" + NAMES["home"]  # no formula
    assert nodes["families"].isna().tolist() == [False, False, False, True]


def test_the_same_graph_gives_the_same_text(said: Say) -> None:
    one, two = (texts_of_graphs(graphs_of(_released(), [NETWORK], said)) for _ in range(2))
    assert one == two


def test_nothing_to_show_is_no_graph(said: Say) -> None:
    assert graphs_of(_released(pairs=PAIRS[2:]), [NETWORK], said) == ()
    assert graphs_of(_released(), [], said) == ()


def test_an_internal_graph_is_exact_and_marked(said: Say) -> None:
    (graph,) = graphs_of(_released("internal"), [NETWORK], said)
    files = texts_of_graphs([graph])
    assert len(graph.edges) == 4
    assert all("SALASSA PIDETTÄVÄ" in text for text in files.values())
    assert graph.edges["n0", "n3"]["families"] == 3


def test_only_what_has_passed_the_gate(said: Say) -> None:
    released = _released()
    released.results[KEY].tables["pairs"].frame.loc[0, "families"] = 100
    with pytest.raises(DisclosureError, match="KU501"):
        graphs_of(released, [NETWORK], said)


@pytest.fixture
def bare_room() -> Analysis:
    """The room without charts: its tables alone are written."""
    from dataclasses import replace

    return replace(NETWORK, charts=MappingProxyType({}), exhibits=MappingProxyType({}), result=_Pairs)


def test_graphs_are_written_with_the_run_and_stand_in_its_manifest(
    tmp_path: Path, bare_room: Analysis, study: Study, said: Say, facts: RunFacts
) -> None:
    steps: list[tuple[int, int]] = []
    written = write_report(_released(), [bare_room], study, say=said, facts=facts, folder=tmp_path,
                           progress=lambda *step: steps.append(step))  # fmt: skip
    names = [path.relative_to(tmp_path).as_posix() for path in written]
    graphs = [name for name in names if name.startswith("networks/")]
    assert [Path(name).name for name in graphs] == [*texts_of_graphs(graphs_of(_released(), [NETWORK], said))]
    outputs = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert {*graphs} <= {*outputs}
    assert steps[-1] == (len(names), len(names))


@pytest.mark.parametrize("name", ["lifecycle-network-pairs.graphml", "lifecycle-network-pairs-edges.csv"])
def test_the_last_look_opens_graphs(name: str, tmp_path: Path, said: Say) -> None:
    """A client's number that came as the name of a service would be seen."""
    names = {**NAMES, "curator": "4815162342"}
    files = texts_of_graphs(graphs_of(_released(), [NETWORK], Say("fi", {}, {"services": names})))
    (tmp_path / name).write_text(files[name], encoding="utf-8")
    knows = make_knows(lambda value, _: 7 if value == "4815162342" else 1, ("client",), np.array([7], dtype="uint64"))
    assert [leak.kind for leak in scan_outputs(tmp_path, knows=knows)] == ["identifier"]
    clean = make_knows(lambda value, _: 1, ("client",), np.array([7], dtype="uint64"))
    assert scan_outputs(tmp_path, knows=clean) == ()

"""Co-use measures against Davis's women and events (as stored in networkx) and against values computed elsewhere."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from kumppanuus.methods.agreement import adjusted_rand
from kumppanuus.methods.networks import (
    association,
    communities,
    force_places,
    node_strengths,
    stable_communities,
)

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "davis" / "expected.json"


@pytest.fixture(scope="module")
def attendance() -> pd.DataFrame:
    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    matrix = nx.bipartite.biadjacency_matrix(graph, row_order=women, column_order=events).toarray()
    return pd.DataFrame(matrix.astype(int), index=women, columns=events)


@pytest.fixture(scope="module")
def event_pairs(attendance: pd.DataFrame) -> pd.DataFrame:
    together, places = attendance.T.to_numpy() @ attendance.to_numpy(), np.triu_indices(attendance.shape[1], 1)
    names, size = attendance.columns.to_numpy(), attendance.sum().to_numpy()
    return pd.DataFrame(
        {
            "first": names[places[0]],
            "second": names[places[1]],
            "weight": together[places],
            "n_first": size[places[0]],
            "n_second": size[places[1]],
        }
    )


def _tied(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs[pairs["weight"] > 0]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    if not REFERENCE.is_file():
        pytest.skip("reference values of ../shared are not here")
    found: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return found


def test_association_worked_by_hand() -> None:
    # 20 families, 8 in A, 5 in B, 4 in both: 2 expected, lift 2, Jaccard 4/9, phi (4*20 - 40)/sqrt(8*5*12*15).
    tie = association(np.array([4.0]), np.array([8.0]), np.array([5.0]), 20.0)
    assert tie.expected == pytest.approx(2)
    assert tie.lift == pytest.approx(2)
    assert tie.jaccard == pytest.approx(4 / 9)
    assert tie.phi == pytest.approx(40 / math.sqrt(7200))


def test_association_of_nothing_does_not_exist() -> None:
    tie = association(np.array([0.0, 6.0]), np.array([0.0, 6.0]), np.array([0.0, 6.0]), 6.0)
    assert np.isnan([tie.lift[0], tie.phi[0], tie.jaccard[0]]).all()
    assert (tie.lift[1], tie.jaccard[1]) == (1, 1)
    assert np.isnan(tie.phi[1])  # everybody is in both: nothing varies


def test_measures_known_from_the_literature_of_the_women(event_pairs: pd.DataFrame) -> None:
    tie = association(*(event_pairs[name].to_numpy() for name in ("weight", "n_first", "n_second")), 18.0)
    table = event_pairs.assign(lift=tie.lift, phi=tie.phi).set_index(["first", "second"])
    assert table.loc[("E7", "E8"), "weight"] == 8
    assert table.loc[("E7", "E8"), "lift"] == pytest.approx(1.0286, abs=5e-5)
    assert table.loc[("E7", "E8"), "phi"] == pytest.approx(0.0598, abs=5e-5)
    assert table.loc[("E3", "E5"), "lift"] == pytest.approx(2.25)
    assert table.loc[("E3", "E5"), "phi"] == pytest.approx(0.7906, abs=5e-5)
    assert (table["lift"] > 1).sum() == 48


def test_every_pair_agrees_with_the_reference(event_pairs: pd.DataFrame, expected: dict[str, Any]) -> None:
    tie = association(*(event_pairs[name].to_numpy() for name in ("weight", "n_first", "n_second")), 18.0)
    stored = pd.DataFrame(expected["pairs"]).set_index(["s1", "s2"])
    found = pd.DataFrame(
        {"a": event_pairs["weight"], "expected": tie.expected, "lift": tie.lift, "jaccard": tie.jaccard, "phi": tie.phi}
    ).set_axis(pd.MultiIndex.from_frame(event_pairs[["first", "second"]], names=["s1", "s2"]))
    pd.testing.assert_frame_equal(found, stored.loc[found.index, found.columns], check_dtype=False, rtol=1e-12)


def test_communities_of_the_events(event_pairs: pd.DataFrame) -> None:
    found = communities(_tied(event_pairs))
    assert {frozenset(group) for group in found.groups} == {
        frozenset(f"E{number}" for number in range(1, 9)),
        frozenset(f"E{number}" for number in range(9, 15)),
    }
    assert found.modularity == pytest.approx(0.1720674295, abs=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_and_ends_changes_nothing(event_pairs: pd.DataFrame, seed: int) -> None:
    mixed = _tied(event_pairs).sample(frac=1, random_state=seed)
    turned = mixed.rename(columns={"first": "second", "second": "first"})
    assert communities(turned, seed=seed) == communities(_tied(event_pairs), seed=seed)
    pd.testing.assert_frame_equal(node_strengths(turned), node_strengths(_tied(event_pairs)))


def test_strengths_agree_with_the_reference(event_pairs: pd.DataFrame, expected: dict[str, Any]) -> None:
    found = node_strengths(_tied(event_pairs)).set_index("node")
    assert found["strength"].to_dict() == expected["strength"]
    shares = (found["degree"] / 13).to_dict()
    assert shares == pytest.approx(expected["degree_centrality"])


def test_no_edges() -> None:
    nothing = pd.DataFrame({"first": pd.Series(dtype=object), "second": pd.Series(dtype=object), "weight": []})
    assert node_strengths(nothing).empty
    assert list(node_strengths(nothing).columns) == ["node", "degree", "strength"]
    found = communities(nothing)
    assert found.groups == ()
    assert math.isnan(found.modularity)


def _edges(*pairs: str) -> pd.DataFrame:
    return pd.DataFrame({"first": [pair[0] for pair in pairs], "second": [pair[1] for pair in pairs]}, dtype=object)


def test_force_puts_near_what_is_tied() -> None:
    places = force_places(list("abcdef"), _edges("ab", "bc", "cd", "de", "ef"))
    assert (np.diff(places[:, 0]) > 0.1).all()  # a chain lies along the page
    assert np.ptp(places[:, 1]) < 0.7  # and is not blown up across it
    assert (places[:, 0].min(), places[:, 0].max()) == (0.0, 1.0)
    assert places[0, 0] == 0.0  # the first node to the left


def test_force_does_not_depend_on_the_order_of_rows_and_knows_no_strangers() -> None:
    nodes, edges = list("abcdexyz"), _edges("ab", "bc", "ca", "cd", "xy", "ae")
    wanted = force_places(nodes, edges)
    turned = edges.rename(columns={"first": "second", "second": "first"}).sample(frac=1, random_state=1)
    assert np.array_equal(force_places(nodes, turned), wanted)
    assert np.array_equal(force_places(nodes, pd.concat([edges, _edges("aq")])), wanted)
    assert np.isfinite(wanted).all()


@pytest.mark.parametrize("nodes", ["", "a", "ab", "abc"])
def test_force_of_few_nodes_without_ties(nodes: str) -> None:
    places = force_places(list(nodes), _edges())
    assert places.shape == (len(nodes), 2)
    assert ((places >= 0) & (places <= 1)).all()
    assert len({tuple(place) for place in places.tolist()}) == len(nodes)


def test_groups_that_every_run_finds(event_pairs: pd.DataFrame) -> None:
    found = stable_communities(_tied(event_pairs), runs=20)
    assert found.groups == communities(_tied(event_pairs)).groups
    assert found.modularity == pytest.approx(0.1720674295, abs=1e-10)
    assert (found.stability, found.agreement, found.runs) == (1.0, 1.0, 20)


def test_planted_groups_come_out_and_a_ring_has_none_that_is_firm() -> None:
    generator = np.random.default_rng(7)
    names = [f"s{number:02d}" for number in range(15)]
    ends = [(a, b) for a in range(15) for b in range(a + 1, 15)]
    strong = [2.0 if a // 5 == b // 5 else 1.05 for a, b in ends]
    kept = [generator.random() < (0.9 if weight == 2.0 else 0.1) for weight in strong]
    edges = pd.DataFrame({"first": [names[a] for a, _ in ends], "second": [names[b] for _, b in ends],
                          "weight": strong})[kept]  # fmt: skip
    planted = stable_communities(edges, runs=20)
    assert planted.groups == tuple(tuple(names[start : start + 5]) for start in (0, 5, 10))
    assert planted.agreement == 1.0
    ring = pd.DataFrame({"first": names, "second": [*names[1:], names[0]], "weight": 1.0})
    loose = stable_communities(ring, runs=20)
    assert loose.stability < 1
    assert loose.agreement < 1
    assert sorted(name for group in loose.groups for name in group) == names
    assert stable_communities(ring.sample(frac=1, random_state=1), runs=20) == loose


def test_no_ties_no_groups() -> None:
    nothing = pd.DataFrame({"first": pd.Series(dtype=object), "second": pd.Series(dtype=object), "weight": []})
    found = stable_communities(nothing)
    assert found.groups == ()
    assert math.isnan(found.stability)


@pytest.mark.parametrize(
    ("one", "other", "index"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        # 3 pairs are together in both, 4 in one, 7 in the other, of 15: chance 4 * 7 / 15, most (4 + 7) / 2
        ([0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 1, 1], (3 - 28 / 15) / (5.5 - 28 / 15)),
        ([0, 0, 0], [0, 0, 0], 1.0),
        ([0, 1, 2], [0, 0, 0], 0.0),
    ],
)
def test_adjusted_rand_by_hand(one: list[int], other: list[int], index: float) -> None:
    assert adjusted_rand(np.array(one), np.array(other)) == pytest.approx(index)

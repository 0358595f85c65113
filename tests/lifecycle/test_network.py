"""Co-use of services: counts worked by hand and by brute force, tables, charts behind the gate."""

from __future__ import annotations

import datetime
import itertools
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Heatmap, NetworkColumns, Notice, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.network import ANALYSIS
from kumppanuus.lifecycle.network.compute import NetworkParams, NetworkResult, compute
from kumppanuus.lifecycle.network.expected import expected_of
from kumppanuus.methods.nullmodel import co_use_null
from kumppanuus.register.engine import count
from kumppanuus.study import Disclosure
from tests.studies import Row, clients, register, relationships, toy_study

Counts = Mapping[str, pd.DataFrame]
# The design's example of concurrency: E (early), C (corrective), W (special), last days included.
CONCURRENCY: list[Row] = [
    (1, "early", "2020-01-01", "2021-01-01"),
    (1, "corrective", "2020-03-01", "2020-05-01"),
    (1, "special", "2020-06-01", "2021-06-02"),
]
FIRST, END = datetime.date(2020, 1, 1), datetime.date(2022, 1, 1)


def _counted(
    folder: Path, rows: Sequence[Row], families: Mapping[int, int] | None = None, *, ways: Sequence[bool] = (False,),
    purchased: Sequence[Row] = (), **settings_of_room: object,
) -> list[Counts]:  # fmt: skip
    """Count one register at once (False) or bucket by bucket (True)."""
    study = toy_study()
    given_rows = pa.concat_tables([relationships(rows), relationships(purchased, "purchased")])
    people = clients([(client, family, None) for client, family in (families or {}).items()])
    built = register(folder, study, relationships=given_rows, clients=people)
    params = NetworkParams(**settings_of_room)  # type: ignore[arg-type]
    return [count(ANALYSIS, params, built, study, by_bucket=by_bucket) for by_bucket in ways]


def _count(folder: Path, *rows_and_families: Any, **settings_of_room: Any) -> Counts:
    (found,) = _counted(folder, *rows_and_families, **settings_of_room)
    return found


def _rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(frame.itertuples(index=False, name=None))


def _pairs(counts: Counts, *, ever: bool = False) -> list[tuple[object, ...]]:
    """Pairs of one window: the services, persons, families, clients who have both and their families."""
    people = ["persons", "families"] if ever else ["at_once_persons", "at_once"]
    there = counts["pairs"][counts["pairs"][people[1]] > 0]
    return _rows(there[["first", "second", *people, "same_child", "same_child_families"]])


def test_the_example_of_the_design(tmp_path: Path) -> None:
    counts = _count(tmp_path, CONCURRENCY)
    assert _pairs(counts) == [("corrective", "early", 1, 1, 1, 1), ("early", "special", 1, 1, 1, 1)]
    assert _rows(counts["number_of_services"]) == [(2, 1, 1)]
    assert _rows(counts["together"]) == [(1, 1, 1, 1)]
    assert _rows(counts["services"]) == [(code, code, 1, 1, 1, 1) for code in ("corrective", "early", "special")]
    assert _rows(counts["masks"]) == [(0b111, 0, 1)]


@pytest.mark.parametrize(("least", "left"), [(61, 2), (62, 1), (214, 1), (215, 0)])
def test_days_shared_in_the_example(tmp_path: Path, least: int, left: int) -> None:
    assert len(_pairs(_count(tmp_path, CONCURRENCY, min_overlap_days=least))) == left


def test_ever_counts_what_was_never_at_the_same_time(tmp_path: Path) -> None:
    counts = _count(tmp_path, CONCURRENCY, window="ever")
    assert ("corrective", "special", 1, 1, 1, 1) in _pairs(counts, ever=True)
    assert len(_pairs(counts, ever=True)) == 3
    assert _rows(counts["number_of_services"]) == [(3, 1, 1)]


def test_one_placement_at_a_time(tmp_path: Path) -> None:
    # The end of one is the start of the next: never together, both within the window.
    moved: list[Row] = [(1, "early", "2020-01-01", "2020-06-01"), (1, "special", "2020-06-01", None)]
    now, ever = _count(tmp_path / "a", moved), _count(tmp_path / "b", moved, window="ever")
    assert _pairs(now) == []
    assert _rows(now["number_of_services"]) == [(1, 1, 1)]
    assert _pairs(ever, ever=True) == [("early", "special", 1, 1, 1, 1)]
    assert now["pairs"]["within"].tolist() == [1]


@pytest.mark.parametrize(("within", "shown"), [(0, 0), (30, 0), (31, 1), (300, 1)])
def test_services_that_follow_each_other_are_close_within_days(within: int, shown: int, tmp_path: Path) -> None:
    # In use until 31 January, the other from 3 March: 31 days of which 1 and 2 March are the last without any.
    rows: list[Row] = [(1, "early", "2021-01-01", "2021-02-01"), (2, "special", "2021-03-04", "2021-04-01"),
                       (2, "special", "2021-08-01", None)]  # fmt: skip
    pairs = _count(tmp_path, rows, {1: 5, 2: 5}, within_days=within)["pairs"]
    assert pairs[["families", "within_persons", "within", "at_once"]].to_numpy().tolist() == [[1, 2 * shown, shown, 0]]


def test_siblings_make_a_pair_that_no_child_has(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, "early", "2020-01-01", "2020-06-01"),  # family 100: different children, at the same time
        (2, "special", "2020-03-01", "2020-05-01"),
        (3, "corrective", "2021-01-01", "2021-02-01"),  # in neither of the two: no person of the pair
        (4, "early", "2020-01-01", "2020-06-01"),  # family 200: child 4 has both, her brother one of them
        (4, "special", "2020-05-31", None),
        (5, "early", "2021-05-01", "2021-06-01"),
    ]
    counts = _count(tmp_path, rows, {1: 100, 2: 100, 3: 100, 4: 200, 5: 200})
    assert _pairs(counts) == [("early", "special", 4, 2, 1, 1)]
    assert _rows(counts["together"]) == [(5, 2, 5, 2)]
    assert _rows(counts["number_of_services"]) == [(2, 5, 2)]


def test_two_ways_of_production_on_one_day_are_one_day(tmp_path: Path) -> None:
    rows: list[Row] = [(1, "early", "2020-01-01", "2020-01-11"), (1, "special", "2020-01-01", "2021-01-01")]
    rows += [(2, "special", "2021-05-01", None)]
    purchased: list[Row] = [(1, "early", "2020-01-01", "2020-01-11")]
    family = {1: 100, 2: 100}
    ten = _count(tmp_path / "ten", rows, family, purchased=purchased, min_overlap_days=10)
    eleven = _count(tmp_path / "eleven", rows, family, purchased=purchased, min_overlap_days=11)
    assert _pairs(ten) == [("early", "special", 2, 1, 1, 1)]
    assert _pairs(eleven) == []


def test_days_before_the_window_do_not_count(tmp_path: Path) -> None:
    rows: list[Row] = [(1, "early", "2019-01-01", "2020-01-01"), (1, "special", "2019-01-01", "2020-03-01")]
    counts = _count(tmp_path, rows, window="ever")
    assert _pairs(counts, ever=True) == []
    assert _rows(counts["number_of_services"]) == [(1, 1, 1)]


_RAW = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["early", "special", "corrective"]),
        st.integers(-60, 800),
        st.one_of(st.none(), st.integers(1, 200)),
    ),
    max_size=30,
)
_FAMILIES = st.lists(st.integers(1, 5), min_size=12, max_size=12)


def _dated(raw: Sequence[tuple[int, str, int, int | None]]) -> list[Row]:
    day = datetime.timedelta(days=1)
    return [(c, s, str(FIRST + a * day), str(FIRST + (a + n) * day) if n else None) for c, s, a, n in raw]


def _days(rows: Sequence[Row]) -> dict[tuple[int, str], set[int]]:
    """Days inside the window of each client in each service, one by one."""
    seen: dict[tuple[int, str], set[int]] = {}
    for client, service, start, end in rows:
        first = max(datetime.date.fromisoformat(start), FIRST).toordinal()
        after = min(datetime.date.fromisoformat(end) if end else END, END).toordinal()
        if first < after:
            seen.setdefault((client, service), set()).update(range(first, after))
    return seen


def _by_brute_force(
    rows: Sequence[Row], family_of: Mapping[int, int], least: int, ever: bool
) -> tuple[dict[tuple[str, str], list[int]], Counter[int]]:
    """Pair → persons, families, same child and its families; and the number of families by their number of services."""
    own = _days(rows)
    family_days: dict[int, dict[str, set[int]]] = {}
    for (client, service), days in own.items():
        family_days.setdefault(family_of[client], {}).setdefault(service, set()).update(days)
    found: dict[tuple[str, str], list[int]] = {}
    breadth: Counter[int] = Counter()
    for family, used in family_days.items():
        open_on = Counter(itertools.chain.from_iterable(used.values()))
        breadth[len(used) if ever else max(open_on.values())] += 1
        members = sorted({client for client, _ in own if family_of[client] == family})
        for a, b in itertools.combinations(sorted(used), 2):
            if not ever and len(used[a] & used[b]) < least:
                continue
            numbers = found.setdefault((a, b), [0, 0, 0, 0])
            numbers[0] += sum((m, a) in own or (m, b) in own for m in members)
            numbers[1] += 1
            both = [own[m, a] & own[m, b] for m in members if (m, a) in own and (m, b) in own]
            same = sum(ever or len(shared) >= least for shared in both)
            numbers[2] += same
            numbers[3] += same > 0
    return found, breadth


def _sets(rows: Sequence[Row], family_of: Mapping[int, int]) -> Counter[int]:
    """Families by the set of services they used: a bit each, in the order of the alphabet."""
    used: dict[int, set[str]] = {}
    for client, service in _days(rows):
        used.setdefault(family_of[client], set()).add(service)
    place = {"corrective": 1, "early": 2, "special": 4}
    return Counter(sum(place[service] for service in services) for services in used.values())


@settings(max_examples=6, deadline=None)
@given(_RAW, _FAMILIES, st.integers(1, 40), st.booleans())
def test_counts_agree_with_brute_force_and_add_over_buckets(
    raw: list[tuple[int, str, int, int | None]], families: list[int], least: int, ever: bool
) -> None:
    rows, family_of = _dated(raw), {number + 1: family + 1000 for number, family in enumerate(families)}
    asked = {"window": "ever" if ever else "concurrent", "min_overlap_days": least}
    with tempfile.TemporaryDirectory() as folder:
        whole, parts = _counted(Path(folder), rows, family_of, ways=(False, True), **asked)
    for name in whole:
        pd.testing.assert_frame_equal(whole[name], parts[name])
    pairs, breadth = _by_brute_force(rows, family_of, least, ever)
    assert {(row[0], row[1]): list(row[2:]) for row in _pairs(whole, ever=ever)} == pairs
    assert _sets(rows, family_of) == {row[0]: row[2] for row in _rows(whole["masks"])}
    assert {row[0]: row[2] for row in _rows(whole["number_of_services"])} == breadth


# --- tables and charts

SERVICES = {
    "clinic": "universal", "counsellor": "universal", "homehelp": "early", "guidance": "early", "family": "early",
    "psychiatry": "special", "opencare": "special", "placement": "corrective", "aftercare": "corrective",
}  # fmt: skip
NAMES = {
    "clinic": "Neuvola", "counsellor": "Koulukuraattori", "homehelp": "Lapsiperheiden kotipalvelu",
    "guidance": "Kasvatus- ja perheneuvonta", "family": "Perhetyö", "psychiatry": "Nuorisopsykiatria",
    "opencare": "Lastensuojelun avohuolto", "placement": "Sijaishuolto", "aftercare": "Jälkihuolto",
}  # fmt: skip
SIZES = dict(zip(SERVICES, (700, 520, 210, 340, 300, 160, 240, 90, 4), strict=True))
TIES = {
    ("clinic", "homehelp"): (70, 60), ("counsellor", "opencare"): (129, 70), ("family", "opencare"): (127, 90),
    ("guidance", "opencare"): (110, 70), ("opencare", "placement"): (60, 45), ("opencare", "psychiatry"): (78, 50),
    ("counsellor", "psychiatry"): (90, 0), ("clinic", "counsellor"): (20, 3), ("family", "homehelp"): (70, 40),
    ("counsellor", "guidance"): (80, 33), ("family", "guidance"): (61, 40), ("aftercare", "opencare"): (4, 4),
    ("aftercare", "placement"): (4, 4),
}  # fmt: skip


def _hand_counts(
    sizes: Mapping[str, int] = SIZES, ties: Mapping[tuple[str, str], tuple[int, int]] = TIES, everyone: int = 1616,
    breadth: Sequence[tuple[int, int]] = ((1, 1018), (2, 402), (3, 141), (4, 33), (5, 15), (7, 7)),
) -> Counts:  # fmt: skip
    several = [n for number, n in breadth if number > 1]
    return {
        "services": pd.DataFrame([(s, SERVICES[s], 2.0 * n, float(n), n * 1.0, n // 2 * 1.0)
                                  for s, n in sorted(sizes.items())],
                                 columns=["service", "level", "persons", "families", "several_persons",
                                          "several_families"]),
        "pairs": pd.DataFrame([(*sorted(pair), 2.0 * n, float(n), 2.0 * n, float(n), 2.0 * n, float(n), float(m),
                                float(min(n, m))) for pair, (n, m) in sorted(ties.items())],
                              columns=["first", "second", "persons", "families", "within_persons", "within",
                                       "at_once_persons", "at_once", "same_child", "same_child_families"]),
        "together": pd.DataFrame({"persons": [2.0 * everyone], "families": [float(everyone)],
                                  "several_persons": [2.0 * sum(several)], "several_families": [1.0 * sum(several)]}),
        "number_of_services": pd.DataFrame([(n, 2.0 * f, float(f)) for n, f in breadth],
                                           columns=["n_services", "persons", "families"]),
        "masks": pd.DataFrame({"low": [1], "high": [0], "families": [float(everyone)]}),
    }  # fmt: skip


def _compute(counts: Counts, **settings_of_room: object) -> NetworkResult:
    context = Context(SERVICES, {}, 1826, frozenset({"relationships"}))
    return compute(counts, NetworkParams(**settings_of_room), context)  # type: ignore[arg-type]


def _as_if_independent(result: NetworkResult) -> NetworkResult:
    """Expect of a pair what independent use gives, as spread as a count: the ratio is then the lift."""
    pairs, everyone = result.pairs, float(result.everyone["families"].iloc[0])
    expected = pairs["families_first"] * pairs["families_second"] / everyone
    total = result.hubs["families"] * 1.5
    return replace(
        result,
        pairs=pairs.assign(expected=expected, spread=np.sqrt(expected)),
        hubs=result.hubs.assign(others_total=total, expected_total=total / 1.25),
    )


def _released(counts: Counts, **settings_of_room: object) -> ReleasedResult:
    result = _as_if_independent(_compute(counts, **settings_of_room))
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _say(language: str = "fi") -> Say:
    study = {"organiser": "Esimerkkilä", "period": "1.1.2021–31.12.2025", "synthetic": "yes"}
    return Say(language, read_texts(ANALYSIS.messages), {"services": NAMES, "study": study})  # type: ignore[arg-type]


def _draw(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    chart = ANALYSIS.charts[name](released, _say(language))
    assert isinstance(chart, Chart)
    return chart


def test_tables_follow_the_catalogue_and_leave_ratios_to_the_gate() -> None:
    result = _compute(_hand_counts())
    for name, table in NetworkResult.tables().items():
        assert list(getattr(result, name).columns) == list(table.columns)
    assert result.services["service"].tolist() == list(SERVICES)
    place = list(SERVICES).index
    ends = zip(result.pairs["first"], result.pairs["second"], strict=True)
    assert all(place(first) < place(second) for first, second in ends)
    assert result.pairs[["ratio", "mark", "share_first", "share_second"]].isna().all(axis=None)
    family = result.pairs.set_index(["first", "second"]).loc[("family", "opencare")]
    assert (family["families_first"], family["families_second"], family["same_child"]) == (300, 240, 90)
    assert (family["persons_first"], family["persons_second"]) == (600, 480)
    assert set(result.breadth["persons_all"]) == {2 * 1616}
    assert result.breadth["n_services"].tolist() == ["1", "2", "3", "4", "5+"]
    assert result.breadth["families"].tolist() == [1018, 402, 141, 33, 22]


def test_nobody_gives_empty_tables_of_the_declared_form(tmp_path: Path) -> None:
    counts = _count(tmp_path, [])
    result = _compute(counts)
    for name, table in NetworkResult.tables().items():
        frame = getattr(result, name)
        assert frame.empty
        assert list(frame.columns) == list(table.columns)
    assert release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key].status == "empty"


def test_the_gate_lets_through_only_pairs_that_may_be_shown() -> None:
    pairs = _released(_hand_counts())["pairs"].set_index(["first", "second"])
    small = pairs[[("aftercare" in pair) for pair in pairs.index]]  # 8 persons of 4 families: no number of families
    assert small[["families", "ratio", "mark", "share_first", "share_second"]].isna().all(axis=None)
    # 129 protected families, expected 300 * 240 / 1616 = 44.6: 2.9, on steps of 3/127.
    assert pairs.loc[("family", "opencare"), "families"] == 129
    assert pairs.loc[("family", "opencare"), "ratio"] == pytest.approx(2.9)
    assert pairs.loc[("family", "opencare"), "mark"] == 1
    assert pairs.loc[("clinic", "counsellor"), "mark"] == -1  # 20 families, 225 expected
    assert pairs.loc[("family", "opencare"), "share_second"] == pytest.approx(0.54)
    assert np.isnan(pairs.loc[("clinic", "counsellor"), "same_child"])  # 3 clients


@pytest.mark.parametrize(("homes", "shown"), [(2, False), (3, True)])
def test_clients_of_two_families_who_have_both_are_not_told(homes: int, shown: bool, tmp_path: Path) -> None:
    rows: list[Row] = []
    family_of = {}
    for family in range(10, 30):  # twenty families where one has the first service and another one the second
        rows += [(family * 10, "early", "2020-01-01", None), (family * 10 + 1, "special", "2020-01-01", None)]
        family_of |= {family * 10: family, family * 10 + 1: family}
    for client in range(1, 13):
        rows += [(client, "early", "2020-01-01", None), (client, "special", "2020-01-01", None)]
        family_of[client] = 1 + client % homes
    counts = _count(tmp_path, rows, family_of)
    assert _pairs(counts) == [("early", "special", 52, 20 + homes, 12, homes)]
    context = Context({"early": "early", "special": "special"}, {}, 731, frozenset({"relationships"}))
    found = compute(counts, NetworkParams(), context)
    (pair,) = release({ANALYSIS.key: found}, Disclosure()).results[ANALYSIS.key]["pairs"].to_dict("records")
    assert pair["families"] == 21
    assert (pair["same_child"] == 9) == shown
    assert not {"same_child_families", "persons_first", "persons_second"} & {*pair}


def test_all_but_one_to_four_of_a_service_is_no_edge() -> None:
    ties = {("opencare", "placement"): (88, 50), ("family", "opencare"): (127, 90)}  # 2 of 90 without open care
    pairs = _released(_hand_counts(ties=ties))["pairs"]
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [("family", "opencare")]


def test_the_network_finds_the_hub_among_the_demanding() -> None:
    chart = _draw("network", _released(_hand_counts()))
    assert isinstance(chart.form, NetworkColumns)
    marked = _released(_hand_counts())["pairs"].query("mark == 1")
    own = marked[(marked["first"] == "opencare") | (marked["second"] == "opencare")]
    assert chart.headline == (
        f"Lastensuojelun avohuolto: samoilla perheillä on jakson aikana odotettua useammin {len(own)} muuta palvelua"
    )
    assert [node.key for node in chart.form.nodes if node.bold] == ["opencare"]
    assert "aftercare" not in {node.key for node in chart.form.nodes}
    highlighted = {edge.a for edge in chart.form.edges if edge.highlight} | {
        edge.b for edge in chart.form.edges if edge.highlight
    }
    assert highlighted == {*own["first"], *own["second"]}
    assert len(chart.form.edges) == len(marked) >= 6
    strongest = max(chart.form.edges, key=lambda edge: edge.width)
    assert {strongest.a, strongest.b} == set(marked.sort_values("ratio").iloc[-1][["first", "second"]])
    assert [column for _, column in chart.form.columns] == ["universal", "early", "special", "corrective"]


def test_two_services_beside_the_hub_are_named_and_others_are_grey() -> None:
    ties = {("opencare", "psychiatry"): (78, 50), ("family", "opencare"): (127, 90)}
    chart = _draw("network", _released(_hand_counts(ties=ties)))
    assert chart.headline == (
        "Lastensuojelun avohuolto: samoilla perheillä on jakson aikana odotettua useammin Nuorisopsykiatria ja Perhetyö"
    )
    assert isinstance(chart.form, NetworkColumns)
    coloured = {node.key for node in chart.form.nodes if node.colour != "neutral"}
    assert coloured == {"opencare", "psychiatry", "family"}
    assert all(edge.text for edge in chart.form.edges)


def test_few_lines_keep_those_of_the_hub() -> None:
    chart = _draw("network", _released(_hand_counts(), max_edges=3))
    assert isinstance(chart.form, NetworkColumns)
    assert len(chart.form.edges) == 3
    assert all(edge.highlight for edge in chart.form.edges)


@pytest.mark.parametrize(
    ("ties", "words"),
    [
        ({("opencare", "psychiatry"): (78, 50)}, "Lastensuojelun avohuolto ja Nuorisopsykiatria: samoilla perheillä"),
        ({("clinic", "counsellor"): (60, 30)}, "Näytettävistä palvelupareista mikään ei ole jakson aikana samoilla"),
        ({("clinic", "homehelp"): (190, 100)}, "Neuvola ja Lapsiperheiden kotipalvelu"),
    ],
)
def test_other_findings_of_the_network(ties: Mapping[tuple[str, str], tuple[int, int]], words: str) -> None:
    assert _draw("network", _released(_hand_counts(ties=ties))).headline.startswith(words)


def test_the_heatmap_shades_what_is_marked_and_frames_the_strongest() -> None:
    released = _released(_hand_counts())
    chart = _draw("heatmap", released)
    assert isinstance(chart.form, Heatmap)
    # 57 protected families, 240 * 90 / 1616 = 13.4 expected: 4.26, on steps of 3/55
    assert chart.headline == (
        "Lastensuojelun avohuolto ja Sijaishuolto: yhteisiä perheitä jakson aikana 4,3 kertaa odotettu määrä"
    )
    cells = {
        (row.partition(" · ")[2] or row, column): cell
        for row, line in zip(chart.form.rows, chart.form.cells, strict=True)
        for column, cell in zip(chart.form.columns, line, strict=True)
    }
    framed = [ends for ends, cell in cells.items() if cell.bold]
    assert [sorted(ends) for ends in framed] == [["Lastensuojelun avohuolto", "Sijaishuolto"]]
    for row in released["pairs"].dropna(subset="mark").itertuples():
        both = [cells[NAMES[a], NAMES[b]] for a, b in ((row.first, row.second), (row.second, row.first))]
        assert [cell.value is not None for cell in both] == [row.mark != 0] * 2
        assert {cell.text for cell in both} == {f"{row.ratio:.1f}".replace(".", ",")}
        assert row.mark == 0 or np.sign([cell.value or 0 for cell in both]).tolist() == [row.mark] * 2
    assert cells["Neuvola", "Perhetyö"].hidden  # nobody has both, or too few: nobody is told which
    letters = [row[0] for row in chart.form.rows if " · " in row]
    assert letters == sorted(letters)
    assert f"ryhmät A–{letters[-1]} samoina" in chart.footer


def test_no_pair_is_marked() -> None:
    chart = _draw("heatmap", _released(_hand_counts(ties={("clinic", "counsellor"): (60, 30)})))
    assert chart.headline == "Näytettävistä palvelupareista mikään ei ole jakson aikana odotettua yleisempi"
    assert "ryhmät" not in chart.footer


def test_hubs_are_services_of_the_families_with_several() -> None:
    chart = _draw("hubs", _released(_hand_counts()))
    # 350 of 598 families with several services, both in the middle of their class
    assert chart.headline == (
        "Neuvola on jakson aikana noin 59\N{NO-BREAK SPACE}%:lla monen palvelun perheistä; "
        "sen perheillä on keskimäärin 1,5 muuta palvelua"
    )
    assert isinstance(chart.form, Bars)
    assert chart.form.bars[0].detail == "1,5 muuta palvelua (odotettu 1,2)"
    details = {bar.label: bar.detail for bar in chart.form.bars}
    assert details["Sijaishuolto"] == ""  # 45 families
    assert "Jälkihuolto" not in details


def test_the_commonest_pair() -> None:
    chart = _draw("pairs", _released(_hand_counts()))
    assert isinstance(chart.form, Bars)
    # 129 and 127 families are alike when protected: the chart does not say which one is larger.
    assert chart.headline == (
        "Yleisimpiä palvelupareja: Koulukuraattori ja Lastensuojelun avohuolto, samaan aikaan noin 129 perheellä"
    )
    top = chart.form.bars[0]
    assert (top.value, top.text, top.bold) == (129, "129", True)
    days = "90\N{NO-BREAK SPACE}pv:n sisällä"
    assert top.detail == f"{days} 129 · jakson aikana 129 · samalla asiakkaalla 69"
    assert len(chart.form.bars) == 7
    values = [bar.value or 0 for bar in chart.form.bars]
    assert values == sorted(values, reverse=True)
    alone = {("family", "opencare"): (127, 90), ("counsellor", "psychiatry"): (90, 0)}
    chart = _draw("pairs", _released(_hand_counts(ties=alone)))
    assert chart.headline.startswith("Yleisin palvelupari: Perhetyö ja Lastensuojelun avohuolto")
    assert isinstance(chart.form, Bars)
    assert chart.form.bars[1].detail.endswith("samalla asiakkaalla 0")


def test_the_window_decides_which_number_is_the_bar() -> None:
    counts = dict(_hand_counts(ties={("family", "opencare"): (127, 90)}))
    counts["pairs"] = counts["pairs"].assign(at_once=60.0, at_once_persons=120.0, within=3.0, within_persons=6.0)
    now, ever = (_draw("pairs", _released(counts, window=each)).form for each in ("concurrent", "ever"))
    assert isinstance(now, Bars)
    assert isinstance(ever, Bars)
    assert (now.bars[0].value, now.bars[0].detail) == (57, "jakson aikana 129 · samalla asiakkaalla 87")
    assert (ever.bars[0].value, ever.bars[0].detail) == (129, "päällekkäin 57 · samalla asiakkaalla 87")


def test_clients_of_a_pair_are_left_out_where_each_is_a_family() -> None:
    chart = _draw("pairs", _released(_hand_counts(ties={("family", "opencare"): (127, 127)})))
    assert isinstance(chart.form, Bars)
    assert "samalla" not in chart.form.bars[0].detail


def test_breadth_says_what_the_shares_say() -> None:
    chart = _draw("breadth", _released(_hand_counts()))
    # 1 - 63 %, and 9 % + 2 % + 1 % of 1617 protected families.
    assert chart.headline == (
        "Palveluja käyttäneistä perheistä noin 37\N{NO-BREAK SPACE}% käytti samaan aikaan vähintään kahta, "
        "noin 12\N{NO-BREAK SPACE}% vähintään kolmea"
    )
    assert isinstance(chart.form, Bars)
    assert [bar.label for bar in chart.form.bars] == [
        "1 palvelu", "2 palvelua", "3 palvelua", "4 palvelua", "Vähintään 5 palvelua",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("breadth", "words"),
    [
        (((1, 1500), (2, 116)), "perheistä noin 7\N{NO-BREAK SPACE}% käytti samaan aikaan vähintään kahta"),
        (((1, 1609), (2, 7)), "Lähes kaikilla palveluja käyttäneillä perheillä"),
        (((1, 1613), (2, 3)), "Monen palvelun perheiden osuutta ei voi näyttää"),
        (((1, 1500), (2, 113), (3, 3)), "perheistä noin 7\N{NO-BREAK SPACE}% käytti samaan aikaan"),
    ],
)
def test_other_findings_of_breadth(breadth: tuple[tuple[int, int], ...], words: str) -> None:
    headline = _draw("breadth", _released(_hand_counts(breadth=breadth))).headline
    assert words in headline
    assert "kolmea" not in headline


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", list(ANALYSIS.charts))
def test_ever_is_never_called_simultaneous(chart: str, language: str) -> None:
    drawn = _draw(chart, _released(_hand_counts(), window="ever"), language)
    when = {"fi": "samaan aikaan", "sv": "samtidigt", "en": "at the same time"}[language]
    period = {"fi": "jakson aikana", "sv": "under perioden", "en": "during the period"}[language]
    assert when not in drawn.headline + drawn.subtitle + drawn.alt
    assert period in drawn.headline
    assert period in drawn.subtitle


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", list(ANALYSIS.charts))
@pytest.mark.parametrize("case", ["whole", "no pair", "one family", "tiny"])
def test_every_case_is_drawn_without_faults(case: str, chart: str, language: str) -> None:
    small = dict.fromkeys(SERVICES, 2)
    counts = {
        "whole": _hand_counts(),
        "no pair": _hand_counts(ties={("family", "opencare"): (2, 2)}),
        "one family": _hand_counts({"opencare": 1}, {}, 1, ((1, 1),)),
        "tiny": _hand_counts(small, {("family", "opencare"): (2, 2)}, 8, ((1, 7), (2, 1))),
    }[case]
    drawn = _draw(chart, _released(counts), language)
    assert lint_figure(figure(drawn)) == []
    assert "{" not in drawn.headline + drawn.subtitle + drawn.footer + drawn.alt
    nothing = case in ("one family", "tiny") or (case == "no pair" and chart not in ("breadth", "hubs"))
    assert isinstance(drawn.form, Notice) == nothing


def test_many_services_leave_the_smallest_undrawn() -> None:
    many = {f"s{number:02d}": "early" for number in range(12)}
    counts = dict(_hand_counts())
    counts["services"] = pd.DataFrame(
        {
            "service": list(many),
            "level": "early",
            "persons": 400.0,
            "families": [200.0 + 12 * n for n in range(12)],
            "several_persons": 200.0,
            "several_families": 150.0,
        }
    )
    counts["pairs"] = pd.DataFrame(
        {"first": ["s00", "s10"], "second": ["s01", "s11"], "persons": 200.0, "families": 100.0,
         "within_persons": 200.0, "within": 100.0, "at_once_persons": 200.0, "at_once": 100.0, "same_child": 50.0,
         "same_child_families": 40.0}
    )  # fmt: skip
    chart = _draw("network", _released(counts))
    assert isinstance(chart.form, NetworkColumns)
    assert sorted(node.key for node in chart.form.nodes) == [f"s{number:02d}" for number in range(3, 12)]
    assert "pieniä palveluja pois kuviosta: 3" in chart.footer
    assert [(edge.a, edge.b) for edge in chart.form.edges] == [("s10", "s11")]


# --- what need lets expect


def _masks(seed: int = 3) -> pd.DataFrame:
    """Families by the services they used, of five services and "unknown" (bit 5)."""
    generator = np.random.default_rng(seed)
    sets, n = np.unique((generator.random((600, 6)) < 0.4) @ (1 << np.arange(6)), return_counts=True)
    return pd.DataFrame({"low": sets, "high": 0, "families": n.astype(float)})[sets > 0]


CODES = ("a", "b", "c", "d", "e", "unknown")


def _sizes(masks: pd.DataFrame) -> pd.Series:
    bits = (masks["low"].to_numpy()[:, None] >> np.arange(6)) & 1
    return pd.Series((bits * masks[["families"]].to_numpy()).sum(axis=0), index=CODES)


def test_of_all_families_the_null_model_is_taken_as_it_is() -> None:
    masks = _masks()
    found = expected_of(masks, masks["families"].sum(), _sizes(masks), CODES[:5], 1, 50)
    sets = (masks["low"].to_numpy()[:, None] >> np.arange(6)) & 1 > 0
    null = co_use_null(sets, masks["families"], generator=np.random.default_rng(1), samples=50)
    assert found.codes == CODES
    np.testing.assert_array_equal(found.together, null.expected)
    np.testing.assert_array_equal(found.spread, null.spread)
    np.testing.assert_allclose(found.others, null.expected_others)
    pairs = pd.DataFrame({"first": ["a", "e", "other"], "second": ["b", "unknown", "a"]})
    values = found.of(found.together, pairs["first"], pairs["second"])
    assert values[:2].tolist() == [null.expected[0, 1], null.expected[4, 5]]
    assert np.isnan(values[2])


def test_a_sample_is_carried_to_the_register_and_stays_as_uncertain_as_it_is() -> None:
    masks = _masks()
    sizes, families = _sizes(masks), masks["families"].sum()
    whole = expected_of(masks, families, sizes, CODES[:5], 1, 50)
    larger = expected_of(masks, 40 * families, 40 * sizes, CODES[:5], 1, 50)
    np.testing.assert_allclose(larger.together, 40 * whole.together)
    np.testing.assert_allclose(larger.spread, 40 * whole.spread)  # and not 40 ** 0.5 times
    np.testing.assert_allclose(larger.others, whole.others)


def test_few_families_with_several_services_let_expect_nothing() -> None:
    few = pd.DataFrame({"low": [1, 2, 3], "high": 0, "families": [500.0, 300.0, 19.0]})
    assert np.isnan(expected_of(few, 819, _sizes(few), CODES[:5], 1, 5).together).all()
    enough = few.assign(families=[500.0, 300.0, 20.0])
    found = expected_of(enough, 820, _sizes(enough), CODES[:5], 1, 5)
    assert found.together[0, 1] == 20  # the margins leave nothing else: 20 have both whatever is dealt


def test_nothing_is_said_of_a_null_model_that_could_not_be_made() -> None:
    result = _compute(_hand_counts())
    released = release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]
    assert released["pairs"][["ratio", "mark"]].isna().all(axis=None)
    for name in ("network", "heatmap"):
        assert isinstance(_draw(name, released).form, Notice)
    drawn = _draw("hubs", released)
    assert isinstance(drawn.form, Bars)
    assert {bar.detail for bar in drawn.form.bars} == {""}


def test_a_sample_and_few_services_are_said() -> None:
    counts = _hand_counts()
    counts = {**counts, "masks": counts["masks"].assign(families=800.0)}
    assert "otoksesta" in _draw("network", _released(counts)).footer
    assert "otoksesta" not in _draw("network", _released(_hand_counts())).footer
    few = {name: SIZES[name] for name in ("clinic", "family", "opencare")}
    assert (
        "palveluja vähän" in _draw("heatmap", _released(_hand_counts(few, {("family", "opencare"): (127, 90)}))).footer
    )

"""Types of paths: counts against every day of the demo's town, tables by brute force, what the charts say of them."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.demo.catalogue import SERVICES
from kumppanuus.demo.town import WINDOW_END, WINDOW_START
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Notice, StateDistribution, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.trajectories import ANALYSIS
from kumppanuus.lifecycle.trajectories.compute import TrajectoryParams, TrajectoryResult, compute
from kumppanuus.lifecycle.trajectories.shown import ShownType, shown_types
from kumppanuus.lifecycle.trajectories.states import ANY, NONE, OTHER, layers, states_of_types
from kumppanuus.lifecycle.trajectories.types import STATES, found_types, members_of, texts_of
from kumppanuus.methods.intervals import family_weights
from kumppanuus.register.calendar import month_day
from kumppanuus.register.engine import count
from kumppanuus.study import Disclosure, Language
from tests.lifecycle.clean_town import CleanTown

RANK = {"corrective": "c", "special": "s", "early": "e", "universal": "u"}
LEVELS = tuple(service.level for service in SERVICES)
WINDOW = Context({}, {}, month_day(60), frozenset())
Counts = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def counts(clean_town: CleanTown) -> Counts:
    return count(ANALYSIS, TrajectoryParams(), clean_town.register, clean_town.study)


@pytest.fixture(scope="module")
def result(clean_town: CleanTown, counts: Counts) -> TrajectoryResult:
    return compute(counts, TrajectoryParams(), pipeline.context_of(clean_town.study, clean_town.register.given))


@pytest.fixture(scope="module")
def released(result: TrajectoryResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _paths(town: CleanTown, who: str) -> dict[int, tuple[str, str]]:
    """Return the fate and the path of everybody, month by month and relationship by relationship."""
    theirs = defaultdict(list)
    rows = town.relationships
    for one, level, start, end in zip(rows[who], rows["level"], rows["start"], rows["end"], strict=True):
        theirs[int(one)].append((max(int(start), WINDOW_START), min(int(end), WINDOW_END), RANK[level]))
    return {one: _path(stays) for one, stays in theirs.items()}


def _path(stays: list[tuple[int, int, str]]) -> tuple[str, str]:
    first = min(start for start, _, _ in stays)
    if first < WINDOW_START + month_day(12):
        return "known", ""
    if first + month_day(24) > WINDOW_END:
        return "late", ""
    path = ""
    for month in range(24):
        begin, end = first + month_day(month), first + month_day(month + 1)
        here = [letter for start, until, letter in stays if start < end and until > begin]
        path += min(here, key="cseu".index, default="-")
    return "followed", path


@pytest.mark.parametrize("whose", ["client", "family"])
def test_the_demo_month_by_month(clean_town: CleanTown, counts: Counts, whose: str) -> None:
    truth = _paths(clean_town, whose)
    if whose == "family":
        counts = count(ANALYSIS, TrajectoryParams(whose="family"), clean_town.register, clean_town.study)
    homes = clean_town.relationships.groupby(whose)["family"].first()
    paths = defaultdict(list)
    for one, (fate, path) in truth.items():
        if fate == "followed":
            paths[homes[one]].append(path)
    expected = Counter(" ".join(sorted(each)) for each in paths.values())
    assert counts["homes"].groupby("paths")["families"].sum().to_dict() == expected
    fates = counts["fates"].set_index("fate")
    assert fates["families"].to_dict() == {
        fate: len({homes[one] for one in truth if truth[one][0] == fate}) for fate in ("followed", "known", "late")
    }
    if whose == "client":
        assert fates["persons"].to_dict() == Counter(fate for fate, _ in truth.values())


def test_the_demo_costs(clean_town: CleanTown, counts: Counts) -> None:
    """Unit cost x days of the 24 months, by way of production; the clean town has no visits and no invoices."""
    truth = _paths(clean_town, "client")
    price = {(service.code, production): service.cost_of_unit(production)
             for service in clean_town.study.services if service.unit == "day"
             for production in ("own", "purchased", "voucher")}  # fmt: skip
    rows = clean_town.relationships
    first = rows["start"].clip(lower=WINDOW_START).groupby(rows["client"]).transform("min")
    rows = rows[[truth[client][0] == "followed" for client in rows["client"]]].assign(first=first)
    days = (rows["end"].clip(upper=rows["first"] + month_day(24)) - rows["start"]).clip(lower=0)
    euros = [price.get(key) or 0.0 for key in zip(rows["service"], rows["production"], strict=True)] * days
    spent = np.floor(euros.groupby(rows["client"]).sum() + 0.5)
    by_path = spent.groupby([truth[int(client)][1] for client in spent.index]).sum()
    assert by_path.sum() > 1e6
    found = counts["spent"].set_index("path")["euros"]
    pd.testing.assert_series_equal(found, by_path, check_names=False, check_dtype=False)


def test_bucket_by_bucket(clean_town: CleanTown, counts: Counts) -> None:
    apart = count(ANALYSIS, TrajectoryParams(), clean_town.register, clean_town.study, by_bucket=True)
    for name, frame in counts.items():
        pd.testing.assert_frame_equal(apart[name], frame)


def _made(families: list[list[str]], euros: int = 100) -> Counts:
    """Return what would be counted of families, each a list of its members' paths; a service month costs `euros`."""
    homes, spent, products = Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    for number, paths in enumerate(families):
        homes[(" ".join(sorted(paths)), number % 200)] += 1
        bill = Counter[str]()
        for path in paths:
            bill[path] += euros * (len(path) - path.count("-"))
        spent.update(bill)
        for one in bill:
            for other in bill:
                if one <= other:
                    products[(one, other)] += bill[one] * bill[other]
    persons = sum(map(len, families))
    return {
        "fates": pd.DataFrame({"whose": "client", "fate": ["followed"], "persons": [float(persons)],
                               "families": [float(len(families))]}),
        "homes": pd.DataFrame([(paths, group, float(len(paths.split()) * n), float(n))
                               for (paths, group), n in homes.items()],
                              columns=["paths", "family_group", "persons", "families"]),
        "spent": pd.DataFrame([(path, float(n)) for path, n in spent.items()], columns=["path", "euros"]),
        "products": pd.DataFrame([(*pair, float(n)) for pair, n in products.items()],
                                 columns=["path", "other", "squared"]),
    }  # fmt: skip


def _planted(seed: int = 1, n: int = 90) -> list[list[str]]:
    """Return families of three kinds: a short early start, long special services, from early to corrective ones."""
    dice = np.random.default_rng(seed)
    families = []
    for number in range(3 * n):
        length = int(dice.integers(2, 6))
        path = {
            0: "e" * length + "-" * (24 - length),
            1: "s" * (24 - length) + "-" * length,
            2: "e" * length + "c" * (24 - length),
        }[number % 3]
        families.append([path] * (2 if dice.random() < 0.2 else 1))
    return families


def test_planted_types_are_found() -> None:
    families = _planted()
    types = found_types(members_of(_made(families)["homes"]), TrajectoryParams())
    assert types is not None
    assert types.steadiness == "steady"
    kinds = {text: (text[0], text[-6]) for text in texts_of(types.sequences)}
    by_type = defaultdict(set)
    for text, number in zip(kinds, types.type_of, strict=True):
        by_type[int(number)].add(kinds[text])
    assert len(by_type) == 3
    assert all(len(each) == 1 for each in by_type.values())


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_tables_by_brute_force(seed: int) -> None:
    families = _planted(seed, 40)
    counts, params = _made(families), TrajectoryParams()
    types = found_types(members_of(counts["homes"]), params)
    assert types is not None
    place = dict(zip(texts_of(types.sequences), types.type_of.tolist(), strict=True))
    result = compute(counts, params, WINDOW)
    for number, row in enumerate(result.types.to_dict("records")):
        people = [path for paths in families for path in paths if place[path] == number]
        bills = [sum(2400 - 100 * path.count("-") for path in paths if place[path] == number) for paths in families]
        homes = sum(any(place[path] == number for path in paths) for paths in families)
        assert (row["persons"], row["families"], row["cost_eur"]) == (len(people), homes, sum(bills))
        assert row["per_family_eur"] == pytest.approx(sum(bills) / homes)
        assert row["concentration"] == pytest.approx(sum(bill**2 for bill in bills) / sum(bills) ** 2)
        levels = result.levels[result.levels["type"] == row["type"]].set_index("state")["persons"]
        letters = {state: letter for state, letter in RANK.items() if any(letter in path for path in people)}
        assert levels.to_dict() == {state: sum(x in path for path in people) for state, x in letters.items()}
    shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in counts.items()}
    again = compute(shuffled, params, WINDOW)
    for field in dataclasses.fields(result):
        pd.testing.assert_frame_equal(getattr(again, field.name), getattr(result, field.name))


def test_states_by_brute_force() -> None:
    """Shares, moves, and never more families behind moves than there are, whatever months are taken together."""
    families = _planted(3, 40)
    members = members_of(_made(families)["homes"])
    types = found_types(members, TrajectoryParams())
    assert types is not None
    place = dict(zip(texts_of(types.sequences), types.type_of.tolist(), strict=True))
    for (code, layer), rows in states_of_types(members, types).groupby(["type", "state"]):
        number, state = "ABC".index(str(code)), str(layer)
        if state == OTHER:
            continue
        inside = {NONE: "-", ANY: "cseu"}.get(state) or RANK[state]
        of_type = [(home, path) for home, paths in enumerate(families) for path in paths if place[path] == number]
        there = np.array([[letter in inside for letter in path] for _, path in of_type])
        np.testing.assert_allclose(rows["share"], there.mean(axis=0))
        moved = there[:, 1:] != there[:, :-1]
        np.testing.assert_array_equal(rows["events"], [0, *moved.sum(axis=0)])
        behind = rows["ending_families"].to_numpy()
        for since, until in ((0, 23), (2, 5), (4, 20), (10, 11)):
            homes = {home for (home, _), each in zip(of_type, moved[:, since:until], strict=True) if each.any()}
            assert behind[since + 1 : until + 1].sum() <= len(homes) + 1e-9
        assert rows["persons"].iloc[0] == there.any(axis=1).sum()


def test_rare_levels_are_pooled() -> None:
    """Of 60, three are in corrective and two in universal services: shown alone they would hide every month."""
    paths = ["e" * (2 + n % 20) + "-" * (22 - n % 20) for n in range(55)] + ["c" * 24] * 3 + ["u" * 12 + "-" * 12] * 2
    inside = np.array([[[letter == code for letter in path] for path in paths] for code in "cseux-"])
    found = layers(inside, np.ones(60))
    assert set(found) <= {"early", OTHER, NONE, ANY}
    np.testing.assert_array_equal(np.sum([*found.values()], axis=0), 1)
    alone = layers(inside[:, :55], np.ones(55))
    assert set(alone) == {"early", NONE}


def test_too_few_for_types() -> None:
    result = compute(_made([["e" * 5 + "-" * 19], ["s" * 24], ["c" * 24]]), TrajectoryParams(), WINDOW)
    assert result.types.empty
    assert result.followed["steadiness"].tolist() == ["none"]


def test_a_large_register_is_typed_by_a_sample() -> None:
    """Types found among people with few of the distinct paths are those found among all, and everybody is in one."""
    families = _planted(5, 60)
    members = members_of(_made(families)["homes"])
    every, some = (found_types(members, TrajectoryParams(most_paths=most)) for most in (800, 9))
    assert every is not None
    assert some is not None
    assert len(every.sequences.n) > 9
    np.testing.assert_array_equal(every.type_of, some.type_of)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_types_do_not_hang_on_the_key(counts: Counts, seed: int) -> None:
    """Families dealt to other groups, as another key would deal them, have the same types."""
    dealt = np.random.default_rng(seed).permutation(200)
    members = members_of(counts["homes"])
    other = members.assign(family_group=dealt[members["family_group"].astype(int)])
    one, two = (found_types(each, TrajectoryParams()) for each in (members, other))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.type_of, two.type_of)


def test_published_intervals_hold_those_of_the_family_bootstrap(counts: Counts, released: ReleasedResult) -> None:
    """The limits that follow from published numbers are no narrower than the bootstrap of families says."""
    members = members_of(counts["homes"])
    types = found_types(members, TrajectoryParams())
    assert types is not None
    place = dict(zip(texts_of(types.sequences), types.type_of.tolist(), strict=True))
    table = members.assign(type=members["path"].map(place)).pivot_table(
        index="family_group", columns="type", values="families", aggfunc="sum", fill_value=0.0)  # fmt: skip
    weights = family_weights(200, 400, seed=1)[:, table.index.astype(int)]
    drawn = weights @ table.to_numpy()
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    for number, each in enumerate(shown_types(released).values()):
        assert each.lower <= low[number] + 0.005
        assert each.upper >= high[number] - 0.005


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_drawn(released: ReleasedResult, language: Language) -> None:
    say = Say(language).with_texts(read_texts(ANALYSIS.messages))
    for name, draw in ANALYSIS.charts.items():
        chart = draw(released, say)
        assert not lint_figure(figure(chart)), name
        assert isinstance(chart.form, StateDistribution if name.startswith("path_") else Bars | Notice), name


def test_charts_say_what_is_published(result: TrajectoryResult, released: ReleasedResult) -> None:
    texts = read_texts(ANALYSIS.messages)
    shown = shown_types(released)
    assert 3 <= len(shown) <= 7
    assert sum(each.share for each in shown.values()) == pytest.approx(1.0, abs=0.03)
    exact = result.types.set_index("type")["persons"] / result.followed["persons"].iloc[0]
    for code, each in shown.items():
        assert each.lower <= exact[code] <= each.upper
    say = Say("fi").with_texts(texts)
    sizes = ANALYSIS.charts["sizes"](released, say)
    assert say.percent(shown["A"].share) in sizes.headline
    assert shown["A"].words(say) in sizes.alt


@pytest.mark.parametrize(
    ("shares", "case"), [((0.60, 0.40), "yleisin"), ((0.52, 0.48), "lähes yhtä"), ((0.6,), "Vain polun A")]
)
def test_the_headline_knows_the_interval(shares: tuple[float, ...], case: str) -> None:
    from kumppanuus.lifecycle.trajectories.charts import _sizes_headline

    types = [ShownType("AB"[n], 50.0, share, share - 0.05, share + 0.05, np.nan, np.nan, None)
             for n, share in enumerate(shares)]  # fmt: skip
    headline = _sizes_headline(types, "persons", Say("fi").with_texts(read_texts(ANALYSIS.messages)))
    assert case in headline
    assert "60" in headline or "52" in headline


@pytest.mark.parametrize(
    ("months", "kind", "words"),
    [
        ({"early": [1.0, 0.5, 0.1], NONE: [0.0, 0.5, 0.9]}, "leaves", "Varhainen tuki, noin 7\u00a0kk, sitten"),
        ({"early": [0.9, 0.8, 0.7], NONE: [0.1, 0.2, 0.3]}, "stays", "Varhainen tuki, jatkuu"),
        ({"early": [0.9, 0.3, 0.1], "corrective": [0.1, 0.5, 0.6], NONE: [0.0, 0.2, 0.3]}, "moves", "Varhainen tuki →"),
        ({ANY: [1.0, 0.9, 0.8], NONE: [0.0, 0.1, 0.2]}, "goes_on", "Varhainen tuki, jatkuu"),
        ({"early": [0.4, 0.3, 0.3], OTHER: [0.6, 0.7, 0.7]}, "mixed", "vaihtelee"),
    ],
)
def test_a_type_is_told_by_its_own_figures(months: dict[str, list[float]], kind: str, words: str) -> None:
    from kumppanuus.lifecycle.trajectories.shown import story_of

    table: Any = SimpleNamespace(
        frame=pd.DataFrame(
            [
                {"type": "A", "state": state, "time": month_day(month), "share": share}
                for state, shares in months.items()
                for month, share in zip((0, 6, 12), shares, strict=True)
            ]
        )
    )
    story = story_of(table, "A", 13, "early")
    assert story is not None
    assert story.kind == kind
    assert words in story.label(Say("fi").with_texts(read_texts(ANALYSIS.messages)))


def test_states_are_the_letters_of_the_register() -> None:
    from kumppanuus.register.months import LETTERS

    assert (*LETTERS, NONE) == STATES


def _drawn(counts: Counts, params: TrajectoryParams | None = None) -> dict[str, Any]:
    shown = release({ANALYSIS.key: compute(counts, params or TrajectoryParams(), WINDOW)}, Disclosure())
    say = Say("fi").with_texts(read_texts(ANALYSIS.messages))
    return {name: draw(shown.results[ANALYSIS.key], say) for name, draw in ANALYSIS.charts.items()}


def test_what_is_not_in_the_picture_is_said() -> None:
    """A sample, those who came too late, a register without costs, a fourth path that does not exist."""
    made = dict(_made(_planted(), euros=0))
    others = pd.DataFrame({"whose": "client", "fate": ["late", "unsampled"], "persons": [44.0, 920.0],
                           "families": [40.0, 700.0]})  # fmt: skip
    made["fates"] = pd.concat([made["fates"], others], ignore_index=True)
    charts = _drawn(made)
    assert "noin 45 (seuranta kesken), noin 921 (ei otoksessa)" in charts["sizes"].footer
    assert isinstance(charts["costs"].form, Notice)
    assert isinstance(charts["path_c"].form, StateDistribution)
    assert isinstance(charts["path_d"].form, Notice)
    moved = [chart.headline for chart in charts.values() if "alussa useimmin varhaisessa tuessa" in chart.headline]
    assert len(moved) == 1
    assert moved[0].endswith("on korjaavissa palveluissa")


def test_families_are_called_families() -> None:
    made = dict(_made([[path] for (path, *_) in _planted()]))
    made["fates"] = made["fates"].assign(whose="family")
    charts = _drawn(made, TrajectoryParams(whose="family"))
    assert "seuratuista perheistä" in charts["sizes"].headline
    assert "perhettä" in charts["sizes"].footer
    assert "kustannuksista" in charts["costs"].headline
    for name, chart in charts.items():
        assert "asiak" not in chart.headline.lower(), name

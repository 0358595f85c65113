from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.curves import Whole, protect_curve
from kumppanuus.disclosure.readings import read_off_curves
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.register.calendar import month_day

MONTHS = 24
RULES = Rules()


def _table(role: str, *dimensions: str, together: tuple[str, ...] = ("cause",), whole: str = "") -> Table:
    limits = {} if role == "occupation" else {"lower": Column("lower"), "upper": Column("upper")}
    return Table(
        "curve",
        MappingProxyType(
            {
                **{name: Column("dimension", codes=f"{name}s") for name in dimensions},
                "day": Column("time"),
                "share": Column(role),  # type: ignore[arg-type]
                **limits,
                "at_risk": Column("count"),
                "events": Column("count", part_of=(whole,) if whole else ()),
                "ending_families": Column("count"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        together=together,
    )


CAUSES = _table("incidence", "group", "cause")


def _incidence(persons: int, causes: Mapping[str, Sequence[int]], per_family: int = 1, **codes: str) -> pd.DataFrame:
    """Everybody is observed from the beginning; events by month."""
    gone = np.append(0, np.cumsum(np.sum(list(causes.values()), axis=0)))
    parts = []
    for cause, events in causes.items():
        share = np.append(0, np.cumsum(events)) / persons
        new = np.append(0, events)
        parts.append(
            pd.DataFrame(
                {
                    **codes, "cause": cause, "day": [month_day(month) for month in range(len(gone))], "share": share,
                    "lower": share, "upper": share, "at_risk": persons - gone, "events": new,
                    "ending_families": new // per_family, "persons": persons, "families": persons // per_family,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _shown(guarded: Guarded, *by: str) -> dict[str, pd.DataFrame]:
    points = guarded.table.frame.dropna(subset="share")
    return {"/".join(key): part for key, part in points.groupby(list(by))}


def _spaced(n: int, every: int) -> list[int]:
    return [n if month % every == 0 else 0 for month in range(1, MONTHS + 1)]


def test_causes_share_one_grid_of_no_or_enough_events() -> None:
    frame = _incidence(300, {"planned": [8] * MONTHS, "moved": _spaced(7, 3)}, group="a")
    found = protect_curve("causes", CAUSES, frame, RULES)
    curves = _shown(found, "cause")
    assert curves["planned"]["day"].tolist() == curves["moved"]["day"].tolist()
    assert curves["planned"]["day"].tolist() == [month_day(month) for month in range(MONTHS + 1)]
    assert curves["moved"]["share"].iloc[:4].tolist() == [0, 0, 0, 0.02]
    assert found.table.told == ()
    assert not {"events", "ending_families", "families_at_risk"} & set(found.table.frame)
    assert len(found.exact) == len(found.table.frame)


def test_a_slow_cause_makes_the_grid_of_all_wide() -> None:
    frame = _incidence(300, {"planned": [8] * MONTHS, "moved": [1] * MONTHS}, group="a")
    found = protect_curve("causes", CAUSES, frame, RULES)
    curves = _shown(found, "cause")
    assert curves["planned"]["day"].tolist() == [month_day(month) for month in (0, 7, 14, 21)]
    assert curves["moved"]["day"].tolist() == curves["planned"]["day"].tolist()
    assert found.table.told == ("points",)


def test_rare_causes_are_pooled_and_have_no_limits() -> None:
    rare = {"moved": _spaced(1, 8), "age": _spaced(2, 3)}  # 3 and 16 events: one alone is too few, the next joins
    frame = _incidence(300, {"planned": [8] * MONTHS, **rare}, group="a")
    found = protect_curve("causes", CAUSES, frame, RULES)
    curves = _shown(found, "cause")
    assert set(curves) == {"planned", "other"}
    pool = curves["other"]
    assert pool[["lower", "upper"]].isna().all(axis=None)
    assert not found.table.masked[["lower", "upper"]].any(axis=None)  # there are none
    gathered = dict(zip([month_day(m) for m in range(1, 25)], np.cumsum(np.add(*rare.values())), strict=True))
    assert pool["share"].iloc[1:].tolist() == [round(gathered[day] / 300, 2) for day in pool["day"].iloc[1:]]
    exact = found.exact[found.exact["cause"] == "other"]
    assert exact["events"].iloc[0] == 0
    assert exact["persons"].unique().tolist() == [300]
    assert "pooled" in found.table.told


def test_one_cause_alone_keeps_its_name_and_a_small_second_one_joins_it() -> None:
    nothing = [0] * MONTHS
    alone = protect_curve("c", CAUSES, _incidence(60, {"planned": [1] * 9 + [0] * 15, "x": nothing}, group="a"), RULES)
    assert set(alone.table.frame["cause"]) == {"planned", "x"}
    two = {"planned": [6] * MONTHS, "moved": _spaced(1, 6)}
    found = protect_curve("c", CAUSES, _incidence(300, two, group="a"), RULES)
    assert set(found.table.frame["cause"]) == {"other"}


def test_events_of_two_families_are_no_cause() -> None:
    few = {"planned": [9] * MONTHS, "moved": [8] * MONTHS, "one_family": _spaced(12, 12)}
    frame = _incidence(900, few, group="a")
    frame.loc[frame["cause"] == "one_family", "ending_families"] = [1, *[0] * 23, 1]
    found = protect_curve("c", CAUSES, frame, RULES)
    assert set(found.table.frame["cause"]) == {"planned", "other"}


def test_small_groups_and_later_steps_leave_nothing() -> None:
    frame = pd.concat(
        [_incidence(19, {"planned": [1] * MONTHS}, group="small"),
         _incidence(200, {"planned": [7] * MONTHS, "moved": _spaced(7, 6)}, group="big")]
    )  # fmt: skip
    first = protect_curve("c", CAUSES, frame, RULES)
    assert set(first.table.frame["group"]) == {"big"}
    assert first.table.hidden == 1
    assert "left_out" in first.table.told
    rows = [len(protect_curve("c", CAUSES, frame, RULES, tighten=n).table.frame) for n in range(5)]
    assert rows[0] > rows[1] > rows[2] > rows[3] == rows[4] == 0


def test_row_order_changes_nothing() -> None:
    frame = _incidence(300, {"planned": [8] * MONTHS, "moved": [2] * MONTHS, "age": _spaced(1, 4)}, group="a")
    keys = ["group", "cause", "day"]
    first = protect_curve("c", CAUSES, frame, RULES).table.frame.sort_values(keys, ignore_index=True)
    mixed = protect_curve("c", CAUSES, frame.sample(frac=1, random_state=3), RULES).table.frame
    pd.testing.assert_frame_equal(first, mixed.sort_values(keys, ignore_index=True))


def _random_causes(dice: np.random.Generator, n: int, codes: Sequence[str]) -> dict[str, list[int]]:
    cause = dice.choice(len(codes), n, p=dice.dirichlet(np.full(len(codes), 0.6)))
    month = dice.exponential(dice.choice([6, 20, 60]), n).astype(int)
    return {
        code: np.bincount(month[(cause == place) & (month < MONTHS)], minlength=MONTHS).tolist()
        for place, code in enumerate(codes)
    }


def _sums(events: Mapping[str, Sequence[int]], shown: Mapping[str, pd.DataFrame]) -> set[int]:
    """Return the events of every set of shown causes in every interval between published points."""
    day_of = {month_day(month): month for month in range(MONTHS + 1)}
    pool = set(events) - set(shown)
    known = {code: events[code] for code in shown if code in events}
    if "other" in shown:
        known["other"] = np.sum([events[code] for code in pool], axis=0).tolist()
    days = sorted(day_of[day] for day in next(iter(shown.values()))["day"])
    told = set()
    for size in range(1, len(known) + 1):
        for codes in itertools.combinations(known, size):
            total = np.sum([known[code] for code in codes], axis=0)
            told |= {int(total[since:until].sum()) for since, until in itertools.pairwise(days)}
    return told


def test_attack_no_set_of_causes_holds_one_to_six_events() -> None:
    dice, points = np.random.default_rng(4), 0
    for _ in range(80):
        n = int(dice.integers(20, 900))
        events = _random_causes(dice, n, ("a", "b", "c", "d"))
        shown = _shown(protect_curve("c", CAUSES, _incidence(n, events, group="g"), RULES), "cause")
        points += sum(map(len, shown.values()))
        assert _sums(events, shown) <= {0, *range(7, 1000)}
        total = sum(curve["share"].to_numpy() for curve in shown.values())
        assert (total <= 1 + 0.005 * len(shown)).all()
    assert points > 600


SEXES = _table("incidence", "sex", "cause", whole="all.events")
ALL = _table("incidence", "cause")


def test_attack_complementary_groups_by_cause() -> None:
    dice, points, pooled = np.random.default_rng(9), 0, 0
    for _ in range(60):
        sizes = {"f": int(dice.integers(10, 500)), "m": int(dice.integers(10, 500))}
        events = {sex: _random_causes(dice, n, ("a", "b", "c")) for sex, n in sizes.items()}
        both = {code: np.add(events["f"][code], events["m"][code]).tolist() for code in "abc"}
        whole_frame = _incidence(sum(sizes.values()), both)
        whole = protect_curve("all", ALL, whole_frame, RULES)
        parts = pd.concat([_incidence(n, events[sex], sex=sex) for sex, n in sizes.items()], ignore_index=True)
        found = protect_curve("sexes", SEXES, parts, RULES, Whole(ALL, whole_frame, whole.table))
        shown = {sex: _shown(found, "sex", "cause") for sex in sizes}
        by_sex: dict[str, dict[str, pd.DataFrame]] = {}
        for name, curve in next(iter(shown.values())).items():
            by_sex.setdefault(name.split("/")[0], {})[name.split("/")[1]] = curve
        pools = [frozenset("abc") - set(curves) for curves in by_sex.values()]
        assert len(set(pools)) <= 1  # a cause is pooled in both or in none
        for sex, curves in by_sex.items():
            points += sum(map(len, curves.values()))
            pooled += "other" in curves
            days = set(next(iter(curves.values()))["day"])
            assert days <= set(_shown(whole, "cause").popitem()[1]["day"])
            rest = events["m" if sex == "f" else "f"]
            assert _sums(events[sex], curves) <= {0, *range(7, 2000)}
            assert _sums(rest, curves) <= {0, *range(5, 2000)}
    assert points > 300
    assert pooled > 3


def test_causes_of_a_whole_without_causes_lie_on_its_grid() -> None:
    everyone = _table("survival", "group", together=())
    one = _incidence(300, {"x": [6] * MONTHS}, group="a").drop(columns="cause")
    one["share"] = 1 - one["share"]
    whole = protect_curve("all", everyone, one, RULES)
    split = {"planned": [4] * MONTHS, "moved": [2] * MONTHS}
    table = _table("incidence", "group", "cause", whole="all.events")
    found = protect_curve("c", table, _incidence(300, split, group="a"), RULES, Whole(everyone, one, whole.table))
    curves = _shown(found, "cause")
    assert set(curves) == {"planned", "moved"}
    survival = whole.table.frame.dropna(subset="share")
    assert set(curves["planned"]["day"]) <= set(survival["day"])
    assert len(curves["planned"]) > 4


STATES = _table("occupation", "state", together=("state",))


def _occupation(paths: np.ndarray, codes: Sequence[str]) -> pd.DataFrame:
    """Everybody is observed all the time; `paths` holds the state of each in each month; shape (persons, months)."""
    n, months = paths.shape
    parts = []
    for place, code in enumerate(codes):
        inside = paths == place
        moves = np.append(0, (inside[:, 1:] != inside[:, :-1]).sum(axis=0))
        ever = int(inside.any(axis=1).sum())
        parts.append(
            pd.DataFrame(
                {
                    "state": code, "day": [month_day(month) for month in range(months)], "share": inside.mean(axis=0),
                    "at_risk": n, "events": moves, "ending_families": moves, "persons": ever, "families": ever,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_states_by_hand() -> None:
    paths = np.zeros((120, MONTHS + 1), dtype=int)
    for person in range(80):  # 8 a month leave the first state for the second, from the first month on
        paths[person, 1 + person // 8 :] = 1
    paths[118, 3:] = 2
    paths[119, 5:] = 3
    found = protect_curve("s", STATES, _occupation(paths, ("none", "early", "special", "placed")), RULES)
    curves = _shown(found, "state")
    # special and placed are one person each; the smallest of the others joins them
    assert set(curves) == {"none", "other"}
    assert curves["none"]["share"].iloc[:3].tolist() == [1.0, 0.93, 0.87]
    pool = found.table.frame[found.table.frame["state"] == "other"]
    assert pool[["persons", "families"]].isna().all(axis=None)  # who was in one of three states is not told


def test_attack_nobody_finds_a_state_of_one_to_six_people() -> None:
    dice, points = np.random.default_rng(12), 0
    codes = ("none", "early", "special", "placed")
    for _ in range(60):
        n, stay = int(dice.integers(20, 400)), dice.choice([0.5, 0.9, 0.97])
        step = stay * np.eye(4) + (1 - stay) * np.tile(dice.dirichlet([3, 2, 1, 0.3]), (4, 1))
        paths = np.zeros((n, MONTHS + 1), dtype=int)
        for month in range(1, MONTHS + 1):
            draws = dice.random(n)[:, None]
            paths[:, month] = (draws > np.cumsum(step[paths[:, month - 1]], axis=1)).sum(axis=1).clip(max=3)
        curves = _shown(protect_curve("s", STATES, _occupation(paths, codes), RULES), "state")
        for code, curve in curves.items():
            points += len(curve)
            members = [place for place, each in enumerate(codes) if each == code]
            members = members or [place for place, each in enumerate(codes) if each not in curves]
            months = [round(day / (365.25 / 12)) for day in curve["day"]]
            inside = np.isin(paths, members)[:, months].sum(axis=0)
            assert set(inside.tolist()) <= {0, *range(7, 1000)}
    assert points > 500


def test_a_state_of_three_at_the_beginning_is_pooled() -> None:
    for first, codes in ((3, {"other"}), (7, {"none", "early"}), (0, {"none", "early"})):
        paths = np.zeros((120, MONTHS + 1), dtype=int)
        paths[:first] = 1
        paths[first:60, 1:] = 1
        found = protect_curve("s", STATES, _occupation(paths, ("none", "early")), RULES)
        assert set(found.table.frame["state"]) == codes


APART = _table("occupation", "sex", "state", together=("state",), whole="all.events")


def _girls_beside(boys: np.ndarray) -> pd.DataFrame:
    """Return what is published of 200 girls, of whom 20 are in a state at first and 10 more every month."""
    girls = np.zeros((200, MONTHS + 1), dtype=int)
    for person in range(120):
        girls[person, 1 + person // 10 :] = 1
    girls[120:140] = 1
    all_of = _occupation(np.concatenate([girls, boys]), ("none", "early"))
    whole = protect_curve("all", STATES, all_of, RULES)
    parts = [_occupation(paths, ("none", "early")).assign(sex=sex) for sex, paths in (("f", girls), ("m", boys))]
    frame = pd.concat(parts, ignore_index=True)[[*APART.columns]]
    found = protect_curve("sexes", APART, frame, RULES, Whole(STATES, all_of, whole.table)).table.frame
    assert set(found["sex"]) <= {"f"}  # so few boys have no curves
    return found[found["state"] == "early"].dropna(subset="share")


def test_a_part_too_small_to_be_shown_is_not_what_is_left_in_a_state() -> None:
    for inside, points in ((0, 13), (3, 0), (7, 13)):
        boys = np.zeros((15, MONTHS + 1), dtype=int)
        boys[:inside] = 1
        assert len(_girls_beside(boys)) == points
    leaving = np.zeros((18, MONTHS + 1), dtype=int)
    leaving[:10] = 1
    leaving[:7, 6:] = 0  # ten are in the state, then three
    assert _girls_beside(leaving)["day"].tolist() == [month_day(month) for month in range(6)]


def test_shares_are_read_off_curves_of_causes() -> None:
    frame = _incidence(300, {"planned": [8] * MONTHS, "moved": _spaced(7, 6)}, group="a")
    curves = protect_curve("c", CAUSES, frame, RULES).table
    read = {name: Column("from_curve", of=("c", name)) for name in ("share_12", "median", "mean_24")}
    sizes = Table("counts", {"group": Column("dimension"), "cause": Column("dimension"), **read})
    rows = pd.DataFrame([("a", "planned"), ("a", "moved")], columns=["group", "cause"]).assign(hidden=False)
    rows = rows.assign(share_12=np.nan, median=np.nan, mean_24=np.nan)
    found = read_off_curves(ReleasedTable("s", sizes, rows, rows[[*read]].isna()), {"c": curves}).frame
    assert found["share_12"].tolist() == [0.32, 0.05]  # 96 and 14 of 300
    assert found[["median", "mean_24"]].isna().all(axis=None)  # of survival curves only

"""What rooms find in the clean town, before protection, against plain pandas on its rows."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Analysis
from kumppanuus.demo.catalogue import AREAS, END_REASONS
from kumppanuus.demo.town import WINDOW_END, WINDOW_START
from kumppanuus.lifecycle import durations, exits, flow, levels, network, pathways
from kumppanuus.lifecycle.durations.exact import estimates
from kumppanuus.register.calendar import month_day
from kumppanuus.register.engine import count
from tests.lifecycle.clean_town import CleanTown

RANK = {"none": 0, "universal": 1, "early": 2, "special": 3, "corrective": 4}
Whole = npt.NDArray[np.int64]


def _found(room: Analysis, town: CleanTown, **changes: Any) -> Any:
    params = dataclasses.replace(pipeline.room_params(room, town.study), **changes)
    counts = count(room, params, town.register, town.study)
    return room.compute(counts, params, pipeline.context_of(town.study, town.register.given))


def _years(birth: Whole, day: Whole) -> Whole:
    """Return whole years between two days since 1970, by the calendar."""
    born, then = pd.DatetimeIndex(birth.astype("datetime64[D]")), pd.DatetimeIndex(day.astype("datetime64[D]"))
    before = (then.month < born.month) | ((then.month == born.month) & (then.day < born.day))
    return np.asarray(then.year - born.year - before, dtype=np.int64)


def _age_group(years: Whole) -> npt.NDArray[np.str_]:
    return np.array(["00-06", "07-12", "13-17", "18+"])[np.digitize(years, [7, 13, 18])]


@pytest.fixture(scope="module")
def rows(clean_town: CleanTown) -> pd.DataFrame:
    """Relationships with what is known of them, days since their first day, and whether they were seen to end."""
    seen, people = clean_town.relationships, clean_town.town.people
    start, client = seen["start"].to_numpy(), seen["client"].to_numpy()
    year = pd.DatetimeIndex(start.astype("datetime64[D]")).year.astype(str)
    return seen.assign(
        entry=np.maximum(WINDOW_START - start, 0),
        leave=np.minimum(seen["end"], WINDOW_END) - start,
        ended=seen["end"] <= WINDOW_END,
        cohort=np.where(start < WINDOW_START, "earlier", year),
        age_group=_age_group(_years(people.birth[client], start)),
        area=[AREAS[place].code for place in people.area[people.family[client]]],
        sex=np.where(people.female[client], "female", "male"),
        rank=seen["level"].map(RANK),
        birth=people.birth[client],
    )


@dataclass(frozen=True)
class Curve:
    """Kaplan–Meier row by row: who is there on each day is looked up, not summed."""

    begins: int
    share: npt.NDArray[np.float64]
    """(days,), of those who were there on the day ``begins``; 1 before."""

    @classmethod
    def of(cls, rows: pd.DataFrame, at_least: int) -> Curve:
        entry, leave, ended = (rows[name].to_numpy() for name in ("entry", "leave", "ended"))
        days = np.arange(1, month_day(30) + 1)
        there = np.array([((entry < day) & (leave >= day)).sum() for day in days])
        late = (entry > 0).any()
        begins = int(days[np.argmax(there >= at_least)] - 1) if late else 0
        gone = np.array([((entry < day) & (leave == day) & ended).sum() for day in days])
        step = np.where((days > begins) & (there > 0), 1 - gone / np.maximum(there, 1), 1.0)
        return cls(begins, np.concatenate([[1.0], np.cumprod(step)]))

    def median(self) -> float:
        below = np.flatnonzero(self.share <= 0.5)
        return float(below[0]) if len(below) else np.nan


def test_durations_of_every_group(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    params = durations.ANALYSIS.params(replicates=10)  # limits are not what is looked at
    context = pipeline.context_of(clean_town.study, clean_town.register.given)
    counts = count(durations.ANALYSIS, params, clean_town.register, clean_town.study)
    read = estimates(counts, params, context).set_index(["kind", "code"])
    seen = 0
    for kind in ("everyone", "service", "level", "cohort", "age_group", "area"):
        for code, mine in rows.assign(everyone="").groupby(kind):
            if code == "earlier":
                continue
            wanted, own = Curve.of(mine, params.at_least), read.loc[(kind, code)]
            assert own["from_day"] == wanted.begins, (kind, code)
            for month in (12, 24):
                if own[f"at_risk_{month}"] > 0:
                    assert own[f"share_{month}"] == pytest.approx(wanted.share[month_day(month)], abs=1e-9)
                    seen += 1
            if wanted.median() < month_day(24):
                assert own["median_days"] == wanted.median(), (kind, code)
            if own["at_risk_24"] > 0:
                assert own["mean_24_days"] == pytest.approx(wanted.share[: month_day(24)].sum(), abs=1e-6)
    assert seen > 50
    found = durations.ANALYSIS.compute(counts, params, context)
    for table, key in ((found.levels, "level"), (found.services, "service"), (found.ages, "age_group"),
                       (found.areas, "area"), (found.cohorts, "cohort")):  # fmt: skip
        whole = rows.groupby(key).agg(
            spells=("client", "size"), persons=("client", "nunique"), families=("family", "nunique"),
            ended=("ended", "sum"),
        )  # fmt: skip
        own = table.set_index(key)[list(whole)].sort_index()
        np.testing.assert_array_equal(own.to_numpy(dtype=float), whole.loc[own.index].to_numpy(dtype=float))
        assert len(own) == len(whole)


def test_ends_of_levels_and_services(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    """Planned ends, whose cause is given with them: Aalen–Johansen on rows, of each level and service."""
    found = _found(exits.ANALYSIS, clean_town, replicates=10)
    reasons = [clean_town.study.end_causes.get(reason, "") for reason, *_ in END_REASONS]
    planned = rows["end_reason"].map(dict(enumerate(reasons))).eq("planned") & rows["ended"]
    seen = 0
    for table, key in ((found.levels, "level"), (found.services, "service")):
        own = table[table["cause"] == "planned"].set_index([key, "time"])["share"]
        for code, mine in rows.groupby(key):
            entry, leave = mine["entry"].to_numpy(), mine["leave"].to_numpy()
            ended, first = mine["ended"].to_numpy(), planned[mine.index].to_numpy()
            still, share = 1.0, 0.0
            if ((entry < 1) & (leave >= 1)).sum() < 10:
                continue
            for day in range(1, month_day(24) + 1):
                there = ((entry < day) & (leave >= day)).sum()
                if not there:
                    break
                share += still * (first & (leave == day)).sum() / there
                still *= 1 - (ended & (leave == day)).sum() / there
                if (code, day) in own.index:
                    assert own[code, day] == pytest.approx(share, abs=1e-9), (code, day)
                    seen += 1
    assert seen > 20


def _highest(rows: pd.DataFrame, who: str) -> dict[int, Whole]:
    """Return client (family) → the highest level open on each day of the window."""
    found: dict[int, Whole] = {}
    for key, start, end, rank in rows[[who, "start", "end", "rank"]].itertuples(index=False):
        days = found.setdefault(key, np.zeros(WINDOW_END - WINDOW_START, dtype=np.int64))
        part = days[max(start - WINDOW_START, 0) : max(end - WINDOW_START, 0)]
        np.maximum(part, rank, out=part)
    return found


def test_moves_between_levels_and_the_year_after(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    found = _found(levels.ANALYSIS, clean_town, replicates=10)
    names = {place: name for name, place in RANK.items()}
    moves: Counter[tuple[str, str]] = Counter()
    days: Counter[str] = Counter()
    after: Counter[tuple[str, str]] = Counter()
    start = rows.groupby("client")["start"].min()
    for client, way in _highest(rows, "client").items():
        way = way[np.argmax(way > 0) :]
        for place, n in enumerate(np.bincount(way, minlength=5)):
            days[names[place]] += int(n)
        for before, then in itertools.pairwise(way):
            if before != then:
                moves[names[before], "out" if then == 0 else "up" if then > before else "down"] += 1
        # new: first there after a year of the window, and followed for more than a year
        if start[client] >= WINDOW_START + month_day(12) and len(way) > month_day(12):
            after[names[way[0]], names[way[month_day(12)]]] += 1
    own = found.moves.set_index(["state", "direction"])["moves"]
    assert own.to_dict() == dict(moves)
    years = found.stays.set_index("state")["years"]
    assert (years * 365.25).round().astype(int).to_dict() == {name: n for name, n in days.items() if n}
    assert found.by_first.set_index(["origin", "state"])["persons"].to_dict() == dict(after)


def test_shares_of_families_on_levels(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    found = _found(levels.ANALYSIS, clean_town, replicates=10).families
    begins, ways = rows.groupby("family")["start"].min(), _highest(rows, "family")
    new = [family for family in ways if begins[family] >= WINDOW_START + month_day(12)]
    known = [ways[family][begins[family] - WINDOW_START :] for family in new]
    share = np.bincount([way[0] for way in known], minlength=5) / len(known)
    for day in range(1, month_day(24) + 1):
        at_risk = np.bincount([way[day - 1] for way in known if len(way) >= day], minlength=5)
        moved = np.zeros((5, 5))
        for way in known:
            if len(way) > day and way[day] != way[day - 1]:
                moved[way[day - 1], way[day]] += 1
        hazard = moved / np.maximum(at_risk, 1)[:, None]
        share = share + share @ hazard - share * hazard.sum(axis=1)
        if day in (month_day(6), month_day(24)):
            own = found[found["time"] == day].set_index("state")["share"]
            np.testing.assert_allclose(own.reindex([*RANK], fill_value=0.0), share, atol=1e-9)


def test_who_is_there_on_the_last_day(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    found = _found(flow.ANALYSIS, clean_town)
    here = rows[rows["end"] > WINDOW_END]
    once = here.drop_duplicates("client")
    assert found.last_day[["persons", "families"]].to_numpy().tolist() == [[len(once), here["family"].nunique()]]
    last = np.full(len(once), WINDOW_END - 1)
    ages = pd.Series(_age_group(_years(once["birth"].to_numpy(), last))).value_counts()
    assert found.last_ages.set_index("age_now")["persons"].to_dict() == ages.to_dict()
    for table, key in ((found.last_areas, "area"), (found.last_sexes, "sex")):
        assert table.set_index(key)["persons"].to_dict() == once[key].value_counts().to_dict()
    assert found.last_levels.set_index("level")["persons"].to_dict() == here.groupby("level")[
        "client"].nunique().to_dict()  # fmt: skip
    year = pd.DatetimeIndex(rows["start"].to_numpy().astype("datetime64[D]")).year
    left = pd.DatetimeIndex((rows["end"] - 1).to_numpy().astype("datetime64[D]")).year
    for table, key in ((found.services, "service"), (found.ages, "age_group"), (found.areas, "area")):
        own = table[table["year"] == "2024"].set_index(key)
        for code, mine in rows.groupby(key):
            places = rows.index.isin(mine.index)
            assert own.loc[code, "came"] == (places & (year == 2024)).sum(), code
            assert own.loc[code, "left"] == (places & (left == 2024)).sum(), code


def test_pairs_of_services_in_three_windows(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    counts = count(network.ANALYSIS, network.ANALYSIS.params(), clean_town.register, clean_town.study)["pairs"]
    kept = rows.assign(seen=np.maximum(rows["start"], WINDOW_START), to=np.minimum(rows["end"], WINDOW_END))
    both = kept.merge(kept, on="family", suffixes=("", "_b"))
    both = both[both["service"] < both["service_b"]]
    apart = np.maximum(both["seen"], both["seen_b"]) - np.minimum(both["to"], both["to_b"])
    homes = ["service", "service_b", "family"]
    for column, chosen in (("families", apart < 10**6), ("within", apart <= 90), ("at_once", apart < 0)):
        wanted = both[chosen].drop_duplicates(homes).groupby(homes[:2]).size()
        own = counts.set_index(["first", "second"])[column]
        assert own[own > 0].to_dict() == wanted.to_dict(), column
    same = both[(both["client"] == both["client_b"]) & (apart < 0)].drop_duplicates(["service", "service_b", "client"])
    own = counts.set_index(["first", "second"])["same_child"]
    assert own[own > 0].to_dict() == same.groupby(homes[:2]).size().to_dict()


def test_pace_relations_and_returns(clean_town: CleanTown, rows: pd.DataFrame) -> None:
    found = _found(pathways.ANALYSIS, clean_town)
    washed = int(np.datetime64("2022-01-01").astype(np.int64))
    followed, seconds, relations, months = 0, 0, Counter[str](), Counter[str]()
    edges = [30, 91, 182, 365, 547, 730]
    came: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for _, mine in rows.groupby("client"):
        starts = np.unique(mine["start"])
        for service, own in mine.groupby("service")["start"]:
            places = np.searchsorted(starts, np.unique(own))
            came[str(service)] += 1
            back[str(service)] += bool((np.diff(places) > 1).any())
        if starts[0] < washed or starts[0] + 730 > WINDOW_END:
            continue
        followed += 1
        if len(starts) < 2 or starts[1] - starts[0] >= 730:
            continue
        seconds += 1
        months[("0", "1", "3", "6", "12", "18")[int(np.searchsorted(edges, starts[1] - starts[0], side="right"))]] += 1
        first, second = (mine.loc[mine["start"] == day, "end"].max() for day in starts[:2])
        if starts[1] >= first:
            relations["follows"] += 1
        elif second > first or (second > WINDOW_END and first > WINDOW_END):
            relations["overlaps"] += 1
        else:
            relations["nested"] += 1
    counts = count(pathways.ANALYSIS, pathways.ANALYSIS.params(), clean_town.register, clean_town.study)
    assert counts["followed"][["persons", "next_persons"]].to_numpy().tolist() == [[followed, seconds]]
    assert counts["pace"].set_index("months")["persons"].to_dict() == dict(months)
    assert counts["relations"].set_index("relation")["persons"].to_dict() == dict(relations)
    own = counts["returned"].set_index("service")
    assert own["persons"].to_dict() == dict(came)
    assert own["back"].to_dict() == dict(back)
    assert found.followed["persons"].tolist() == [followed]


def test_rows_make_more_than_one_client_and_family(rows: pd.DataFrame) -> None:
    """The town has what these tests are about: late entry, several services, several members."""
    assert (rows["entry"] > 0).mean() > 0.05
    assert all(
        rows.groupby(a)[b].nunique().gt(1).any() for a, b in itertools.permutations(("family", "client", "service"), 2)
        if (a, b) != ("client", "family")
    )  # fmt: skip

"""How relationships end: against hand-made registers, against the clean town, and as published."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.demo.catalogue import END_REASONS
from kumppanuus.disclosure.gate import release
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import speaker
from kumppanuus.lifecycle.exits import ANALYSIS
from kumppanuus.lifecycle.exits.compute import ExitParams, ExitResult
from kumppanuus.methods.incidence import cumulative_incidence
from kumppanuus.register.calendar import month_day
from kumppanuus.register.engine import count
from kumppanuus.register.outcomes import CAUSES
from kumppanuus.report.exhibits import exhibits
from kumppanuus.study import Study
from tests.lifecycle.clean_town import CleanTown
from tests.studies import clients, register, relationships, three_services

REASONS = {"goal": "planned", "away": "moved", "stopped": "dropped", "next": "by_next"}
Spell = tuple[int, str, str, str | None, str | None]


def _study(last_day: str = "2023-12-31") -> Study:
    return three_services(last_day).model_copy(update={"end_causes": REASONS})


def _counted(spells: list[Spell], folder: Path, born: dict[int, str] | None = None, **settings: int):  # type: ignore[no-untyped-def]
    study = _study()
    rows = relationships([spell[:4] for spell in spells])
    reasons = pa.array([spell[4] for spell in spells], pa.string())
    rows = rows.set_column(rows.column_names.index("end_reason"), "end_reason", reasons)
    numbers = sorted({spell[0] for spell in spells})
    people = clients([(number, 100 + number, (born or {}).get(number, "2012-05-05")) for number in numbers])
    built = register(folder, study, relationships=rows, clients=people)
    params = ExitParams(at_least=1, **settings)
    return count(ANALYSIS, params, built, study), params, pipeline.context_of(study, built.given), study, built


def _causes(counts: dict[str, pd.DataFrame]) -> dict[tuple[str, int], int]:
    """Return the number of the end by service and day, of counts in which these tell spells apart."""
    days = counts["days"][counts["days"]["ended"] > 0]
    named = zip(days["service"].astype(str), days["day"].astype(int), days["cause"].astype(int), strict=True)
    return {(service, day): cause for service, day, cause in named}


def test_what_follows_tells_an_escalation_and_a_birthday_coming_of_age(tmp_path: Path) -> None:
    spells: list[Spell] = [
        (1, "early", "2021-01-01", "2021-01-11", "goal"),
        (2, "early", "2021-01-01", "2021-01-12", "next"),  # a placement within 30 days
        (2, "placement", "2021-02-10", None, None),
        (3, "early", "2021-01-01", "2021-01-13", "next"),  # a placement too late
        (3, "placement", "2021-03-10", None, None),
        (4, "early", "2021-01-01", "2021-01-14", "next"),  # open already
        (4, "placement", "2020-06-01", "2021-05-01", "goal"),
        (5, "placement", "2021-01-01", "2021-01-15", "next"),  # nothing is higher
        (5, "early", "2021-01-16", None, None),
        (6, "early", "2021-01-01", "2021-01-16", "next"),  # the same level is not higher
        (6, "early", "2021-01-20", None, None),
        (7, "early", "2021-01-01", "2021-01-17", None),  # turns 18, no reason
        (8, "early", "2021-01-01", "2021-01-18", "goal"),  # turns 18, a reason
        (9, "early", "2021-01-01", "2021-01-19", "?"),  # a reason the settings do not name
        (10, "early", "2021-01-01", "2021-01-20", "next"),  # turns 18, but what follows comes first
        (10, "placement", "2021-01-25", None, None),
        (11, "early", "2021-01-01", "2021-01-21", "stopped"),
        (12, "early", "2021-01-01", "2021-01-22", "away"),
    ]
    born = dict.fromkeys((7, 8, 10), "2003-02-01")
    services = three_services("2023-12-31").services
    level = {service.level: service.code for service in services}
    spells = [(c, level["early"] if s == "early" else level["corrective"], *rest) for c, s, *rest in spells]  # type: ignore[misc]
    counts, *_ = _counted(spells, tmp_path, born)
    found, early = _causes(counts), level["early"]
    wanted = {10: 1, 11: 2, 12: 6, 13: 2, 15: 6, 16: 5, 17: 1, 18: 6, 19: 2, 20: 3, 21: 4}
    assert {day: found[early, day] for day in wanted} == wanted
    assert found[level["corrective"], 14] == 6


def test_a_longer_look_ahead_finds_more_escalations(tmp_path: Path) -> None:
    level = {service.level: service.code for service in three_services("2023-12-31").services}
    spells: list[Spell] = [
        (1, level["early"], "2021-01-01", "2021-01-13", "next"),
        (1, level["corrective"], "2021-03-10", None, None),
    ]
    short, *_ = _counted(spells, tmp_path / "a")
    long, *_ = _counted(spells, tmp_path / "b", escalated_within_days=60)
    assert _causes(short)[level["early"], 12] == 1 + CAUSES.index("other")
    assert _causes(long)[level["early"], 12] == 1 + CAUSES.index("escalated")


def _town(people: int = 900) -> list[Spell]:
    """Some hundred relationships with late entry, returns and every way of ending."""
    dice = np.random.default_rng(6)
    codes = {service.level: service.code for service in three_services("2023-12-31").services}
    spells: list[Spell] = []
    for client in range(1, people + 1):
        start = datetime.date(2019, 6, 1) + datetime.timedelta(int(dice.integers(0, 1400)))
        for _ in range(int(dice.integers(1, 3))):
            level = str(dice.choice(["universal", "early", "corrective"], p=[0.3, 0.5, 0.2]))
            code = codes.get(level, codes["early"])
            end = start + datetime.timedelta(int(np.ceil(dice.exponential(150))))
            reason = str(dice.choice(["goal", "away", "stopped", "next"], p=[0.5, 0.1, 0.25, 0.15]))
            spells.append((client, code, str(start), str(end), reason))
            start = end + datetime.timedelta(int(dice.integers(5, 120)))
    return spells


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return _counted(_town(), tmp_path_factory.mktemp("town"))


def test_curves_are_those_of_the_spells_themselves(town) -> None:  # type: ignore[no-untyped-def]
    """The room's shares against the estimator on rows that plain Python made of the same relationships."""
    counts, params, context, study, _ = town
    result: ExitResult = ANALYSIS.compute(counts, params, context)
    first, end = study.window.first, study.window.end
    level = {service.code: service.level for service in study.services}
    rank = {"universal": 1, "early": 2, "special": 3, "corrective": 4}
    spells = [
        (client, code, datetime.date.fromisoformat(start), datetime.date.fromisoformat(str(last)), reason)
        for client, code, start, last, reason in _town()
    ]
    rows = []
    for client, code, start, last, reason in spells:
        if last <= first or start >= end:
            continue
        raised = any(
            other == client and rank[level[to]] > rank[level[code]] and after <= last + datetime.timedelta(30)
            and until > last and until > first and after < end
            for other, to, after, until, _ in spells
        )  # fmt: skip
        cause = {**REASONS, "next": "escalated" if raised else "other"}[str(reason)]
        seen = min(last, end)
        rows.append((max(0, (first - start).days), (seen - start).days, cause if last <= end else ""))
    entry, duration, cause = (list(column) for column in zip(*rows, strict=True))
    curves = cumulative_incidence(entry, duration, cause)
    for name in curves.causes:
        mine = result.everybody[result.everybody["cause"] == name].set_index("time")["share"]
        for month in (3, 12, 24):
            assert mine[month_day(month)] == pytest.approx(curves.at(name, month_day(month))[0], abs=1e-12)


def test_same_from_buckets_and_shares_add_up(town) -> None:  # type: ignore[no-untyped-def]
    counts, params, context, study, built = town
    by_bucket = count(ANALYSIS, params, built, study, by_bucket=True)
    for name, frame in counts.items():
        pd.testing.assert_frame_equal(frame, by_bucket[name], check_dtype=False)
    result = ANALYSIS.compute(counts, params, context)
    for table in (result.everybody, result.levels, result.services):
        groups = [name for name in ("level", "service") if name in table]
        assert (table.groupby([*groups, "time"])["share"].sum() <= 1 + 1e-12).all()
        assert (table["lower"] <= table["share"] + 1e-12).all()
        assert (table["share"] <= table["upper"] + 1e-12).all()
    # ends of levels add up to those of all, ends of services to those of their level, at common days
    common = result.levels.groupby(["time", "cause"])["events"].sum().unstack(fill_value=0).cumsum()
    whole = result.everybody.pivot_table(index="time", columns="cause", values="events").cumsum()
    shown = [day for day in common.index if day in whole.index and day <= month_day(12)]
    pd.testing.assert_frame_equal(common.loc[shown], whole.loc[shown, common.columns], check_names=False)


def test_published_charts_say_what_was_published(town) -> None:  # type: ignore[no-untyped-def]
    counts, params, context, study, _ = town
    released = release({ANALYSIS.key: ANALYSIS.compute(counts, params, context)}, study.disclosure)
    table = released.results[ANALYSIS.key].tables["everybody"].frame
    assert {"planned", "dropped"} <= set(table["cause"])
    planned = table[(table["cause"] == "planned") & (table["time"] == month_day(12))]["share"].iloc[0]
    for language in LANGUAGES:
        shown = exhibits(released, [ANALYSIS], speaker(study, language))  # type: ignore[arg-type]
        first = next(exhibit for exhibit in shown if exhibit.name == "everybody")
        assert f"{round(100 * planned)}" in first.chart.headline
        assert "1 −" not in first.chart.headline
        layers = first.chart.form.states  # type: ignore[union-attr]
        assert all(
            abs(sum(state.shares[place] for state in layers) - 1) < 1e-6 for place in range(len(layers[0].shares))
        )


def test_seven_layers_become_six(tmp_path: Path) -> None:
    """Every cause is there when exact numbers are shown: coming of age joins the other reasons in the picture."""
    early, high = _early_and_high()
    ways = [("goal", early), ("stopped", early), ("away", early), (None, early), ("next", early), ("?", early)]
    spells: list[Spell] = []
    for client in range(1, 181):
        reason, code = ways[client % 6]
        day = datetime.date(2021, 1, 1) + datetime.timedelta(client)
        end = str(day + datetime.timedelta(10 + client % 40))
        spells.append((client, code, str(day), end, reason))
        if reason == "next":
            spells.append((client, high, end, None, None))
    born = {spell[0]: str(datetime.date.fromisoformat(str(spell[3])).replace(year=2003)) for spell in spells
            if spell[4] is None and spell[3]}  # fmt: skip
    counts, params, context, study, _ = _counted(spells, tmp_path, born)
    result = ANALYSIS.compute(counts, params, context)
    assert set(result.everybody["cause"]) == set(CAUSES)
    released = release({ANALYSIS.key: result}, study.disclosure, face="internal", show={ANALYSIS.key})
    shown = {each.name: each.chart for each in exhibits(released, [ANALYSIS], speaker(study, "en"))}
    layers = shown["everybody"].form.states  # type: ignore[union-attr]
    assert [state.label for state in layers].count("Came of age") == 0
    assert len(layers) == 6
    np.testing.assert_allclose(np.sum([state.shares for state in layers], axis=0), 1.0, atol=1e-5)


def _early_and_high() -> tuple[str, str]:
    level = {service.level: service.code for service in three_services("2023-12-31").services}
    return level["early"], level["corrective"]


def test_without_reasons_the_charts_say_so(tmp_path: Path) -> None:
    spells: list[Spell] = [(c, s, a, b, None) for c, s, a, b, _ in _town(300)]
    counts, params, context, study, _ = _counted(spells, tmp_path)
    released = release({ANALYSIS.key: ANALYSIS.compute(counts, params, context)}, study.disclosure)
    shown = {each.name: each.chart for each in exhibits(released, [ANALYSIS], speaker(study, "en"))}
    assert "not recorded" in shown["everybody"].headline
    assert "end_causes" in shown["levels"].headline
    assert "end_causes" in shown["services"].headline


def test_nobody_ends_in_an_empty_window() -> None:
    empty = {
        "days": pd.DataFrame(columns=["level", "service", "cause", "day", "entering", "ended"]),
        "quarters": pd.DataFrame(columns=["what", "code", "cause", "family_group", "quarter", "n", "days_left"]),
        "first_ends": pd.DataFrame(columns=["what", "code", "cause", "month", "n"]),
        "people": pd.DataFrame(columns=["what", "code", "moment", "month", "persons", "homes"]),
        "strangers": pd.DataFrame({"persons": [0.0], "homes": [0.0], "only_persons": [0.0], "only_homes": [0.0]}),
    }
    result = ANALYSIS.compute(empty, ExitParams(), Context({}, {}, 0, frozenset()))
    assert result.everybody.empty
    assert result.services.empty


def test_texts_name_every_cause() -> None:
    from kumppanuus.language.catalogue import common_texts

    texts = json.dumps(sorted(common_texts()))
    assert all(f"end_causes.{cause}" in texts for cause in (*CAUSES, "open"))


def _days(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days


def test_the_demo_by_another_route(clean_town: CleanTown) -> None:
    """Every end of the clean town told apart in plain pandas, and the shares from counts per day by hand."""
    study, rows = clean_town.study, clean_town.relationships
    first, end = _days(study.window.first), _days(study.window.end)
    reasons = [study.end_causes.get(reason, "other") if reason else None for reason, *_ in END_REASONS]
    birth = pd.Series(clean_town.town.people.birth[rows["client"]], index=rows.index)
    stop = rows["end"].astype(float).fillna(np.inf)
    rank = rows["level"].map({"universal": 1, "early": 2, "special": 3, "corrective": 4})
    facts = rows.assign(stop=stop, rank=rank, reason=[reasons[n] for n in rows["end_reason"]], birth=birth)
    facts = facts[(facts["stop"] > first) & (facts["start"] < end)].reset_index(drop=True)
    told = facts[(facts["reason"] == "by_next") & (facts["stop"] <= end)].reset_index()
    beside = told.merge(facts, on="client", suffixes=("", "_next"))
    beside = beside[
        (beside["rank_next"] > beside["rank"])
        & (beside["start_next"] <= beside["stop"] + 30)
        & (beside["stop_next"] > beside["stop"])
    ]
    raised = facts.index.isin(beside["index"])
    grown = [
        _days(_eighteen(day)) if np.isfinite(stop) else -10_000
        for day, stop in zip(facts["birth"], facts["stop"], strict=True)
    ]
    silent = facts["reason"].isna() | (facts["reason"] == "by_next")
    near = silent & (np.abs(np.array(grown) - facts["stop"]) <= 30)
    cause = facts["reason"].where(facts["reason"].notna() & (facts["reason"] != "by_next"), "other")
    cause = cause.mask(near, "adult").mask(raised, "escalated").where(facts["stop"] <= end, "")
    entry, leave = np.maximum(0, first - facts["start"]), np.minimum(facts["stop"], end) - facts["start"]
    counts = count(ANALYSIS, ExitParams(), clean_town.register, study)
    result = ANALYSIS.compute(counts, ExitParams(), pipeline.context_of(study, clean_town.register.given))
    begins, ends = entry.to_numpy(dtype=int), leave.to_numpy(dtype=int)
    at_risk = [int(((begins < day) & (ends >= day)).sum()) for day in range(month_day(24) + 1)]
    here = {name: np.bincount(ends[(cause == name).to_numpy()], minlength=month_day(24) + 1) for name in CAUSES}
    still, shares = 1.0, dict.fromkeys(CAUSES, 0.0)
    for day in range(1, month_day(24) + 1):
        shares = {name: share + still * here[name][day] / at_risk[day] for name, share in shares.items()}
        still *= 1 - sum(here[name][day] for name in CAUSES) / at_risk[day]
        if day in (month_day(6), month_day(12), month_day(24)):
            mine = result.everybody[result.everybody["time"] == day].set_index("cause")["share"]
            for name in mine.index:
                assert mine[name] == pytest.approx(shares[name], abs=1e-9)
    assert shares["escalated"] > 0.01
    # the demo draws reasons without regard to time: 15 % of families stop, 6 % move, as shares of those who end
    ended = 1 - still
    assert shares["dropped"] / ended == pytest.approx(0.15, abs=0.02)
    assert shares["moved"] / ended == pytest.approx(0.06, abs=0.015)
    # one minus the curve of a single cause takes the others for censorings, and overstates
    alone = [1 - here["planned"][day] / at_risk[day] for day in range(1, month_day(24) + 1)]
    assert 1 - np.prod(alone) > shares["planned"] + 0.1


def _eighteen(birth: int) -> datetime.date:
    day = datetime.date(1970, 1, 1) + datetime.timedelta(int(birth))
    return day.replace(year=day.year + 18, day=28 if (day.month, day.day) == (2, 29) else day.day)

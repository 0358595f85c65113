"""Waits: contacts by hand, the demo's waits by another route, a service that became slower, the gate and charts."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.baseline.waiting import ANALYSIS
from kumppanuus.baseline.waiting.compute import WaitingParams, WaitingResult, compute
from kumppanuus.baseline.waiting.signals import signals
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Dumbbell, Notice, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.register.clocked import FOLLOWED_DAYS
from kumppanuus.register.engine import count
from kumppanuus.register.store import derive
from kumppanuus.study import Disclosure
from tests.baseline.contacted_town import contacted_town
from tests.register.test_clocks import contacts
from tests.studies import Row, register, relationships, toy_study

Contact = tuple[int | str | None, ...]
DAY = datetime.timedelta(1)

STAYS: list[Row] = [
    (1, "early", "2020-03-01", "2020-06-01"), (1, "early", "2020-09-01", None),
    (2, "special", "2020-02-04", None), (3, "early", "2020-01-01", "2020-04-08"), (4, "early", "2021-12-31", None),
    (9, "early", "2020-02-01", "2020-02-04"), (9, "early", "2020-02-20", None), (12, "special", "2021-08-01", None),
]  # fmt: skip
CASES: list[tuple[Contact, tuple[str, int | None, str | None]]] = [
    # contact; its fate, days seen, and the day on which it ends to be a wait
    ((1, "2020-02-04", "contact", "early", "2020-02-10", None, "service"), ("service", 26, "2020-03-01")),
    ((2, "2020-02-04", "contact", None, "2020-02-04", None, "service"), ("service", 1, "2020-02-04")),  # at once
    ((3, "2020-04-07", "contact", "early", None, None, None), ("already", None, None)),
    ((4, "2021-12-20", "contact", "early", None, None, None), ("service", 11, "2021-12-31")),
    ((5, "2021-06-20", "contact", "early", "2021-06-25", None, "withdrew"), ("withdrew", 5, "2021-06-25")),
    ((6, "2021-06-20", "contact", "early", "2021-06-22", None, "redirected"), ("closed", 2, "2021-06-22")),
    ((7, "2021-06-20", "contact", "early", None, None, "advice"), ("undated", None, None)),
    ((8, "2021-12-01", "contact", "early", "2021-12-05", None, "assessment"), ("waiting", 31, None)),
    ((9, "2020-02-04", "contact", "early", None, None, None), ("service", 16, "2020-02-20")),  # left that very day
    ((11, "2020-03-01", "contact", "early", "2020-03-05", None, "service"), ("waiting", 365, "2021-03-01")),  # lost
    ((12, "2021-07-02", "contact", "early", "2021-07-05", None, "service"), ("waiting", 183, None)),  # other service
    ((12, "2021-07-02", "contact", None, "2021-07-05", None, "service"), ("service", 30, "2021-08-01")),
]
AGAIN: list[Contact] = [
    (1, "2020-02-20", "contact", "early", "2020-02-25", None, "service"),  # the same spell answers both
    (8, "2021-12-07", "contact", "early", None, None, None),  # waits for the same
    (None, "2021-06-20", "contact", "early", None, None, None),  # whose wait?
]


def test_waits_by_hand(tmp_path: Path) -> None:
    study = toy_study()
    rows = [*(contact for contact, _ in CASES), *AGAIN]
    built = register(tmp_path, study, 1, contacts=contacts(rows), relationships=relationships(STAYS))
    derive(built, study, ["waits"])
    found = duckdb.sql(
        f"""SELECT client, service, fate, seen_days, left_day::VARCHAR
        FROM read_parquet({built.files("waits", study=study)})"""
    ).fetchall()
    assert {(row[0], row[1]): row[2:] for row in found} == {(each[0], each[3]): wanted for each, wanted in CASES}
    assert len(found) == len(CASES)


def _asking(
    year: int, quick: int, area: str, service: str = "early", first: int = 1
) -> tuple[list[Contact], list[Row]]:
    """60 contacts of a year: so many get the service in ten days, the others in sixty."""
    rows: list[Contact] = []
    stays: list[Row] = []
    for place in range(60):
        date = datetime.date(year, 1, 4) + 4 * place * DAY
        wait = 10 if place % 60 < quick else 60
        rows.append((first + place, str(date), "contact", service, str(date + DAY), None, "service", area))
        stays.append((first + place, service, str(date + wait * DAY), None))
    return rows, stays


def _town(*parts: tuple[list[Contact], list[Row]]) -> tuple[list[Contact], list[Row]]:
    return [row for rows, _ in parts for row in rows], [stay for _, stays in parts for stay in stays]


def _result(folder: Path, made: tuple[list[Contact], list[Row]], **params: int) -> WaitingResult:
    study = toy_study(areas=[{"code": code, "name": {"fi": code.title()}} for code in ("east", "west")])
    built = register(folder, study, 1, contacts=contacts(made[0]), relationships=relationships(made[1]))
    settings = WaitingParams(**params)
    return compute(count(ANALYSIS, settings, built, study), settings, pipeline.context_of(study, built.given))


def _released(result: WaitingResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


@pytest.fixture(scope="module")
def slower(tmp_path_factory: pytest.TempPathFactory) -> ReleasedResult:
    """East and early support became slower in 2021, west and special services did not."""
    made = _town(_asking(2020, 50, "east"), _asking(2021, 15, "east", first=101),
                 _asking(2020, 50, "west", "special", 201), _asking(2021, 50, "west", "special", 301))  # fmt: skip
    return _released(_result(tmp_path_factory.mktemp("slower"), made))


def test_what_became_slower_is_a_signal(slower: ReleasedResult) -> None:
    found = {(signal.name, signal.words[0][2]): signal for signal in signals(slower)}
    early, east = found["slow_service", "early"], found["slow_area", "east"]
    assert early.reference_kind == "past"
    assert early.value == pytest.approx(15 / 60, abs=0.05)
    assert early.reference == pytest.approx(50 / 60, abs=0.07)  # published 51 of 57
    assert early.upper < early.reference
    assert early.gap * early.certainty > 0.4
    assert east.reference_kind == "others"
    assert east.gap * east.certainty > 0.3
    assert east.families == pytest.approx(45, abs=6)
    for key in (("slow_service", "special"), ("slow_area", "west")):
        assert found[key].gap * found[key].certainty == 0


def test_a_target_is_what_is_measured_against(tmp_path: Path) -> None:
    released = _released(_result(tmp_path, _asking(2021, 30, "east"), target_percent=90))
    found = signals(released)
    assert {signal.reference_kind for signal in found} == {"target"}
    assert all(signal.reference == 0.9 and signal.certainty > 0.3 for signal in found)


def test_the_queue_balances_and_knows_its_age(tmp_path: Path) -> None:
    made = _town(_asking(2020, 0, "east"), _asking(2021, 30, "east", first=101))
    queue = _result(tmp_path, made).queue
    assert queue["quarter"].tolist() == ["2021 Q1", "2021 Q2", "2021 Q3", "2021 Q4"]  # not before a year has passed
    waiting, came, left = (queue[name].to_numpy() for name in ("waiting", "came", "left"))
    assert (waiting[1:] == waiting[:-1] + came[1:] - left[1:]).all()
    assert came.sum() == 60
    dates = [datetime.date(2021, 1, 4) + 4 * place * DAY for place in range(60)]
    ends = [date + (10 if place < 30 else 60) * DAY for place, date in enumerate(dates)]
    for at, end in enumerate(
        map(datetime.date.fromisoformat, ("2021-04-01", "2021-07-01", "2021-10-01", "2022-01-01"))
    ):
        assert waiting[at] == sum(date < end <= gone for date, gone in zip(dates, ends, strict=True))


def test_days_may_be_counted_from_the_decision(tmp_path: Path) -> None:
    """Decided in a day and served in ten or sixty: nine days from the decision are within nine, ten are not."""
    made = _asking(2021, 30, "east")
    study = toy_study()
    built = register(tmp_path, study, 1, contacts=contacts(made[0]), relationships=relationships(made[1]))
    served = {
        (since, days): count(ANALYSIS, WaitingParams(since=since, within_days=days), built, study)["areas"]["served"]
        for since, days in (("contact", 9), ("contact", 10), ("decision", 9), ("decision", 8))
    }  # fmt: skip
    assert {key: int(found.sum()) for key, found in served.items()} == {
        ("contact", 9): 0, ("contact", 10): 30, ("decision", 9): 30, ("decision", 8): 0,
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_say_what_the_tables_hold(language: str, slower: ReleasedResult) -> None:
    names = {
        "areas": {"east": "Itäinen", "west": "Läntinen"},
        "services": {"early": "Varhainen", "special": "Erityinen"},
    }
    say = Say(language, read_texts(ANALYSIS.messages), names)  # type: ignore[arg-type]
    drawn = {name: chart(slower, say) for name, chart in ANALYSIS.charts.items()}
    for name, chart in drawn.items():
        assert not lint_figure(figure(chart)), name
    assert not any(isinstance(drawn[name].form, Notice) for name in ("progress", "services", "areas"))
    services = drawn["services"].form
    assert isinstance(services, Dumbbell)
    assert [row.colour for row in services.rows] == ["special", "neutral"]
    assert "Varhainen" in drawn["services"].headline
    assert "Itäinen" in drawn["areas"].headline


def test_the_demos_waits_by_another_route() -> None:
    """Those of the last two years, contact by contact: the first start in the service on the day or later."""
    town = contacted_town()
    end = int(np.datetime64(town.study.window.end).astype(int))
    rows = town.contacts[(town.contacts["client"] >= 0) & (town.contacts["date"] >= end - 730)]
    spells = {key: part.to_numpy() for key, part in town.starts.groupby(["client", "service"])[["start", "end"]]}
    served, waits = 0, set()
    asking = rows[~rows["outcome"].isin(["redirected", "advice", "no_need", "withdrew"])]
    for client, service, date in zip(asking["client"], asking["service"], asking["date"], strict=True):
        own = spells.get((client, service), np.zeros((0, 2)))
        if ((own[:, 0] < date) & (own[:, 1] > date)).any():
            continue
        later = own[own[:, 0] >= date, 0]
        first = int(later.min()) if len(later) else -1
        if (client, service, first) in waits:
            continue
        waits.add((client, service, first))
        served += int(0 <= first - date <= FOLLOWED_DAYS and first < end)
    counts = count(ANALYSIS, WaitingParams(), town.register, town.study)
    derive(town.register, town.study, ["waits"])
    sql = f"SELECT fate, count(*) FROM read_parquet({town.register.files('waits', study=town.study)}) WHERE date >= " \
          f"DATE '1970-01-01' + {end - 730} GROUP BY ALL"  # fmt: skip
    found = dict(duckdb.sql(sql).fetchall())
    assert found["service"] == served > 200
    assert found["service"] + found["waiting"] == len(waits)
    fates = pd.Series(counts["fates"]["waits"].to_numpy(), counts["fates"]["fate"])
    assert fates.sum() <= sum(found.values())

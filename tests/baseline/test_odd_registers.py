"""Registers of an odd shape: every room of the wing gives numbers, or says in words that there are none."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from kumppanuus import pipeline
from kumppanuus.analysis import Analysis
from kumppanuus.baseline import ROOMS, caseload, fragmentation, money, pain_points, timeliness, waiting
from kumppanuus.baseline.shared_support import ANALYSIS as SHARED
from kumppanuus.baseline.waiting.charts import _queue_headline
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import Released, ReleasedResult
from kumppanuus.drawing import Lines, figure, lint_figure
from kumppanuus.forms.run_chart import Course
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.methods.runs import signals as runs
from kumppanuus.report.exhibits import exhibits
from kumppanuus.resources import spending
from kumppanuus.study import Study
from tests.register.test_clocks import contacts
from tests.studies import clients, register, relationships, toy_study

DAY = datetime.timedelta(1)
FIRST = datetime.date(2021, 1, 11)
Contact = tuple[int | str | None, ...]


def _asked(n: int, outcome: str | None = "service", first: datetime.date = FIRST) -> list[Contact]:
    """Contacts of as many families, two to a day: decided in two days, assessed in twenty."""
    days = [first + place // 2 * DAY for place in range(n)]
    return [
        (place + 1, str(day), "contact", ("early", "special")[place % 2], str(day + 2 * DAY), str(day + 20 * DAY),
         outcome, ("east", "west")[place % 2])
        for place, day in enumerate(days)
    ]  # fmt: skip


def _released(folder: Path, study: Study, rooms: tuple[Analysis, ...], **tables: pa.Table) -> Released:
    built = register(folder, study, 1, **tables)
    able = [room for room in rooms if not pipeline.missing_tables(room, built.given)]
    results = pipeline.results_of(able, built, study)
    board = {
        room.key: gatherer(room, pipeline.room_params(room, study), rooms, built.given) for room in able if room.gather
    }
    missing = {room.key: pipeline.missing_tables(room, built.given) for room in rooms if room not in able}
    return release(results, study.disclosure, missing=missing, show=set(results), gather=board)


def _room(folder: Path, room: Analysis, study: Study, **tables: pa.Table) -> tuple[ReleasedResult, Say]:
    released = _released(folder, study, (room,), **tables).results[room.key]
    return released, Say("fi", read_texts(room.messages), {"services": {"early": "Varhainen", "special": "Erityinen"}})


def _goals(rows: list[tuple[int, str, str]]) -> pa.Table:
    number, days, assessed = zip(*rows, strict=True)
    return pa.table(
        {
            "client": pa.array(number, pa.uint64()),
            **{name: pa.array(map(datetime.date.fromisoformat, each), pa.date32())
               for name, each in (("date", days), ("assessed", assessed))},
            "outcome": ["met"] * len(rows),
        }
    )  # fmt: skip


def test_seven_months_of_people_of_no_known_age(tmp_path: Path) -> None:
    """No full year, no clients, no outcomes, goals assessed on the day they were set, one worker for all."""
    study = toy_study(window={"from": "2021-01-01", "to": "2021-07-31"})
    stays = relationships([(n, ("early", "special", "corrective")[n % 3], "2021-02-01", None) for n in range(1, 121)])
    worker = pa.array([7] * len(stays), pa.uint64())
    visits = pa.table({"client": stays["client"], "service": stays["service"], "date": stays["start"],
                       "visits": pa.array([1] * len(stays), pa.int64()), "worker": worker})  # fmt: skip
    goals = _goals([(n, "2021-03-01", "2021-03-01") for n in range(1, 61)])
    released = _released(
        tmp_path, study, (*ROOMS, spending.ANALYSIS), contacts=contacts(_asked(120, None)), visits=visits, goals=goals,
        relationships=stays.append_column("worker", worker),
    )  # fmt: skip
    shown = exhibits(released, (*ROOMS, spending.ANALYSIS), speaker(study, "fi"))
    texts = [(each.key, each.chart.headline, each.chart.alt) for each in shown]
    assert {each.analysis.key for each in shown} == {*released.results}
    assert not [key for key, *words in texts if any({"nan", "None"} & {*text.split()} for text in words)]
    compared = next(headline for key, headline, _ in texts if key.endswith("coverage/compared"))
    assert "asukkaita" not in compared  # what lacks are ages, not inhabitants
    assert released.results[pain_points.ANALYSIS.key]["signals"].empty


def test_without_outcomes_nobody_is_said_to_be_sent_on_or_not(tmp_path: Path) -> None:
    stays = relationships([(n, "early", "2021-02-01", None) for n in range(1, 121)])
    tables = {"relationships": stays, "contacts": contacts(_asked(120, None))}
    released, say = _room(tmp_path, fragmentation.ANALYSIS, toy_study(), **tables)
    assert released["doors"].empty
    assert released["sent_on"].empty
    assert not [signal for signal in fragmentation.ANALYSIS.signals(released) if signal.name == "bounce"]
    for name in ("redirected", "handoffs"):
        assert "0\u00a0%" not in fragmentation.ANALYSIS.charts[name](released, say).headline


def test_contacts_that_end_before_the_last_full_year(tmp_path: Path) -> None:
    study = toy_study(window={"from": "2020-01-01", "to": "2022-12-31"})
    released, say = _room(tmp_path, timeliness.ANALYSIS, study, contacts=contacts(_asked(120)))
    assert released["fates"].empty
    chart = timeliness.ANALYSIS.charts["quarters"](released, say)
    assert isinstance(chart.form, Lines)
    assert not lint_figure(figure(chart))


def test_a_year_cut_by_the_window_is_no_year_to_compare_with(tmp_path: Path) -> None:
    study = toy_study(window={"from": "2020-01-01", "to": "2021-12-31", "year_starts": "08-01"})
    asked = [*_asked(120), *((int(row[0] or 0) + 200, *row[1:]) for row in _asked(120, first=FIRST + 250 * DAY))]
    released, _ = _room(tmp_path, timeliness.ANALYSIS, study, contacts=contacts(asked))
    assert set(released["years"]["year"]) == {"2020/21"}
    assert set(released["quarters"]["quarter"]) == {"2021 Q1", "2021 Q3", "2021 Q4"}  # both years are in the quarters


def test_goals_assessed_on_the_day_they_were_set_or_before(tmp_path: Path) -> None:
    rows = [(n, "2020-03-01", "2020-03-01" if n % 2 else "2020-02-01") for n in range(1, 61)]
    tables = {"relationships": relationships([]), "goals": _goals(rows)}
    released, _ = _room(tmp_path, SHARED, toy_study(), **tables)
    waits = released["waits"].dropna(subset=["share"]).set_index("time")["share"]
    assert waits[waits.index > 0].eq(1.0).all()


def test_what_one_worker_has_is_not_told(tmp_path: Path) -> None:
    children = range(1, 61)
    stays = relationships([(n, "corrective", "2020-01-01", None) for n in children])
    for workers in (1, 3):
        held = stays.append_column("worker", pa.array([n % workers for n in children], pa.uint64()))
        homes = clients([(n, 64 * n, "2012-05-05") for n in children])
        released, say = _room(
            tmp_path / str(workers), caseload.ANALYSIS, toy_study(), relationships=held, clients=homes
        )
        assert released["days"]["workers"].isna().all() == (workers == 1)
        assert isinstance(caseload.ANALYSIS.charts["load"](released, say).form, Lines) == (workers == 3)


def test_a_queue_as_long_as_usual_is_not_said_to_be_longer() -> None:
    """Points on the median do not end a shift above it; the last one alone is as long as usual."""
    released: Any = {"ages": pd.DataFrame(columns=["waiting", "long_waiting"])}
    say = Say("fi", read_texts(waiting.ANALYSIS.messages))
    for last, way in ((15.0, "none"), (21.0, "above")):
        values = (9.0,) * 5 + (21.0,) * 6 + (last,)
        course = Course(tuple(map(str, range(12))), values, 15.0, False, None, runs(values, 15.0))
        assert course.now is not None
        words = {"n": say.about(last), "median": say.about(15.0)}
        assert _queue_headline(course, released, say) == say(f"queue.headline.{way}", **words)


def test_costs_of_which_a_level_is_hidden_are_told_without_a_judgement(tmp_path: Path) -> None:
    """Two families have half of the costs: what chance does to their change is not known, which is no "no change"."""
    rows = [(n, "early", f"{year}-05-01", 10_000 * (year - 2019)) for n in range(1, 61) for year in (2020, 2021)]
    rows += [(n, "corrective", f"{year}-05-01", 300_000 * (year - 2019)) for n in (71, 72) for year in (2020, 2021)]
    who, what, days, cents = zip(*rows, strict=True)
    costs = pa.table({"client": pa.array(who, pa.uint64()), "service": list(what),
                      "date": pa.array(map(datetime.date.fromisoformat, days), pa.date32()),
                      "cost_cents": pa.array(cents, pa.int64())})  # fmt: skip
    tables = {"relationships": relationships([]), "costs": costs}
    released = _released(tmp_path, toy_study(), (money.ANALYSIS, spending.ANALYSIS), **tables).results["baseline.money"]
    assert released["levels"].set_index(["level", "year"]).loc["corrective", "cost_eur"].isna().all()
    say = Say("fi", read_texts(money.ANALYSIS.messages))
    words = {"first": "2020", "last": "2021", "before": say.euros(12_000), "cost": say.euros(24_000)}
    assert money.ANALYSIS.charts["growth"](released, say).headline == say("growth.headline.untold", **words)

"""baseline.data_quality: registers worked by hand, buckets, missing columns, and charts that keep their word."""

from __future__ import annotations

import dataclasses
import datetime
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import drawing, pipeline
from kumppanuus.baseline.data_quality import ANALYSIS
from kumppanuus.baseline.data_quality.compute import FIELDS, DataQualityParams, DataQualityResult
from kumppanuus.baseline.data_quality.spans import spans_of
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Lines, Notice, StackedBars
from kumppanuus.intake import read_extracts
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.engine import count
from kumppanuus.register.store import build_register
from kumppanuus.study import load_study
from tests.studies import three_services

Row = Mapping[str, Any]

STUDY = three_services("2022-12-31")
SERVICES = ("open", "family_work", "placement", "unknown")
DAYS = ("start", "end", "birth_date", "date", "recorded")
NUMBERS = ("client", "family")
RELATIONSHIP = ("client", "service", "start", "end", "end_reason", "production", "area", "worker", "recorded")


def day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def table(rows: Sequence[Row], *columns: str) -> pa.Table:
    """A canonical table of these columns; a name that a row lacks is empty."""
    arrays = {}
    for name in columns:
        values = [row.get(name) for row in rows]
        if name in DAYS:
            arrays[name] = pa.array([day(v) if isinstance(v, str) else v for v in values], pa.date32())
        else:
            arrays[name] = pa.array(values, pa.uint64() if name in (*NUMBERS, "worker") else pa.string())
    return pa.table(arrays)


def relationships(*rows: Row) -> pa.Table:
    return table(rows, *RELATIONSHIP)


def clients(*rows: Row) -> pa.Table:
    return table(rows, "client", "family", "birth_date", "sex", "area")


def row(client: int, service: str, start: str, end: str | None = None, **more: Any) -> Row:
    return {"client": client, "service": service, "start": start, "end": end, **more}


def counted(tables: Mapping[str, pa.Table], *, by_bucket: bool = False) -> dict[str, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        register = build_register(tables, STUDY, Path(folder) / "register", buckets=3)
        return count(ANALYSIS, DataQualityParams(), register, STUDY, by_bucket=by_bucket)


def result(tables: Mapping[str, pa.Table]) -> DataQualityResult:
    context = pipeline.context_of(STUDY, frozenset(tables))
    return ANALYSIS.compute(counted(tables), DataQualityParams(), context)  # type: ignore[return-value]


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


CLIENTS = clients(
    {"client": 1, "family": 101, "birth_date": "2012-05-05", "sex": "female"},
    {"client": 2, "family": 101, "birth_date": "2014-05-05"},
    {"client": 3, "family": 103, "area": "north"},
    {"client": 4},
)
TEN = relationships(
    row(1, "open", "2019-12-31", "2020-02-01", end_reason="goal_met", area="north"),  # starts before the window
    row(1, "family_work", "2020-03-01", "2020-04-01", production="own"),
    row(2, "family_work", "2020-03-01", None),  # same day, same family: one day of the family
    row(3, "family_work", "2020-03-15", "2020-03-16", worker=7),
    row(3, "placement", "2022-01-01", None, recorded="2021-12-20"),
    row(4, "placement", "2021-12-31", "2023-01-01", recorded="2022-01-07"),  # ends on the last day of the window
    row(4, "open", "2020-05-05", "2023-02-01", recorded="2020-08-30"),  # open at the end of the window
    row(4, "unknown", "2022-12-31", None, recorded="2022-12-31"),
    row(2, "open", "2015-03-03", None),
    row(3, "open", "2021-06-30", "2022-06-30", end_reason="moved", recorded="2021-07-08"),
)
HAND = {"clients": CLIENTS, "relationships": TEN}


class TestTenRows:
    """Every number here is counted by hand from TEN and CLIENTS."""

    found = property(lambda self: result(HAND))

    def test_starts_and_ends(self) -> None:
        # Starts: all but the rows of 2019 and 2015. Ends on 31.1. and 31.3.2020, 15.3.2020, 31.12. and 29.6.2022.
        assert rows(self.found.all_turns, "flow", "relationships", "events", "persons", "families") == [
            ("starts", 8, 7, 4, 3),
            ("ends", 5, 5, 3, 3),
        ]

    def test_every_month_of_the_window_is_there(self) -> None:
        months = self.found.all_months
        assert len(months) == 2 * 36
        assert months["days_seen"].sum() == 2 * 1096
        starts = months[(months["flow"] == "starts") & (months["relationships"] > 0)]
        assert rows(starts, "month", "relationships", "persons", "families") == [
            ("2020-03", 3, 3, 2),
            ("2020-05", 1, 1, 1),
            ("2021-06", 1, 1, 1),
            ("2021-12", 1, 1, 1),
            ("2022-01", 1, 1, 1),
            ("2022-12", 1, 1, 1),
        ]
        ends = months[(months["flow"] == "ends") & (months["relationships"] > 0)]
        assert rows(ends, "month", "relationships") == [("2020-01", 1), ("2020-03", 2), ("2022-06", 1), ("2022-12", 1)]

    def test_levels_add_up_to_all_and_one_that_nobody_uses_is_absent(self) -> None:
        found = self.found
        added = found.level_months.groupby(["flow", "month"], sort=False)["relationships"].sum()
        assert added.tolist() == found.all_months["relationships"].tolist()
        starts = found.level_months[found.level_months["flow"] == "starts"]
        assert starts["level"].drop_duplicates().tolist() == ["universal", "early", "corrective", "unknown"]
        ends = found.level_months[found.level_months["flow"] == "ends"]
        assert ends["level"].drop_duplicates().tolist() == ["universal", "early", "corrective"]

    def test_quarters(self) -> None:
        found = self.found
        assert len(found.all_quarters) == 12
        assert found.all_quarters["days_seen"].tolist()[:2] == [91, 91]
        early = found.service_quarters[found.service_quarters["service"] == "family_work"]
        assert early["quarter"].tolist()[:2] == ["2020 Q1", "2020 Q2"]
        assert early["relationships"].tolist() == [3] + [0] * 11
        assert found.service_quarters["service"].drop_duplicates().tolist() == list(SERVICES)

    def test_open_on_the_last_day(self) -> None:
        found = self.found
        # Client 4's placement ends with the window: seen to end. Her other two relationships are open.
        assert rows(found.open_clients, "persons", "families") == [(3, 3)]
        assert (
            rows(found.open_times, "service", "open_time", "persons", "families")
            == [
                ("open", "from_2", 1, 1),  # client 4: 970 days
                ("open", "over_4", 1, 1),  # client 2: since 2015
                ("family_work", "from_2", 1, 1),
                ("placement", "under_1", 1, 1),  # client 3: 1.1.2022 to 31.12.2022 = 365 days
                ("unknown", "under_1", 1, 1),
            ]
            or found.open_times["open_time"].tolist()[3] == "from_1"
        )

    def test_a_full_year_is_a_year(self) -> None:
        times = self.found.open_times
        assert times.loc[times["service"] == "placement", "open_time"].tolist() == ["from_1"]

    def test_seen_to_end(self) -> None:
        closed = self.found.closed_services
        assert rows(closed, "service", "persons", "families", "persons_long") == [
            ("open", 2, 2, 0),
            ("family_work", 2, 2, 0),
            ("placement", 1, 1, 0),
        ]

    def test_heaps(self) -> None:
        heaps = self.found.heaps
        assert rows(heaps[heaps["flow"] == "starts"], "kind", "calendar_days", "window_days", "events") == [
            ("first_of_month", 33, 1096, 1),  # 1.3.2020, once for two sisters
            ("last_of_month", 33, 1096, 1),  # 30.6.2021
            ("first_of_year", 3, 1096, 1),
            ("last_of_year", 3, 1096, 2),
            ("other", 1024, 1096, 2),
        ]
        # The last day of a relationship is the day before its stored end.
        ends = heaps[heaps["flow"] == "ends"]
        assert rows(ends, "kind", "events") == [
            ("first_of_month", 0),
            ("last_of_month", 2),
            ("first_of_year", 0),
            ("last_of_year", 1),
            ("other", 2),
        ]
        assert ends["calendar_days"].sum() == 1096

    def test_delays(self) -> None:
        found = self.found
        assert rows(found.recorded, "table", "dated", "persons", "families") == [("relationships", 5, 2, 2)]
        assert rows(found.delays, "delay", "dated") == [("before", 1), ("days_7", 2), ("days_30", 1), ("later", 1)]

    def test_fields(self) -> None:
        fields = self.found.fields
        of_clients = fields[fields["table"] == "clients"]
        assert rows(of_clients, "field", "rows", "filled") == [
            ("family", 4, 3),
            ("birth_date", 4, 2),
            ("sex", 4, 1),
            ("area", 4, 1),
        ]
        of_rows = fields[fields["table"] == "relationships"]
        assert rows(of_rows, "field", "rows", "filled", "persons_filled") == [
            ("area", 10, 1, 1),
            ("service", 10, 9, 4),
            ("end_reason", 5, 2, 2),  # of those that ended in the window
            ("production", 10, 9, 4),  # the catalogue's own where the row has none; an unknown service has none
            ("worker", 10, 1, 1),
            ("recorded", 10, 5, 2),
        ]
        assert set(fields["table"]) == {"clients", "relationships"}

    def test_families(self) -> None:
        found = self.found
        assert rows(found.everyone, "persons", "families") == [(4, 3)]
        assert rows(found.memberships, "membership", "persons", "families") == [
            ("several", 2, 1),
            ("alone_given", 1, 1),
            ("alone_none", 1, 1),
        ]


def test_contacts_without_a_client_are_rows_without_people() -> None:
    contacts = table(
        [{"client": 1, "date": "2020-01-05", "recorded": "2020-01-05"}, {"date": "2020-02-05", "outcome": "started"}],
        "client", "date", "sender", "outcome", "recorded",
    )  # fmt: skip
    found = result({**HAND, "contacts": contacts}).fields
    of_contacts = found[found["table"] == "contacts"]
    assert rows(of_contacts, "field", "rows", "persons", "filled", "persons_filled") == [
        ("client", 2, 1, 1, 1),
        ("sender", 2, 1, 0, 0),
        ("outcome", 2, 1, 1, 0),
        ("recorded", 2, 1, 1, 1),
    ]


def test_zero_rows() -> None:
    found = result({"relationships": relationships()})
    for name, declared in DataQualityResult.tables().items():
        frame = getattr(found, name)
        assert frame.empty, name
        assert list(frame.columns) == list(declared.columns)
    assert release({ANALYSIS.key: found}, STUDY.disclosure).results[ANALYSIS.key].status == "empty"


def kind_of(last: datetime.date) -> str:
    if (last.month, last.day) in ((1, 1), (12, 31)):
        return "first_of_year" if last.month == 1 else "last_of_year"
    if last.day == 1:
        return "first_of_month"
    return "last_of_month" if (last + datetime.timedelta(1)).day == 1 else "other"


_DAYS = st.integers(-900, 1200).map(lambda days: datetime.date(2020, 1, 1) + datetime.timedelta(days))
_EDGE = st.builds(datetime.date, st.integers(2018, 2023), st.sampled_from([1, 2, 3, 12]), st.sampled_from([1, 28]))
_SPELL = st.tuples(st.integers(1, 9), st.sampled_from(SERVICES), _DAYS | _EDGE, st.none() | st.integers(1, 1900))


@settings(max_examples=6, deadline=None)
@given(st.lists(_SPELL, max_size=60, unique_by=lambda each: each[:3]))
def test_starts_and_ends_are_what_sets_of_people_say(drawn: list[Any]) -> None:
    """Month by month, level by level, quarter by quarter and by kind of day: clients in families of three."""
    levels = {"open": "universal", "family_work": "early", "placement": "corrective", "unknown": "unknown"}
    rows_given, turns = [], []
    for client, service, start, length in drawn:
        end = None if length is None else start + datetime.timedelta(length)
        rows_given.append({"client": client, "service": service, "start": start, "end": end})
        turns.append(("starts", client, service, start))
        turns += [("ends", client, service, end - datetime.timedelta(1))] if end else []
    turns = [each for each in turns if datetime.date(2020, 1, 1) <= each[3] <= datetime.date(2022, 12, 31)]
    people = clients(*({"client": each, "family": 100 + each // 3} for each in range(1, 10)))
    counts = counted({"clients": people, "relationships": relationships(*rows_given)})

    def expected(*key: str) -> dict[tuple[str, ...], tuple[int, int, int]]:
        found: dict[tuple[str, ...], list[int]] = {}
        for flow, client, service, last in turns:
            words = {
                "flow": flow, "service": service, "level": levels[service], "month": f"{last:%Y-%m}",
                "quarter": f"{last.year} Q{(last.month + 2) // 3}", "kind": kind_of(last),
            }  # fmt: skip
            if flow == "starts" or "quarter" not in key:
                found.setdefault(tuple(words[each] for each in key), []).append(client)
        return {each: (len(who), len({*who}), len({one // 3 for one in who})) for each, who in found.items()}

    for name, key in {
        "all_turns": ("flow",), "all_months": ("flow", "month"), "level_months": ("flow", "level", "month"),
        "all_quarters": ("quarter",), "service_quarters": ("service", "level", "quarter"),
    }.items():  # fmt: skip
        frame = counts[name][counts[name]["relationships"] > 0]
        assert {each[: len(key)]: each[len(key) :] for each in rows(
            frame, *key, "relationships", "persons", "families"
        )} == expected(*key), name  # fmt: skip
    heaps = counts["heaps"][counts["heaps"]["events"] > 0]
    assert {each[:2]: each[2:] for each in rows(heaps, "flow", "kind", "persons", "families")} == {
        key: value[1:] for key, value in expected("flow", "kind").items()
    }
    days = {(flow, client // 3, last) for flow, client, _, last in turns}
    assert heaps["events"].sum() == counts["all_turns"]["events"].sum() == len(days)


# ---------------------------------------------------------------------------------------------------------------
# Charts


def town(
    monthly: int = 24, *, gap: tuple[str, ...] = (), only: Mapping[str, tuple[str, str]] | None = None,
    stay_days: int | None = 60, days: Sequence[int] = tuple(range(2, 26)), recorded: int | None = None,
    never_closed: int = 0, families: bool = True,
) -> dict[str, pa.Table]:  # fmt: skip
    """A register in which `monthly` clients a month start in each service, on `days` of the month in turn.

    gap : months in which nobody starts. only : service → first and last month of its starts. never_closed : clients of
    family work who began in 2017 and have no end.
    """
    made: list[Row] = []
    for month in pd.period_range("2020-01", "2022-12", freq="M"):
        for service in SERVICES[:3]:
            first, last = (only or {}).get(service, ("2000-01", "2100-01"))
            if str(month) in gap or not first <= str(month) <= last:
                continue
            for place in range(monthly):
                start = datetime.date(month.year, month.month, days[place % len(days)])
                made.append({
                    "client": len(made) + 1, "service": service, "start": start, "production": "own",
                    "end": start + datetime.timedelta(stay_days) if stay_days else None,
                    "recorded": None if recorded is None else start + datetime.timedelta(recorded),
                })  # fmt: skip
    made += [row(len(made) + 1 + place, "family_work", "2017-05-10") for place in range(never_closed)]
    numbers = [{"client": each["client"], "family": 1_000_000 + each["client"] // 2} for each in made]
    tables = {"relationships": relationships(*made)}
    return {**tables, "clients": clients(*numbers)} if families else tables


def released(tables: Mapping[str, pa.Table]) -> ReleasedResult:
    return release({ANALYSIS.key: result(tables)}, STUDY.disclosure).results[ANALYSIS.key]


def say(language: str = "en") -> Say:
    return speaker(STUDY, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def drawn(name: str, tables: Mapping[str, pa.Table] | ReleasedResult, language: str = "en") -> Chart:
    given_result = tables if isinstance(tables, ReleasedResult) else released(tables)
    chart = ANALYSIS.charts[name](given_result, say(language))
    assert isinstance(chart, Chart)
    return chart


@pytest.fixture(scope="module")
def steady() -> ReleasedResult:
    return released(town(recorded=5))


@pytest.fixture(scope="module")
def messy() -> ReleasedResult:
    return released(
        town(
            gap=("2021-04", "2021-05"), only={"open": ("2000-01", "2021-09"), "placement": ("2021-10", "2100-01")},
            days=(1, 1, 1, 5, 9, 20, 28), never_closed=30, recorded=70,
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def small() -> ReleasedResult:
    return released(town(monthly=1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(ANALYSIS.charts))
@pytest.mark.parametrize("kind", ["steady", "messy", "small"])
def test_every_chart_is_legible(kind: str, name: str, language: str, request: pytest.FixtureRequest) -> None:
    chart = drawn(name, request.getfixturevalue(kind), language)
    assert len(chart.headline) <= 110
    assert drawing.lint_figure(drawing.figure(chart)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", ["starts", "ends"])
@pytest.mark.parametrize("case", ["few_one", "few_several", "many_one", "many_several"])
def test_the_longest_headlines_fit(case: str, flow: str, language: str) -> None:
    speak = say(language)
    words = {"month": "12/2022", "n": speak("word.hidden"), "usual": "1 305", "level": speak("levels.universal")}
    count_of = {"count": 12} if case.endswith("several") else {}
    assert len(speak(f"{flow}.headline.level_{case}", **words, **count_of)) <= 110


def test_a_steady_register_has_nothing_odd(steady: ReleasedResult) -> None:
    assert drawn("starts", steady).headline.startswith("No gaps among starts")
    assert drawn("services", steady).headline == "No service begins or stops inside the period (services judged 3)"
    assert drawn("heaps", steady).headline == "Starts and ends show no heaping at the turn of months or years"
    form = drawn("starts", steady).form
    assert isinstance(form, Lines)
    assert [line.label for line in form.lines] == ["All", "Universal services", "Early support", "Corrective services"]
    assert form.x_labels[0] == "2020"


def test_a_slow_decline_is_named_though_no_month_stands_out() -> None:
    months = [str(month) for month in pd.period_range("2020-01", "2022-12", freq="M")]
    made = [
        row(number * 1000 + place, "open", f"{month}-10", f"{month}-20")
        for number, month in enumerate(months)
        for place in range(min(100, max(30, 170 - 6 * number)))
    ]
    chart = drawn("starts", {"relationships": relationships(*made)})
    # A year of 100 a month (shown as 99), a year of ever fewer, a year of 30 (27) and slightly more.
    assert chart.headline == "Starts fell to less than half: about 1,188 → 324 a year – are data missing?"
    assert isinstance(chart.form, Lines)
    assert [line.label for line in chart.form.lines] == ["Universal services"]


def test_a_gap_is_named_with_its_months(messy: ReleasedResult) -> None:
    chart = drawn("starts", messy)
    # Two services of 24 a month: 48, shown as 45; nobody in April and May 2021.
    assert chart.headline == "Suspiciously few starts in 2\u00a0months, most clearly 5/2021: 0, when 45 would be usual"
    assert isinstance(chart.form, Lines)
    mark = next(line for line in chart.form.lines if line.label == "Suspiciously few")
    # Open meeting places stop in September 2021 and placements begin in October: their levels are odd before and after.
    assert "1/2020–12/2022" in mark.key
    assert [place for place, value in enumerate(mark.values) if value is not None] == [16]


def test_a_service_that_stops_as_another_begins_is_a_possible_change_of_code(messy: ReleasedResult) -> None:
    chart = drawn("services", messy)
    assert chart.headline == (
        "Open meeting place stops and Placement outside home begins (2021 Q3): did the code change?"
    )
    assert isinstance(chart.form, Dumbbell)
    assert [(each.label, each.start_text, each.end_text, each.colour) for each in chart.form.rows] == [
        ("Open meeting place", "", "2021 Q3", "special"),
        ("Family work", "", "", "neutral"),
        ("Placement outside home", "2021 Q4", "", "special"),
    ]


def test_a_service_that_seldom_starts_is_not_judged() -> None:
    """Two starts a quarter: hidden, so at least one; a year of silence would have a chance of e^-4."""
    frame = pd.DataFrame({"service": "rare", "quarter": [f"q{n}" for n in range(12)], "hidden": [False] * 12})
    days = np.full(12, 91.0)
    (rare,) = spans_of(frame.assign(relationships=[np.nan] * 8 + [0.0] * 4), days)
    assert (rare.stops, rare.judged, rare.last) == (False, False, 7)
    (common,) = spans_of(frame.assign(relationships=[9.0] * 8 + [0.0] * 4), days)
    assert (common.stops, common.judged, common.last) == (True, True, 7)


def test_relationships_that_are_not_closed_are_named(messy: ReleasedResult) -> None:
    # 30 clients since 2017 beside those of the last 60 days; nobody seen to end had lasted four years.
    chart = drawn("open_times", messy)
    assert chart.headline.startswith("Family work: ")
    assert chart.headline.endswith("of the open ones are over 4 years old – are ends recorded?")
    assert isinstance(chart.form, StackedBars)
    label, parts, total = chart.form.rows[0]
    assert label == "Family work"
    assert parts[3].value == 27  # 30 → 27
    assert "(!)" in total


def test_natural_lengths_are_no_fault() -> None:
    # As many of those seen to end had lasted over four years as of those open.
    old = [row(10_000 + place, "family_work", "2015-03-05", "2021-03-05" if place % 2 else None) for place in range(80)]
    chart = drawn("open_times", {"relationships": relationships(*old)})
    assert chart.headline.startswith("About 100% of open relationships have lasted over 4 years")


def test_first_days_of_the_month_are_a_heap(messy: ReleasedResult) -> None:
    chart = drawn("heaps", messy)
    assert isinstance(chart.form, Dumbbell)
    first = chart.form.rows[0]
    assert first.colour == "special"
    assert first.end is not None
    assert chart.headline.startswith(f"{round(first.end * 100)}% of starts are recorded on the 1st of a month")
    assert first.start == pytest.approx(33 / 1096)


def test_delay_is_read_off_classes(steady: ReleasedResult, messy: ReleasedResult) -> None:
    quick = drawn("delays", steady).headline
    assert quick == "Within 30\u00a0days 100% of started relationships are recorded in the system"
    slow = drawn("delays", messy)
    assert slow.headline == "Recording is slow: only 0% of started relationships are in the system within 30\u00a0days"
    assert "half 31–90\u00a0days" in slow.footer


def test_without_a_day_of_recording_the_delay_is_not_known_and_not_zero(small: ReleasedResult) -> None:
    chart = drawn("delays", small)
    assert isinstance(chart.form, Notice)
    assert chart.headline == "The delay of recording is not known: the extracts lack the day of recording"


def test_fields_that_nobody_gave_are_said_apart_from_empty_ones(steady: ReleasedResult) -> None:
    chart = drawn("fields", steady)
    assert isinstance(chart.form, Bars)
    texts = {(bar.label, bar.text) for bar in chart.form.bars}
    assert ("Responsible worker", "not given") in texts
    assert ("Day of recording", "(nearly) all") in texts
    assert chart.headline == "The fields given are filled on nearly every row; fields missing altogether: 6"


def test_many_columns_of_many_tables_fit_on_one_chart(steady: ReleasedResult) -> None:
    """Four tables leave room for fourteen columns beneath their names; the fullest give way."""
    given_table = steady.tables["fields"]
    row = given_table.frame[given_table.frame["share"].notna()].iloc[[0]]
    pairs = [(table, field) for table in ("relationships", "contacts", "visits", "clients") for field in FIELDS[:5]]
    frame = pd.concat([row.assign(table=table, field=field) for table, field in pairs], ignore_index=True)
    many = dataclasses.replace(given_table, frame=frame)
    chart = drawn("fields", dataclasses.replace(steady, tables={**steady.tables, "fields": many}))
    assert isinstance(chart.form, Bars)
    assert (len(chart.form.bars), len(chart.form.groups)) == (14, 3)
    assert "6" in chart.footer


def test_the_least_filled_field_is_the_finding() -> None:
    tables = town()
    numbers = tables["clients"]
    sexes = pa.array([("female" if place % 2 else None) for place in range(len(numbers))])
    chart = drawn("fields", {**tables, "clients": numbers.set_column(3, "sex", sexes)})
    assert chart.headline == "Sex is filled on a part of the rows only: 50% of clients"


def test_families_of_one_and_without_numbers(steady: ReleasedResult) -> None:
    # Clients 2 and 3, 4 and 5, … share a number; the first is alone in hers, hidden with the last.
    assert drawn("families", steady).headline == "The size of families cannot be shown in full: some numbers are hidden"
    alone = drawn("families", town(families=False))
    assert alone.headline == "No family numbers were given: every client counts as a family of their own"


def test_a_small_register_says_so_in_words(small: ReleasedResult) -> None:
    # Three starts a month: hidden one and all.
    for name in ("starts", "ends", "services"):
        chart = drawn(name, small)
        assert isinstance(chart.form, Notice), name
    assert "cannot be" in drawn("starts", small).headline


def test_no_ends_at_all() -> None:
    chart = drawn("ends", town(stay_days=None))
    assert isinstance(chart.form, Notice)
    assert "Is the end date in the extract?" in chart.form.lines[0]


def test_a_hidden_month_is_1_to_6_and_no_more(steady: ReleasedResult) -> None:
    from kumppanuus.baseline.data_quality.shown import read_counts

    middle, low, high = read_counts(pd.Series([np.nan, 0.0, 9.0, np.nan]), np.array([True, True, True, False]))
    assert middle[:3].tolist() == [3, 0, 9]
    assert low[:3].tolist() == [1, 0, 7]
    assert high[:3].tolist() == [6, 0, 12]
    assert np.isnan([middle[3], low[3], high[3]]).all()


def test_the_demo_is_counted_as_its_truth_says(demo_folder: Path, tmp_path: Path) -> None:
    """Starts a year by service, unknown services that were planted, nothing odd where nothing odd was made."""
    truth = json.loads((demo_folder / "totuus.json").read_text(encoding="utf-8"))
    study = load_study(demo_folder / "kumppanuus.toml")
    intake = read_extracts(study, bytes(32), quarantine=tmp_path / "quarantine")
    register = build_register(intake.tables, study, tmp_path / "register", families=intake.families)
    counts = count(ANALYSIS, DataQualityParams(), register, study)
    found = ANALYSIS.compute(counts, DataQualityParams(), pipeline.context_of(study, register.given))
    quarters = found.service_quarters.assign(year=found.service_quarters["quarter"].str[:4])  # type: ignore[attr-defined]
    by_year = quarters.groupby(["service", "year"])["relationships"].sum()
    for service, known in truth["services"].items():
        assert by_year[service].to_dict() == known["arrivals_by_year"], service
    planted = truth["planted_faults"]["relationships"]["unknown_service"]
    fields = found.fields.set_index(["table", "field"])  # type: ignore[attr-defined]
    service = fields.loc[("relationships", "service")]
    assert service["rows"] - service["filled"] == planted
    assert by_year["unknown"].sum() == planted
    assert fields.loc[("relationships", "recorded"), "filled"] == 0
    assert found.everyone["persons"].tolist() == [truth["counts"]["people_in_client_register"]]  # type: ignore[attr-defined]
    given_result = release({ANALYSIS.key: found}, study.disclosure).results[ANALYSIS.key]
    speak = speaker(study, "en").with_texts(read_texts(ANALYSIS.messages))
    headlines = {name: chart(given_result, speak).headline for name, chart in ANALYSIS.charts.items()}
    assert headlines["starts"].startswith("No gaps")
    assert headlines["ends"].startswith("No gaps")
    assert headlines["services"].startswith("No service begins or stops")
    assert headlines["heaps"].startswith("Starts and ends show no heaping")
    assert headlines["open_times"].endswith("ends do not seem to be left unrecorded")

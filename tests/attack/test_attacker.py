"""The attacker herself: what is badly protected she breaks, what she believes is true."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from benchmarks.attack import reruns
from benchmarks.attack.across import FORMS
from benchmarks.attack.book import Book
from benchmarks.attack.bounds import attack, propagate
from benchmarks.attack.curves import curve_finds
from benchmarks.attack.figures import figure_finds, money_finds
from benchmarks.attack.meaning import COVERAGE, NETWORK, QUALITY, SPENDING, book_of
from benchmarks.attack.orders import dealt_anew, order_finds
from benchmarks.attack.papers import numbers_in, paper_finds, secret_numbers, text_of, workbook_finds
from benchmarks.attack.publish import Case, publish, write
from benchmarks.attack.town import random_town
from kumppanuus import pipeline
from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.wings import ROOMS
from tests.attack.published import changed, naive, on_event_days, raw_curves

SEED = 14


@pytest.fixture(scope="module")
def case() -> Case:
    return publish(random_town(SEED, 500, 3000))


def _three_in_a_total(total: tuple[float, float]) -> Book:
    """Three hidden parts, somebody in each, and their published total."""
    book = Book()
    parts = book.numbers([("t", "persons", each) for each in "abc"], 1, 1e6, [2, 3, 2], [True] * 3)
    whole = book.numbers([("t", "persons", "all")], *total, 7, False)
    book.adds("parts", whole, parts, [0, 0, 0])
    return book


def test_a_total_of_a_class_of_six_leaves_enough() -> None:
    book = _three_in_a_total((7, 12))
    came = attack(book)
    assert not book.untrue()
    assert came.small == 3
    assert not came.found
    assert came.high[:3].tolist() == [10, 10, 10]


def test_an_exact_total_of_what_is_hardly_more_than_its_parts_tells_them() -> None:
    book = Book()
    parts = book.numbers([("t", "persons", each) for each in "abc"], 1, 1e6, [1, 2, 1], [True] * 3)
    whole = book.numbers([("t", "persons", "all")], 4, 4, 4, False)
    book.adds("parts", whole, parts, [0, 0, 0])
    found = attack(book).found
    assert sorted((each.name[2], each.least, each.most) for each in found) == [("a", 1, 2), ("b", 1, 2), ("c", 1, 2)]


def test_sums_of_every_two_tell_all_three_and_only_the_programme_sees_it() -> None:
    book = Book()
    three = book.numbers([("t", "persons", each) for each in "abc"], 0, 1e6, [2, 2, 2], [True] * 3)
    book.combine("two and two", [(1.0, three), (1.0, np.roll(three, 1))], 4, 4)
    low, high = propagate(book.matrix, book.least, book.most, book.low, book.high, book.whole)
    assert (low.tolist(), high.tolist()) == ([0, 0, 0], [4, 4, 4])
    assert [(each.exact, each.least, each.most) for each in attack(book).found] == [(2, 2, 2)] * 3


def test_the_rest_of_a_part_is_a_group_of_people_too() -> None:
    book = Book()
    whole = book.numbers([("t", "persons", "all")], 13, 14, 13, False)
    part = book.numbers([("t", "persons", "girls")], 12, 12, 12, False)
    book.part("girls are children", part, whole)
    assert [(each.name[0], each.least, each.most) for each in attack(book).found] == [("rest", 1, 2)]


def test_a_belief_that_is_not_true_is_told() -> None:
    assert _three_in_a_total((1, 6)).untrue() == ["bounds of t persons all"]


def test_what_the_attacker_believes_of_towns_is_true(case: Case) -> None:
    assert book_of(case).untrue() == []


def test_the_attacker_copies_every_number_that_is_published(case: Case) -> None:
    assert case.released is not None
    copied = {name[:2] for name in book_of(case).names}
    published = {
        (f"{key}.{name}", column)
        for key, result in case.released.results.items()
        for name, table in result.tables.items() if len(table.frame) and table.declaration.form in (*FORMS, "edges")
        for column in table.declaration.names("persons", "families", "count") if column in table.frame
    }  # fmt: skip
    assert published <= copied


def test_hiding_what_is_small_and_nothing_else_is_broken() -> None:
    rooms = [room for room in ROOMS if room.key in (COVERAGE, NETWORK)]
    book = book_of(changed(publish(random_town(SEED, 500, 3000), rooms), naive), classes=False)
    found = attack(book).found
    assert book.untrue() == []
    assert len(found) >= 5
    assert all(each.least <= each.exact <= each.most for each in found)
    assert any(each.least == each.most for each in found)  # to the last digit


def test_monthly_curves_are_broken(case: Case) -> None:
    kinds = {find.attack for find in curve_finds(changed(case, raw_curves))}
    assert kinds == {"events between points", "level less its services", "one curve in two rooms"}
    assert list(curve_finds(case)) == []


def test_event_days_are_seen(case: Case) -> None:
    assert "event days" in {find.attack for find in curve_finds(changed(case, on_event_days))}


def test_rows_in_the_order_of_exact_numbers_are_seen(case: Case) -> None:
    room = next(room for room in case.rooms if room.key == "baseline.coverage")

    def sorting(counts: object, params: object, context: object) -> object:
        result = room.compute(counts, params, context)
        return dataclasses.replace(result, services=result.services.sort_values("persons", ignore_index=True))

    sorted_room = dataclasses.replace(room, compute=sorting)
    exact = {**case.exact, room.key: sorting(case.counts[room.key], *_settings(case, room.key))}
    leaking = dataclasses.replace(case, rooms=(sorted_room,), exact=exact)
    given = frozenset(case.town.tables)
    assert [find.attack for find in order_finds(leaking, given)] == ["rank order"]
    assert list(order_finds(case, given)) == []


def _settings(case: Case, key: str) -> tuple[object, object]:
    room = next(room for room in case.rooms if room.key == key)
    given = frozenset(case.town.tables)
    return pipeline.room_params(room, case.town.study), pipeline.context_of(case.town.study, given)


def test_numbers_are_dealt_anew_inside_their_class() -> None:
    counts = pd.DataFrame({"service": list("abcd"), "persons": [0.0, 3.0, 7.0, 600.0]})
    anew = dealt_anew(counts, np.random.default_rng(1))["persons"]
    assert anew[0] == 0
    assert (np.ceil(anew / 6) == np.ceil(counts["persons"] / 6)).all()


def test_a_share_that_is_missing_for_a_hidden_reason_is_seen(case: Case) -> None:
    def one_missing(name: str, table: ReleasedTable, exact: pd.DataFrame) -> ReleasedTable:
        if name != f"{QUALITY}.fields":
            return table
        share = table.frame["share"]
        twice = table.frame.duplicated(["rows", "filled"], keep=False) & share.notna()
        first = twice & (np.arange(len(share)) == int(np.flatnonzero(twice)[0]))
        return dataclasses.replace(table, frame=table.frame.assign(share=share.mask(first)))

    assert [find.attack for find in figure_finds(changed(case, one_missing))] == ["absence"]
    assert list(figure_finds(case)) == []


def test_a_share_of_exact_numbers_is_seen(case: Case) -> None:
    def finer(name: str, table: ReleasedTable, exact: pd.DataFrame) -> ReleasedTable:
        if name != f"{QUALITY}.fields":
            return table
        return dataclasses.replace(table, frame=table.frame.assign(share=table.frame["share"] - 0.004))

    assert {find.attack for find in figure_finds(changed(case, finer))} == {"no function of published numbers"}


def test_the_money_of_one_service_less_than_its_level_is_seen() -> None:
    found = []
    for seed in range(1, 40):
        town = publish(random_town(seed, 500, 1500), [room for room in ROOMS if room.key == SPENDING])
        if town.released is None or town.released.results[SPENDING].status != "ok":
            continue
        broken = changed(town, naive)
        book = book_of(broken)
        found += list(money_finds(broken, book, attack(book)))
        if found:
            break
    assert found


def test_a_second_report_without_a_family_is_refused_and_seen_when_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [room for room in ROOMS if room.key in (COVERAGE, NETWORK, "baseline.waiting", "baseline.needs")]
    few = publish(random_town(SEED, 500, 3000), rooms)
    assert list(reruns.rerun_finds(few, 3)) == []
    monkeypatch.setattr(reruns, "refused", lambda *_: False)
    assert {find.attack for find in reruns.rerun_finds(few, 3)} == {"rerun without a family"}


def test_a_workbook_is_searched(tmp_path: Path) -> None:
    file = tmp_path / "tables.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet, other = book.add_worksheet(), book.add_worksheet()
        sheet.write_number(0, 0, 1845.0)
        sheet.write_number(1, 0, 1846.0, book.add_format({"num_format": "#,##0,"}))
        sheet.write_comment(1, 0, "tarkka")
        sheet.write_formula(2, 0, "=A1+1", None, 1846)
        sheet.set_row(5, None, None, {"hidden": True})
        other.hide()
    told = {(find.what) for find in workbook_finds("tables.xlsx", file, frozenset({1845.0}))}
    assert {"a hidden sheet", "a hidden row", "a formula", "a part that no reader sees"} <= told
    assert "2 cells with a number that was not published" in told


def test_numbers_are_found_in_texts() -> None:
    text = text_of('<p title="noin 1&nbsp;846">12 345,5 <b>7</b><style>p{width:99px}</style></p>')
    assert numbers_in(text) == {1846.0, 12345.5, 7.0}


def test_written_files_are_searched(case: Case, tmp_path: Path) -> None:
    try:
        write(case, tmp_path / "report")
    except ValueError:
        pytest.skip("a chart of this town cannot be drawn")
    assert list(paper_finds(case, tmp_path / "report")) == []
    secret = sorted(secret_numbers(case))
    if not secret:
        pytest.skip("no exact number is large enough")
    page = next((tmp_path / "report").glob("*.html"))
    page.write_text(page.read_text(encoding="utf-8") + f"<p>{secret[0]}</p><!-- {secret[0]} -->", encoding="utf-8")
    chart = next((tmp_path / "report" / "charts").glob("*durations-levels.svg"))
    drawn = chart.read_text(encoding="utf-8")
    bent = re.sub(r"( L [\d.]+ [\d.]+)(?=[^>]*-curve-0)", r"\1 L 431.7 222.2", drawn, count=1)
    chart.write_text(bent, encoding="utf-8")
    kinds = {find.attack for find in paper_finds(case, tmp_path / "report")}
    assert kinds == {"exact number in a text", "remark", "line of a chart"}

"""From released results to exhibits: a chart with its finding, the numbers behind it, words for talking about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable, Rules, Status, demand
from kumppanuus.drawing import Board, Chart, Notice
from kumppanuus.errors import DeclarationError
from kumppanuus.language.say import Say
from kumppanuus.report.standing_out import pointed_at
from kumppanuus.report.words import faced, mark_of, plain, say_of_report, say_of_room

MOST_FINDINGS, MOST_PAINS = 8, 3
MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """What one page of the report, one slide, one screen of the workshop shows.

    key : ``wing.room/chart``, the same from run to run.
    name : the chart's name in the declaration; ``notice`` when there is nothing to draw.
    chart : headline, subtitle, footer and form.
    tables : the released tables behind the chart, in the order of the declaration.
    how, method, caveat : texts beside the chart; empty when the room has none.
    questions : what to discuss, at most three.
    status : ``ok``, or why there is nothing to draw.
    number : place in the report, from 1.
    pain : place among the pain points of the board, from 1; 0 when the board does not point at it.
    """

    key: str
    analysis: Analysis
    name: str
    chart: Chart
    tables: tuple[ReleasedTable, ...]
    how: str
    method: str
    caveat: str
    questions: tuple[str, ...]
    status: Status
    number: int
    pain: int = 0

    @property
    def hidden(self) -> int:
        """Number of hidden cells in the tables behind the chart."""
        return sum(table.hidden for table in self.tables)


def exhibits(released: Released, analyses: Sequence[Analysis], say: Say) -> tuple[Exhibit, ...]:
    """Return the exhibits of a run, wing by wing in the order in which the analyses name the wings.

    An analysis without a result in this run has none; one whose table is missing or empty has one that says so. What
    several charts of an analysis would say instead of a picture, in the same words, is said once.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    DeclarationError
        KU901 when a chart names a table its result does not have; KU903 when a text is missing.
    """
    demand(released)
    say = faced(say, released)
    drawn = [
        exhibit
        for analysis in in_wings(analyses)
        if analysis.key in released.results
        for exhibit in _of_analysis(analysis, released.results[analysis.key], released.rules, say)
    ]
    mark, pains = mark_of(say), pointed_at(released, analyses)
    return tuple(
        replace(exhibit, number=number, chart=replace(exhibit.chart, mark=mark), pain=pains.get(exhibit.key, 0))
        for number, exhibit in enumerate(drawn, start=1)
    )


def in_wings(analyses: Sequence[Analysis]) -> list[Analysis]:
    """Return the analyses with those of one wing beside each other."""
    wings = list(dict.fromkeys(analysis.wing for analysis in analyses))
    return sorted(analyses, key=lambda analysis: wings.index(analysis.wing))


def main_findings(shown: Sequence[Exhibit]) -> tuple[Exhibit, ...]:
    """Return at most eight exhibits to open the report with: the first chart of every analysis, then second ones.

    Of more than eight analyses every wing has its turn, and those of one wing are taken from all of its length. Where
    a board of pain points stands, it comes first, with the charts of its three heaviest pain points.
    """
    drawn = [exhibit for exhibit in shown if not isinstance(exhibit.chart.form, Notice)]
    turns: dict[str, int] = {}
    ranked = []
    for exhibit in drawn:
        turn = turns[exhibit.analysis.key] = turns.get(exhibit.analysis.key, 0) + 1
        ranked.append((turn, exhibit.number, exhibit))
    if len(turns) > MOST_FINDINGS:
        first = [exhibit for turn, _, exhibit in ranked if turn == 1]
        board = [exhibit for exhibit in first if isinstance(exhibit.chart.form, Board)]
        pains = sorted((exhibit for exhibit in drawn if exhibit.pain), key=lambda exhibit: exhibit.pain)
        chosen = [*board, *pains[:MOST_PAINS]] if board else []
        told = {exhibit.analysis.key for exhibit in chosen}
        chosen += _over_the_wings(
            [exhibit for exhibit in first if exhibit.analysis.key not in told], MOST_FINDINGS - len(chosen),
            Counter(exhibit.analysis.wing for exhibit in chosen),
        )  # fmt: skip
    else:
        chosen = [exhibit for _, _, exhibit in sorted(ranked, key=lambda each: each[:2])[:MOST_FINDINGS]]
    return tuple(sorted(chosen, key=lambda exhibit: exhibit.number))


def _over_the_wings(firsts: Sequence[Exhibit], most: int, had: Mapping[str, int]) -> list[Exhibit]:
    """Return so many findings of analyses of which not all have one: wings in turn, evenly spread within each.

    A wing that has had some already waits until the others have had as many.
    """
    wings: dict[str, list[Exhibit]] = {}
    for exhibit in firsts:
        wings.setdefault(exhibit.analysis.wing, []).append(exhibit)
    seats = dict.fromkeys(wings, 0)
    while sum(seats.values()) < min(most, len(firsts)):
        open_to = [wing for wing, found in wings.items() if seats[wing] < len(found)]
        least = min(seats[wing] + had.get(wing, 0) for wing in open_to)
        for wing in [wing for wing in open_to if seats[wing] + had.get(wing, 0) == least]:
            seats[wing] += sum(seats.values()) < most
    return [exhibit for wing, found in wings.items() for exhibit in _spread(found, seats[wing])]


def _spread(found: Sequence[Exhibit], count: int) -> list[Exhibit]:
    """Return so many of a row, the first and the last among them when there are two or more."""
    if count < 2:
        return list(found[:count])
    return [found[place * (len(found) - 1) // (count - 1)] for place in range(count)]


def _of_analysis(analysis: Analysis, result: ReleasedResult, rules: Rules, say: Say) -> Iterator[Exhibit]:
    room = say_of_room(analysis, say)
    if result.status != "ok":
        yield _notice(analysis, result, room)
        return
    said: set[str] = set()
    for name, draw in analysis.charts.items():
        tables = _tables(analysis, name, result)
        if name not in analysis.always_drawn and not any(len(table.frame) for table in tables):
            continue
        chart = draw(result, room)
        if not (isinstance(chart.form, Notice) and chart.alt in said):
            yield _drawn(analysis, name, chart, tables, room, rules)
        said.add(chart.alt)


def _drawn(
    analysis: Analysis, name: str, chart: Chart, tables: tuple[ReleasedTable, ...], room: Say, rules: Rules
) -> Exhibit:
    def text(*keys: str) -> str:
        found = next((key for key in keys if room.has(key)), None)
        return plain(room(found, k=rules.k, f=rules.f, base=rules.base, n_min=rules.n_min)) if found else ""

    return Exhibit(
        key=f"{analysis.key}/{name}",
        analysis=analysis,
        name=name,
        chart=chart,
        tables=tables,
        how=text(f"{name}.how", "room.how"),
        method=text(f"{name}.method", "room.method"),
        caveat=text(f"{name}.caveat", "room.caveat"),
        questions=tuple(filter(None, (text(f"{name}.question_{n}") for n in range(1, MOST_QUESTIONS + 1)))),
        status="ok",
        number=0,
    )


def _notice(analysis: Analysis, result: ReleasedResult, room: Say) -> Exhibit:
    """Say in words what a chart cannot show, instead of vanishing or showing zero."""
    report = say_of_report(room)
    tables = ", ".join(room.label("tables", table) for table in result.missing)
    why = plain(room(f"room.{result.status}", tables=tables))
    headline = report(f"report.{result.status}_headline", title=room("room.title"))
    lines = (why, report("report.missing_tables", tables=tables)) if tables and tables not in why else (why,)
    chart = Chart(Notice(lines), headline, room("room.question"), "", " ".join((headline, *lines)))
    return Exhibit(f"{analysis.key}/notice", analysis, "notice", chart, (), "", "", "", (), result.status, 0)


def _tables(analysis: Analysis, name: str, result: ReleasedResult) -> tuple[ReleasedTable, ...]:
    for table in analysis.tables_of(name):
        if table not in result.tables:
            raise DeclarationError("KU901", result=analysis.key, field=table)
    return tuple(result.tables[table] for table in analysis.tables_of(name))

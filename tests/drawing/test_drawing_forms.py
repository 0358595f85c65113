from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from kumppanuus.drawing import (
    Bar,
    Bars,
    Chart,
    Curves,
    Dumbbell,
    DumbbellRow,
    Edge,
    Form,
    Line,
    Lines,
    NetworkColumns,
    Node,
    Notice,
    Segment,
    Series,
    StackedBars,
    figure,
    lint_figure,
)
from kumppanuus.drawing.network_order import Costs, ordered
from kumppanuus.drawing.theme import DASHES, FILL, WORDS, dashes
from tests.drawing.drawing_specs import LEVEL, bars, chart, curves, dumbbell, lines, network, series, stacked


def drawn(form: Form) -> Figure:
    return figure(chart(form))


def named(page: Figure, pattern: str) -> list[Any]:
    return [one for one in page.findobj(Artist) if re.fullmatch(pattern, one.get_gid() or "")]


def words(page: Figure, pattern: str = ".*") -> list[str]:
    return [one.get_text() for one in named(page, pattern) if isinstance(one, Text)]


def dash_of(line: Any) -> tuple[float, ...]:
    _, pattern = line._unscaled_dash_pattern
    return tuple(pattern or ())


class TestCurves:
    def test_shares_and_times_stand_on_their_axes(self) -> None:
        form = Curves((Series("a", "", "early", (0.0, 5.0, 10.0), (1.0, 0.5, 0.0)),), (0.0, 10.0), "kk")
        page = drawn(form)
        (curve,), (across,), (up,) = named(page, "curve-0"), named(page, "axis-x"), named(page, "axis-y")
        assert list(curve.get_xdata()) == pytest.approx(
            [across.get_xdata()[0], sum(across.get_xdata()) / 2, across.get_xdata()[1]]
        )
        top, bottom = sorted(up.get_ydata())
        assert list(curve.get_ydata()) == pytest.approx([top, (top + bottom) / 2, bottom])

    def test_steps_hold_a_value_until_the_next(self) -> None:
        assert named(drawn(curves(1)), "curve-0")[0].get_drawstyle() == "steps-post"
        straight = Curves((series(0, table=False),), (0.0, 21.0), "kk", step=False)
        assert named(drawn(straight), "curve-0")[0].get_drawstyle() == "default"

    def test_band_steps_with_its_curve(self) -> None:
        one = Series("a", "", "early", (0.0, 1.0), (0.8, 0.4), (0.7, 0.3), (0.9, 0.5))
        (band,) = named(drawn(Curves((one,), (0.0, 2.0), "kk")), "band-0")
        heights = band.get_path().vertices[:, 1]
        assert len(heights) == 6
        assert heights[0] == heights[1] != heights[2]

    def test_eight_curves_differ_without_colour(self) -> None:
        page = drawn(curves(8))
        patterns = [dash_of(line) for line in named(page, r"curve-\d")]
        assert len(set(patterns)) == 8
        assert [dash_of(line) for line in named(page, r"swatch-\d")] == patterns
        assert {to_hex(line.get_color()) for line in named(page, r"curve-\d")} == {FILL[one].lower() for one in LEVEL}

    def test_key_keeps_the_order_of_the_curves(self) -> None:
        page = drawn(curves(3))
        heights = [named(page, f"key-{place}-0")[0].get_position()[1] for place in range(3)]
        assert heights == sorted(heights)

    def test_table_stands_below_its_ticks(self) -> None:
        page = drawn(curves(3))
        for tick in range(8):
            places = {round(one.get_position()[0], 6) for one in named(page, rf"cell-\d-{tick}|x-tick-{tick}")}
            assert len(places) == 1

    def test_medians_share_the_dashed_half(self) -> None:
        page = drawn(curves(2))
        (half,) = named(page, "halfway")
        assert {circle.center[1] for circle in named(page, r"median-\d")} == {half.get_ydata()[0]}
        lorenz = Series("a", "", "early", (0.0, 1.0), (0.0, 1.0), marker=(0.9, 0.3))
        assert named(drawn(Curves((lorenz,), (0.0, 1.0), "x")), "halfway") == []

    def test_hidden_curve_keeps_its_key(self) -> None:
        page = drawn(curves(2, hidden=True))
        assert named(page, r"curve-\d") == []
        assert words(page, r"key-\d-\d").count("peitetty") == 2

    def test_ticks_thin_out_before_they_touch(self) -> None:
        page = drawn(Curves((), tuple(float(tick) for tick in range(41)), "kk"))
        shown = [int(text) for text in words(page, r"x-tick-\d+")]
        assert 5 < len(shown) < 41
        assert len(set(np.diff(shown))) == 1


class TestBars:
    def test_lengths_are_in_proportion_from_one_zero(self) -> None:
        page = drawn(Bars((Bar("a", 40.0, "40", "early"), Bar("b", 10.0, "10", "early"), Bar("c", 0.0, "0", "early"))))
        one, other, none = named(page, r"bar-\d")
        assert one.get_width() / other.get_width() == pytest.approx(4)
        assert none.get_width() == 0
        assert one.get_x() == other.get_x() == none.get_x()

    def test_hidden_bar_has_words_and_no_mark(self) -> None:
        page = drawn(bars(2, hidden=True))
        assert named(page, r"bar-\d") == []
        assert words(page, r"value-\d") == ["peitetty", "peitetty"]

    def test_number_stands_at_the_end_of_its_bar(self) -> None:
        page = drawn(bars(5))
        for place, bar in enumerate(named(page, r"bar-\d")):
            (value,) = named(page, f"value-{place}")
            assert 0 < value.get_position()[0] - bar.get_x() - bar.get_width() < 12

    def test_bold_bar_is_the_only_bold_name(self) -> None:
        page = drawn(bars(3))
        weights = [one.get_fontweight() for one in named(page, r"label-\d-0")]
        assert weights == ["bold", "normal", "normal"]

    def test_group_titles_stand_above_their_bars(self) -> None:
        page = drawn(bars(5, groups=(("Yksi", 2), ("Kaksi", 3))))
        title, before = named(page, "group-2")[0], named(page, "value-1")[0]
        assert before.get_position()[1] < title.get_position()[1] < named(page, "value-2")[0].get_position()[1]

    def test_a_long_pair_is_broken_at_its_mark_and_stands_whole(self) -> None:
        pair = "Perhehoito, sukulainen, adoptio valmisteilla +\nPerhehoito, pitkäaikainen"
        page = drawn(Bars(tuple(Bar(pair, 10.0 + place, "10", "early") for place in range(8)), "Perheitä"))
        assert words(page, r"label-0-\d") == pair.split("\n")
        assert words(drawn(Bars((Bar("Perhe +\nNeuvola", 1.0, "1", "early"),))), r"label-0-\d") == ["Perhe + Neuvola"]

    def test_few_bars_fill_the_page(self) -> None:
        few, many = (named(drawn(bars(count)), "bar-0")[0].get_height() for count in (4, 12))
        assert few > 2 * many

    def test_heading_is_clear_of_the_bars_above_and_of_its_own_axis(self) -> None:
        page = drawn(bars(14, groups=(("Pg", 2), ("Qg", 4), ("Yg", 7), ("Jg", 1))))
        for first in (2, 6, 13):
            (title,), above = named(page, f"group-{first}"), named(page, f"bar-{first - 1}")[0]
            foot = title.get_position()[1] + 0.24 * title.get_fontsize()
            (axis,) = named(page, f"axis-y-{first}")
            assert above.get_y() + above.get_height() < title.get_position()[1] - 0.7 * title.get_fontsize()
            assert foot < min(axis.get_ydata())

    def test_thirty_bars_are_refused(self) -> None:
        with pytest.raises(ValueError, match="bars: at most 15"):
            bars(30)


class TestStacked:
    def test_parts_follow_one_another(self) -> None:
        parts = (
            Segment("a", 30.0, "30", "early"),
            Segment("b", None, "", "special"),
            Segment("c", 10.0, "10", "special", True),
        )
        page = drawn(StackedBars((("r", parts, "40"),), ()))
        one, other = named(page, r"segment-0-\d")
        assert (one.get_width() + 1) / (other.get_width() + 1) == pytest.approx(3)
        assert other.get_x() == pytest.approx(one.get_x() + one.get_width() + 1)
        assert one.get_hatch() is None
        assert other.get_hatch()

    def test_columns_stand_on_one_line(self) -> None:
        page = drawn(stacked(4, vertical=True))
        feet = {round(one.get_y() + one.get_height(), 3) for one in named(page, r"segment-\d-(0|1)")}
        (axis,) = named(page, "axis-x")
        assert round(axis.get_ydata()[0], 3) in feet
        assert max(feet) == round(axis.get_ydata()[0], 3)

    def test_text_that_does_not_fit_is_left_out(self) -> None:
        parts = (Segment("a", 1000.0, "tuhat", "early"), Segment("b", 1.0, "yksi", "special"))
        assert words(drawn(StackedBars((("r", parts, "1001"),), ())), "inside-.*") == ["tuhat"]


class TestLines:
    def test_unknown_value_leaves_a_gap(self) -> None:
        page = drawn(Lines((Line("a", "early", (1.0, 2.0, None, 3.0, 4.0)),), tuple("abcde")))
        assert [len(one.get_xdata()) for one in named(page, r"line-0-\d")] == [2, 2]

    def test_only_first_and_last_texts_are_printed(self) -> None:
        page = drawn(Lines((Line("Perhetyö", "early", (1.0, 2.0, 3.0), ("yksi", "kaksi", "kolme")),), ("1", "2", "3")))
        shown = " ".join(words(page))
        assert "yksi" in shown
        assert "kaksi" not in shown
        assert "kolme Perhetyö" in shown

    def test_first_text_is_left_out_where_the_line_begins_later(self) -> None:
        page = drawn(Lines((Line("a", "early", (None, 2.0, 3.0), ("", "kaksi", "kolme")),), ("1", "2", "3")))
        assert "kaksi" not in " ".join(words(page))

    @pytest.mark.parametrize("low", [0.0, 0.004])
    def test_a_line_on_the_axis_has_its_first_text_above_it(self, low: float) -> None:
        ticks = tuple((share, f"{share:.0%}") for share in (0.0, 0.1, 0.2, 0.3))
        marked = (Line("a", "early", (0.25, 0.2), ("25 %", "20 %")), Line("b", "special", (low, low), ("0 %", "0 %")))
        assert lint_figure(drawn(Lines(marked, ("1", "2"), y_ticks=ticks, axis_title="x"))) == []

    def test_names_are_in_the_colour_of_their_lines(self) -> None:
        page = drawn(lines(4))
        assert [to_hex(named(page, f"name-{place}-0")[0].get_color()) for place in range(4)] == [
            WORDS[one].lower() for one in LEVEL
        ]

    def test_future_is_dashed_and_shaded(self) -> None:
        page = drawn(
            Lines((Line("a", "early", (1.0, 2.0, 3.0, 4.0)),), tuple("abcd"), shade_from=2, shade_text="Ennuste")
        )
        past, future = named(page, r"line-0-\d")
        assert dash_of(past) == ()
        assert dash_of(future) != ()
        assert named(page, "shade")[0].get_x() == pytest.approx(future.get_xdata()[0])


class TestDumbbell:
    def test_marks_stand_at_their_values(self) -> None:
        rows = (DumbbellRow("a", 10.0, 20.0, "10", "20", "early"), DumbbellRow("b", 20.0, 10.0, "20", "10", "special"))
        page = drawn(Dumbbell(rows, "nyt", "ehdotus", ((10.0, "10"), (20.0, "20"))))
        grid = [named(page, f"grid-{place}")[0].get_xdata()[0] for place in (0, 1)]
        assert named(page, "start-0")[0].center[0] == pytest.approx(grid[0])
        assert named(page, "end-0")[0].center[0] == pytest.approx(grid[1])
        assert named(page, "end-1")[0].center[0] == pytest.approx(grid[0])
        assert to_hex(named(page, "start-0")[0].get_facecolor()) == "#ffffff"
        assert to_hex(named(page, "end-0")[0].get_facecolor()) == FILL["early"].lower()

    def test_texts_stand_outside_the_marks(self) -> None:
        page = drawn(Dumbbell((DumbbellRow("b", 20.0, 10.0, "alku", "loppu", "early"),), "nyt", "ehdotus"))
        left, right = named(page, "end-text-0")[0], named(page, "start-text-0")[0]
        assert left.get_position()[0] < named(page, "end-0")[0].center[0]
        assert right.get_position()[0] > named(page, "start-0")[0].center[0]

    def test_hidden_row_has_words_and_no_mark(self) -> None:
        page = drawn(dumbbell(3, hidden=True))
        assert named(page, r"(start|end|span)-\d") == []
        assert words(page, r"value-\d") == ["peitetty"] * 3


class TestNetwork:
    def test_area_is_in_proportion_to_size(self) -> None:
        form = NetworkColumns((("a", "early"),), (Node("x", "x", 0, 400.0, "early"), Node("y", "y", 0, 100.0, "early")))
        one, other = named(drawn(form), r"node-\d")
        assert one.radius**2 / other.radius**2 == pytest.approx(4)

    def test_columns_stand_side_by_side(self) -> None:
        page = drawn(network((3, 3, 3)))
        across = [round(circle.center[0], 3) for circle in named(page, r"node-\d")]
        assert len(set(across)) == 3
        assert across == sorted(across)

    def test_highlighted_edge_has_the_colour_of_the_bold_end(self) -> None:
        nodes = (
            Node("x", "x", 0, 1.0, "universal"),
            Node("y", "y", 1, 1.0, "corrective", True),
            Node("z", "z", 2, 1.0, "special"),
        )
        columns = (("a", "universal"), ("b", "corrective"), ("c", "special"))
        page = drawn(NetworkColumns(columns, nodes, (Edge("x", "y", 1.0, True), Edge("y", "z", 0.2))))
        strong, weak = named(page, "edge-0-1")[0], named(page, "edge-1-2")[0]
        assert to_hex(strong.get_edgecolor()) == FILL["corrective"].lower()
        assert strong.get_linewidth() > weak.get_linewidth()
        assert strong.get_zorder() > weak.get_zorder()

    def test_crossings_that_can_be_undone_are(self) -> None:
        # 0,1 on the left, 2,3 on the right, tied crosswise: turning one column leaves none
        column, pairs = [0, 0, 1, 1], [(0, 3), (1, 2)]
        left, right = ordered(column, 2, pairs)
        assert [pairs[node][1] for node in left] == right

    def test_order_does_not_depend_on_chance(self) -> None:
        column = [0] * 5 + [1] * 5 + [2] * 5
        pairs = [(a, (a * 7 + 5) % 15) for a in range(15) if a != (a * 7 + 5) % 15]
        assert ordered(column, 3, pairs) == ordered(column, 3, pairs)

    def test_price_counts_a_crossing_once(self) -> None:
        costs = Costs([0, 0, 1, 1], [(0, 3), (1, 2)])
        crossed, plain = costs.of(np.array([0.25, 0.75, 0.25, 0.75])), costs.of(np.array([0.25, 0.75, 0.75, 0.25]))
        # one crossing and two slants of a half, each at half price
        assert crossed - plain == pytest.approx(1.5)

    def test_tie_inside_an_inner_column_passes_beside_the_labels(self) -> None:
        nodes = (
            Node("a", "Perhetyö", 1, 1.0, "early"),
            Node("b", "Lapsiperheiden kotipalvelu", 1, 1.0, "early"),
            Node("c", "c", 0, 1.0, "universal"),
            Node("d", "d", 2, 1.0, "special"),
        )
        columns = (("x", "universal"), ("y", "early"), ("z", "special"))
        page = drawn(NetworkColumns(columns, nodes, (Edge("a", "b", 1.0), Edge("a", "c", 0.5))))
        (tie,) = named(page, "edge-0-1")
        across = tie.get_path().vertices[:, 0]
        circle = named(page, "node-1")[0]
        # The tie to the left leaves the right side free: the bracket goes there, beyond half of the label.
        assert across.max() > circle.center[0] + 60
        assert across.min() >= circle.center[0]

    def test_edge_text_does_not_land_on_a_label(self) -> None:
        assert "40 %" in words(
            drawn(
                NetworkColumns(
                    (("a", "early"), ("b", "early")),
                    (Node("x", "x", 0, 1.0, "early"), Node("y", "y", 1, 1.0, "early")),
                    (Edge("x", "y", 0.5, text="40 %"),),
                )
            ),
            r"edge-text-\d",
        )


def test_notice_is_centred() -> None:
    page = drawn(Notice(("Ei voi piirtää", "Liian vähän asiakkaita")))
    assert {one.get_position()[0] for one in named(page, r"notice-\d")} == {480.0}


def test_dashes_are_all_different_and_a_role_keeps_its_own() -> None:
    assert len(set(DASHES)) == 8
    assert len(set(dashes(("early",) * 8))) == 8
    assert dashes(("early", "corrective"))[0] == dashes(("corrective", "early"))[1]


def test_mathtext_is_never_parsed() -> None:
    page = drawn(bars(8))
    assert all(not one.get_parse_math() for one in page.findobj(Text) if one.get_text())


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: Series("a", "", "early", (0.0,), ()), "y"),
        (lambda: Series("a", "", "early", (0.0,), (1.2,)), "y"),
        (lambda: Series("a", "", "early", (0.0,), (math.nan,)), "y"),
        (lambda: Series("a", "", "early", (1.0, 0.0), (1.0, 0.5)), "x"),
        (lambda: Series("a", "", "early", (0.0,), (1.0,), (0.9,)), "upper"),
        (lambda: Series("a", "", "early", (0.0,), (1.0,), (0.9, 0.8), (1.0, 1.0)), "lower"),
        (lambda: Series("a", "", "red", (), ()), "colour"),  # type: ignore[arg-type]
        (lambda: Curves((Series("a", "", "early", (), (), table=("1",)),), (0.0, 1.0), "x"), "table"),
        (lambda: Curves((), (0.0,), "x"), "ticks"),
        (lambda: Curves((), (1.0, 0.0), "x"), "ticks"),
        (lambda: Curves((), (0.0, 1.0), "x", tick_format=("0",)), "tick_format"),
        (lambda: Curves((), (0.0, 1.0), "x", x_tick_texts=("0",)), "x_tick_texts"),
        (lambda: Curves((), (0.0, 1.0), "x", extra_rows=(("a", ("1",)),)), "extra_rows"),
        (lambda: curves(9), "series"),
        (lambda: Bar("a", -1.0, "", "early"), "value"),
        (lambda: Bars((Bar("a", 1.0, "", "early"),), groups=(("g", 2),)), "groups"),
        (lambda: Segment("a", -1.0, "", "early"), "value"),
        (lambda: StackedBars((("a", (), ""),) * 16, ()), "rows"),
        (lambda: Line("a", "early", (1.0,), ("a", "b")), "texts"),
        (lambda: Line("a", "early", (-1.0,)), "values"),
        (lambda: Lines((Line("a", "early", (1.0,)),), ("1", "2")), "values"),
        (lambda: Lines((), (), y_max=0.0), "y_max"),
        (lambda: Lines((), ("1",), shade_from=1), "shade_from"),
        (lambda: DumbbellRow("a", math.inf, 1.0, "", "", "early"), "start"),
        (lambda: Dumbbell((), "a", "b", ((1.0, "1"), (0.0, "0"))), "ticks"),
        (lambda: Node("a", "a", 0, -1.0, "early"), "size"),
        (lambda: Edge("a", "a", 0.5), "b"),
        (lambda: Edge("a", "b", 1.5), "width"),
        (lambda: NetworkColumns((), ()), "columns"),
        (lambda: NetworkColumns((("a", "early"),), (Node("a", "a", 1, 1.0, "early"),)), "column"),
        (lambda: NetworkColumns((("a", "early"),), (Node("a", "a", 0, 1.0, "early"),) * 2), "nodes"),
        (lambda: NetworkColumns((("a", "early"),), (), (Edge("a", "b", 0.1),)), "edges"),
        (lambda: network((11,)), "nodes"),
        (lambda: Notice((" ",)), "lines"),
        (lambda: Chart(Notice(("a",)), " ", "", "", "alt"), "headline"),
        (lambda: Chart(Notice(("a",)), "a", "", "", ""), "alt"),
    ],
)
def test_faulty_specification_names_its_field(build: Callable[[], object], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        build()

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from kumppanuus.drawing import HeatCell, Heatmap, figure, lint_figure
from kumppanuus.drawing.heatmap import shade
from kumppanuus.drawing.lint import contrast
from kumppanuus.drawing.theme import FILL, PAPER
from tests.drawing.drawing_specs import chart, name
from tests.drawing.test_drawing_forms import drawn, named, words

ONE = Heatmap(("Perhetyö",), ("Itä",), ((HeatCell(0.5, "12 %"),),))


def _cell(row: int, column: int, below: bool) -> HeatCell:
    if (row + column) % 7 == 3:
        return HeatCell(None, "peitetty", hidden=True)
    side = -1 if below and column % 2 else 1
    return HeatCell(side * ((row * 5 + column * 3) % 11) / 10, f"{row * column} %", bold=row == column == 1)


def _form(rows: int, columns: int, below: bool = False) -> Heatmap:
    cells = tuple(tuple(_cell(row, column, below) for column in range(columns)) for row in range(rows))
    return Heatmap(
        tuple(map(name, range(rows))),
        tuple(map(name, range(columns))),
        cells,
        below="special" if below else None,
        scale=((0.1, "1–4 %"), (0.5, "10–14 %"), (1.0, "20–25 %")),
        scale_title="Osuus lapsista",
        row_title="Palvelu",
        column_title="Alue",
        hidden="peitetty",
    )


def test_cells_lie_in_their_row_and_column() -> None:
    page = drawn(_form(4, 5))
    cells = {cell.get_gid(): cell for cell in named(page, r"segment-\d-\d")}
    assert len(cells) == 20
    for row in range(4):
        for column in range(5):
            cell = cells[f"segment-{row}-{column}"]
            assert cell.get_x() == pytest.approx(cells[f"segment-0-{column}"].get_x())
            assert cell.get_y() == pytest.approx(cells[f"segment-{row}-0"].get_y())
    assert cells["segment-0-0"].get_x() < cells["segment-0-1"].get_x()
    assert cells["segment-0-0"].get_y() < cells["segment-1-0"].get_y()


def test_shades_darken_in_steps_and_two_sides_have_two_colours() -> None:
    one_sided = [shade(place / 10, ONE) for place in range(11)]
    assert len(set(one_sided)) == 6
    assert (one_sided[0], one_sided[-1]) == (PAPER, FILL["early"].lower())
    assert [contrast(each, PAPER) for each in one_sided] == sorted(contrast(each, PAPER) for each in one_sided)
    two_sided = _form(2, 2, below=True)
    assert shade(-1.0, two_sided) == FILL["special"].lower()
    assert shade(1.0, two_sided) == FILL["early"].lower()


def test_every_number_is_read_on_its_shade() -> None:
    for below in (False, True):
        page = drawn(_form(6, 6, below))
        cells = {cell.get_gid(): cell for cell in named(page, r"segment-\d-\d")}
        for text in named(page, r"inside-\d-\d"):
            ground = cells[text.get_gid().replace("inside", "segment")].get_facecolor()
            assert contrast(text.get_color(), ground) >= 4.5


def test_hidden_cells_are_hatched_and_carry_no_number() -> None:
    page = drawn(_form(4, 4))
    hidden = [cell for cell in named(page, r"segment-\d-\d") if cell.get_hatch()]
    assert [cell.get_gid() for cell in hidden] == ["segment-0-3", "segment-1-2", "segment-2-1", "segment-3-0"]
    assert {to_hex(cell.get_facecolor()) for cell in hidden} == {FILL["hidden"].lower()}
    assert not {cell.get_gid().replace("segment", "inside") for cell in hidden} & {
        text.get_gid() for text in named(page, r"inside-\d-\d")
    }
    assert words(page, "key-hidden") == ["peitetty"]
    assert len(named(page, "frame-1-1")) == 1


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (1, 1), (1, 16), (14, 1), (3, 5), (14, 16)])
@pytest.mark.parametrize("below", [False, True])
def test_no_size_is_a_fault(rows: int, columns: int, below: bool) -> None:
    for frame in ("body", "full"):
        assert lint_figure(figure(chart(_form(rows, columns, below)), frame)) == []


def test_long_names_of_columns_read_upwards() -> None:
    short, long = drawn(Heatmap(("a",), ("Itäinen alue",) * 4, ((HeatCell(None, ""),) * 4,))), drawn(_form(3, 12))
    assert {text.get_rotation() for text in named(short, r"across-\d+-\d")} == {0}
    assert {text.get_rotation() for text in named(long, r"across-\d+-\d")} == {90}
    assert max(text.get_window_extent().y1 for text in named(long, r"across-\d+-\d")) < long.bbox.y1


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("value", lambda: HeatCell(1.2, "")),
        ("hidden", lambda: HeatCell(0.2, "", hidden=True)),
        ("cells", lambda: Heatmap(("a",), ("b",), ())),
        ("cells", lambda: Heatmap(("a",), ("b",), ((),))),
        ("cells", lambda: Heatmap(("a",), ("b",), ((HeatCell(-0.5, ""),),))),
        ("rows", lambda: Heatmap(("a",) * 15, (), ((),) * 15)),
        ("scale", lambda: Heatmap((), (), (), scale=((0.5, ""), (0.5, "")))),
    ],
)
def test_what_cannot_be_drawn_is_refused(field: str, make: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()  # type: ignore[operator]

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path
from matplotlib.text import Text

from kumppanuus.drawing import Bar, Bars, Chart, Edge, Frame, NetworkColumns, Node, figure, lint_figure
from kumppanuus.drawing.canvas import Canvas
from kumppanuus.drawing.lint import contrast
from kumppanuus.drawing.theme import FILL, INSIDE, PAPER, QUIET, WORDS
from tests.drawing import estimate_specs
from tests.drawing.drawing_specs import FOOTER, FORMS, HEADLINE, LONG, NAMES, bars, chart

EVERY_FORM = {**FORMS, **estimate_specs.FORMS}


@pytest.mark.parametrize("frame", ["full", "body"])
@pytest.mark.parametrize("case", EVERY_FORM)
def test_nothing_to_find_in_any_form(case: str, frame: Frame) -> None:
    assert lint_figure(figure(chart(EVERY_FORM[case]), frame)) == []


@pytest.mark.parametrize("words", ["$a$ & <b> _x_ ^2", LONG * 3, "שלום עולם مرحبا", "a\nb\tc\x00d\ud800", "\u00a0"])
def test_nothing_to_find_with_nasty_words(words: str) -> None:
    form = Bars((Bar(words, 1.0, words, "early", words),), words, ((words, 1),))
    found = lint_figure(figure(Chart(form, "a " + words, words, words, "alt")))
    assert [fault for fault in found if not fault.startswith("cut")] == []


@given(
    sizes=st.lists(st.integers(0, 10), min_size=1, max_size=4),
    wanted=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39), st.floats(0, 1)), max_size=30),
)
@settings(max_examples=40, deadline=None)
def test_no_edge_passes_a_foreign_circle(sizes: list[int], wanted: list[tuple[int, int, float]]) -> None:
    nodes = tuple(
        Node(f"{column}.{row}", f"Palvelu {row}", column, 1.0 + (row * 37) % 50, "early")
        for column, size in enumerate(sizes)
        for row in range(size)
    )
    pairs = {(min(a, b), max(a, b)): width for a, b, width in wanted if a != b and max(a, b) < len(nodes)}
    edges = tuple(Edge(nodes[a].key, nodes[b].key, width) for (a, b), width in pairs.items())
    form = NetworkColumns(tuple((f"Taso {at}", "early") for at in range(len(sizes))), nodes, edges)
    assert lint_figure(figure(chart(form))) == []


def test_fullest_network_fits_below_long_words() -> None:
    nodes = tuple(Node(f"{at}", NAMES[at % 10], at % 4, 1.0, "early") for at in range(40))
    edges = tuple(Edge(f"{at}", f"{(at * 7 + 3) % 40}", 1.0) for at in range(0, 40, 3))
    title = "Hyvinvointialueen erityispalvelut ja vaativat palvelut"
    form = NetworkColumns(((title, "early"),) * 4, nodes, edges)
    assert lint_figure(figure(Chart(form, HEADLINE, f"{HEADLINE} {FOOTER}", FOOTER * 3, "alt"))) == []


def _two_texts(canvas: Canvas) -> None:
    canvas.text(100, 100, "Perhetyö", "label-0")
    canvas.text(120, 104, "Neuvola", "label-1")


def _off_page(canvas: Canvas) -> None:
    canvas.text(380, 100, "Perhetyö", "label-0")


def _mark_off_page(canvas: Canvas) -> None:
    canvas.rectangle(380, 60, 50, 10, "#eeeeee", "bar-0")


def _at_the_edge(canvas: Canvas) -> None:
    canvas.text(1, 100, "Perhetyö", "label-0")


def _touching(canvas: Canvas) -> None:
    canvas.text(100, 100, "noin 12", "value-0", align="right")
    canvas.text(100.5, 101, "34", "detail-0")


def _cut_headline(canvas: Canvas) -> None:
    canvas.text(100, 100, "Perhetyö kestää…", "headline-1")


def _small(canvas: Canvas) -> None:
    canvas.text(100, 100, "Perhetyö", "label-0", size=13)


def _faint(canvas: Canvas) -> None:
    canvas.text(100, 100, "Perhetyö", "label-0", colour="#8c8c8c")


def _faint_on_fill(canvas: Canvas) -> None:
    canvas.rectangle(80, 60, 200, 100, FILL["early"], "ground")
    canvas.text(100, 100, "Perhetyö", "label-0")


def _over_bar(canvas: Canvas) -> None:
    canvas.rectangle(80, 60, 50, 100, "#eeeeee", "bar-0")
    canvas.text(100, 100, "Perhetyö", "label-0")


def _over_curve(canvas: Canvas) -> None:
    canvas.line([50, 300], [97, 97], "curve-0")
    canvas.text(100, 100, "Perhetyö", "label-0")


def _through(canvas: Canvas) -> None:
    for place, x in enumerate((50, 150, 250)):
        canvas.circle(x, 100, 10, f"node-{place}", fill=FILL["early"])
    canvas.curve(Path([(60, 100), (240, 100)]), "edge-0-2", colour="#cccccc", thick=2, alpha=1)


def _colours(canvas: Canvas) -> None:
    for place, role in enumerate(("universal", "early", "special", "corrective", "accent")):
        canvas.rectangle(10, 20 * place, 50, 10, FILL[role], f"bar-{place}")


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (_two_texts, "overlap"),
        (_off_page, "off page"),
        (_mark_off_page, "mark off page"),
        (_at_the_edge, "at the edge"),
        (_touching, "touching"),
        (_cut_headline, "cut"),
        (_small, "small"),
        (_faint, "contrast"),
        (_faint_on_fill, "contrast"),
        (_over_bar, "over a mark"),
        (_over_curve, "over a mark"),
        (_through, "edge through a node"),
        (_colours, "colours"),
    ],
)
def test_planted_fault_is_found(plant: Callable[[Canvas], None], kind: str) -> None:
    canvas = Canvas(400, 300)
    plant(canvas)
    found = lint_figure(canvas.figure)
    assert len(found) == 1
    assert found[0].startswith(kind)


def test_edge_to_its_own_circles_is_no_fault() -> None:
    canvas = Canvas(400, 300)
    for place, x in enumerate((50, 250)):
        canvas.circle(x, 100, 10, f"node-{place}", fill=FILL["early"])
    canvas.curve(Path([(50, 100), (250, 100)]), "edge-0-1", colour="#cccccc", thick=2, alpha=1)
    assert lint_figure(canvas.figure) == []


def test_contrast_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_theme_texts_are_legible() -> None:
    assert all(contrast(colour, PAPER) >= 4.5 for colour in (*WORDS.values(), QUIET))
    assert all(contrast(INSIDE[role], FILL[role]) >= 4.5 for role in FILL)


def test_second_line_of_the_footer_begins_with_a_whole_part() -> None:
    rest = "muita palveluja taulukossa: 12 · luvut pyöristetty, pienet peitetty"
    page = figure(Chart(bars(2), HEADLINE, "", f"{FOOTER} · {rest}", "alt"))
    texts = [text.get_text() for text in page.findobj(Text) if (text.get_gid() or "").startswith("footer-")]
    assert " · ".join(texts) == f"{FOOTER} · {rest}"
    assert texts[1] in (rest, "luvut pyöristetty, pienet peitetty")


def test_headline_is_two_lines_at_most_and_says_when_cut() -> None:
    def lines(headline: str) -> list[str]:
        page = figure(Chart(bars(2), headline, "", FOOTER, "alt"))
        return [text.get_text() for text in page.findobj(Text) if (text.get_gid() or "").startswith("headline-")]

    assert " ".join(lines(HEADLINE)) == HEADLINE
    assert len(lines(HEADLINE)) == 2
    cut = lines(HEADLINE * 3)
    assert len(cut) == 2
    assert cut[1].endswith("…")

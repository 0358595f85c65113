from __future__ import annotations

import itertools

import pytest

from kumppanuus.drawing import Edge, NetworkCircle, Node
from tests.drawing.test_drawing_forms import drawn, named, words

GROUPS = (("Peruspalvelut", "universal"), ("Korjaavat palvelut", "corrective"))


def _form(count: int, *edges: Edge, places: tuple[tuple[float, float], ...] = ()) -> NetworkCircle:
    nodes = tuple(
        Node(str(at), f"Palvelu {at}", at % 2, 100.0 * (at + 1), GROUPS[at % 2][1], at == 3)  # type: ignore[arg-type]
        for at in range(count)
    )
    return NetworkCircle(GROUPS, nodes, edges, places)  # type: ignore[arg-type]


HUB = (Edge("3", "0", 1.0, True, "4,5"), Edge("5", "3", 0.5, True, "2,1"), Edge("1", "2", 0.2, text="1,6"))


def test_groups_stand_together_clockwise_from_the_top_right() -> None:
    page = drawn(_form(8))
    at = {int(each.get_gid()[5:]): each.get_center() for each in named(page, r"node-\d")}
    right, left = [0, 2, 4, 6], [1, 3, 5, 7]
    assert all(at[a][0] > at[b][0] for a in right for b in left)
    assert [at[node][1] for node in right] == sorted(at[node][1] for node in right)
    assert [at[node][1] for node in left] == sorted((at[node][1] for node in left), reverse=True)


def test_the_nodes_stand_on_one_ellipse_with_even_rows_and_names_outside() -> None:
    page = drawn(_form(8))
    at = [each.get_center() for each in named(page, r"node-\d")]
    heights = sorted({round(y, 3) for _, y in at})
    steps = [b - a for a, b in itertools.pairwise(heights)]
    assert len(heights) == 4
    assert max(steps) - min(steps) < 0.01
    middle_x, middle_y = (max(c) / 2 + min(c) / 2 for c in zip(*at, strict=True))
    inner = [(abs(x - middle_x), abs(y - middle_y)) for x, y in at]
    (a, b), (c, d) = sorted({(round(x, 2), round(y, 2)) for x, y in inner})
    wide = ((a**2 * d**2 - c**2 * b**2) / (d**2 - b**2)) ** 0.5
    assert wide > c  # an ellipse: wider at its middle than at any node
    for place in range(8):
        (node,), (label,) = named(page, f"node-{place}"), named(page, f"node-label-{place}-0")
        outside = label.get_position()[0] - node.get_center()[0]
        assert (outside > 0) == (node.get_center()[0] > middle_x)


def test_areas_are_sizes() -> None:
    page = drawn(_form(8))
    radii = [each.radius for each in named(page, r"node-\d")]
    assert radii[7] ** 2 == pytest.approx(2 * radii[3] ** 2) == pytest.approx(4 * radii[1] ** 2)


def test_numbers_of_the_bold_node_stand_beside_the_names_of_the_others() -> None:
    page = drawn(_form(8, *HUB))
    assert words(page, "number-0") == ["4,5"]
    assert words(page, "number-5") == ["2,1"]
    assert len(words(page, r"number-\d")) == 2
    assert words(page, "edge-text-2") == ["1,6"]  # a tie of others keeps its text on the line


def test_ties_join_the_middles_of_their_circles_and_the_highlighted_lie_above() -> None:
    page = drawn(_form(8, *HUB))
    for edge in named(page, r"edge-\d-\d"):
        ends = edge.get_path().vertices[[0, -1]]
        nodes = [named(page, f"node-{key}")[0].get_center() for key in edge.get_gid().split("-")[1:]]
        for end, node in zip(ends, nodes, strict=True):
            assert list(end) == pytest.approx(list(node))
    depth = {each.get_gid(): each.get_zorder() for each in named(page, r"edge-\d-\d")}
    assert depth["edge-3-0"] == depth["edge-5-3"] > depth["edge-1-2"]


def test_places_are_kept_where_there_is_room_and_become_a_circle_where_not() -> None:
    places = ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9), (0.5, 0.5))
    page = drawn(_form(5, Edge("3", "4", 1.0, True, "4,5"), places=places))
    at = [each.get_center() for each in named(page, r"node-\d")]
    assert at[0][0] == pytest.approx(at[2][0])
    assert at[0][0] < at[4][0] < at[1][0]
    assert at[0][1] < at[4][1] < at[2][1]
    assert words(page, "edge-text-0") == ["4,5"]
    crowded = tuple((0.5, 0.5) for _ in range(32))
    circle, forced = (
        [each.get_center() for each in named(drawn(_form(32, places=each)), r"node-\d+")] for each in ((), crowded)
    )
    assert forced == circle


@pytest.mark.parametrize(
    ("edges", "places", "field"),
    [((Edge("0", "9", 1.0),), (), "edges"), ((), ((0.0, 0.0),), "places"), ((), ((0.0, 2.0),) * 3, "places")],
)
def test_faults_are_named(edges: tuple[Edge, ...], places: tuple[tuple[float, float], ...], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        _form(3, *edges, places=places)

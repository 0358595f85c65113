from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import NetworkCircle
from kumppanuus.forms.network_circle import MOST_NODES, hub_of, network_circle, pairs_from
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.ties import ANALYSIS
from kumppanuus.gallery.ties.charts import circle, force, ties_headline
from kumppanuus.gallery.ties.compute import TiesResult
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))


def _pairs(*rows: tuple[str, str, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["first", "second", "lift"]).assign(persons=30.0, families=21.0, hidden=False)
    return ReleasedTable("pairs", TiesResult.tables()["pairs"], frame, frame[["lift"]].isna())


def _nodes(*rows: tuple[str, str, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["help", "level", "families"]).assign(persons=0.0, hidden=False)
    return ReleasedTable("services", TiesResult.tables()["services"], frame, frame[["families"]].isna())


NODES = _nodes(("curator", "universal", 99), ("clinic", "universal", 201), ("family_work", "early", 63),
               ("open_care", "corrective", 33), ("shelter", "special", math.nan),
               ("speech", "unknown", 45))  # fmt: skip
PAIRS = _pairs(("curator", "open_care", 2.0), ("family_work", "open_care", 4.0), ("clinic", "curator", 1.4),
               ("open_care", "shelter", 8.0), ("clinic", "speech", math.nan))  # fmt: skip


def _form(**more: object) -> NetworkCircle:
    return network_circle(PAIRS, SAY, nodes=NODES, **more)  # type: ignore[arg-type]


def test_nodes_stand_by_level_and_inside_it_the_largest_first() -> None:
    form = _form(bold="open_care")
    assert [(node.key, node.size, node.colour, node.bold) for node in form.nodes] == [
        ("clinic", 201, "universal", False), ("curator", 99, "universal", False),
        ("family_work", 63, "early", False), ("open_care", 33, "corrective", True),
    ]  # fmt: skip  # the hidden one and the one without a level are not drawn
    assert [title for title, _ in form.groups] == ["Peruspalvelut", "Varhainen tuki", "Korjaavat palvelut"]
    assert [node.key for node in _form(order=("curator",)).nodes][:2] == ["curator", "clinic"]


def test_strong_pairs_of_drawn_nodes_are_ties() -> None:
    form = _form(bold="open_care", least=1.5)
    assert [(edge.a, edge.b, edge.text, edge.highlight) for edge in form.edges] == [
        ("family_work", "open_care", "4,0", True), ("curator", "open_care", "2,0", True),
    ]  # fmt: skip
    assert form.edges[0].width > form.edges[1].width
    weaker = _form(bold="open_care", least=1.3)
    assert [edge.highlight for edge in weaker.edges] == [True, True, False]
    assert weaker.edges[2].text == ""
    assert len(_form(bold="open_care", most=1).edges) == 1


def test_the_hub_has_the_most_ties() -> None:
    assert hub_of(pairs_from(PAIRS, 1.5), NODES) == "open_care"
    assert hub_of(pairs_from(PAIRS, 99.0), NODES) == ""
    tie = _pairs(("curator", "clinic", 2.0))
    assert hub_of(pairs_from(tie, 1.5), NODES) == "clinic"  # the larger one


def test_layouts_differ_in_places_only() -> None:
    round_, forced = _form(bold="open_care"), _form(bold="open_care", layout="force")
    assert round_.places == ()
    assert len(forced.places) == len(forced.nodes)
    assert (round_.nodes, round_.edges) == (forced.nodes, forced.edges)
    assert forced == _form(bold="open_care", layout="force")


def test_no_more_nodes_than_are_legible_and_none_at_all() -> None:
    nodes = _nodes(*((f"s{place}", "early", 9.0 + place) for place in range(MOST_NODES + 5)))
    form = network_circle(_pairs(), SAY, nodes=nodes)
    assert len(form.nodes) == MOST_NODES
    assert form.nodes[0].size == 9 + MOST_NODES + 4
    empty = network_circle(_pairs(), SAY, nodes=_nodes(), layout="force")
    assert (empty.nodes, empty.edges) == ((), ())


@pytest.mark.parametrize(
    ("least", "words"),
    [(1.3, "kytkeytyy 3 muuhun palveluun, vahvimmin: Turvakoti (nosto 8,0)"),
     (5.0, "yhteen muuhun palveluun: Turvakoti"),
     (99.0, "Mitkään palvelut eivät kulje selvästi yhdessä")],
)  # fmt: skip
def test_the_headline_names_the_hub_and_its_strongest_tie(least: float, words: str) -> None:
    pairs = pairs_from(PAIRS, least)
    hub = hub_of(pairs, NODES)
    assert words in ties_headline(pairs, "open_care" if hub else hub, SAY)


def test_the_number_in_the_headline_is_the_released_one() -> None:
    released = released_gallery([ANALYSIS], "usual").results[ANALYSIS.key]
    pairs = released["pairs"]
    own = pairs[(pairs["first"] == "open_care") | (pairs["second"] == "open_care")]
    charts = [circle(released, SAY), force(released, SAY)]
    assert {SAY.number(float(own["lift"].max()), 1) in chart.headline for chart in charts} == {True}
    assert f"kytkeytyy {int((own['lift'] >= 1.5).sum())} muuhun" in charts[0].headline
    texts = sorted(edge.text for edge in charts[0].form.edges if edge.highlight)  # type: ignore[union-attr]
    assert texts == sorted(SAY.number(float(lift), 1) for lift in own["lift"] if lift >= 1.5)
    assert not np.isnan(charts[1].form.places).any()  # type: ignore[union-attr]

from __future__ import annotations

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.flow import MOST_STOPS, flow, flows_of_group
from kumppanuus.forms.next_step import Next, next_of
from kumppanuus.gallery.pathways import ANALYSIS
from kumppanuus.gallery.pathways.charts import BEGINNINGS, TARGET, ways, ways_headline
from kumppanuus.gallery.pathways.compute import STOPS, PathwaysResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.methods.shares import difference_limits
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
STEPS = ("Alku", "1.", "2.")


def _table(*rows: tuple[str, str, str, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["step_1", "step_2", "step_3", "persons"]).assign(hidden=False)
    masked = pd.DataFrame(False, index=frame.index, columns=["persons"])
    return ReleasedTable("ways", PathwaysResult.tables()["ways"], frame, masked)


TABLE = _table(
    ("contact", "counselling", "open_care", 21), ("contact", "counselling", "none", 45),
    ("contact", "open_care", "none", 9), ("notification", "open_care", "other", 27),
    ("notification", "other", "other", 15),
)  # fmt: skip


def test_blocks_and_streams_are_sums_of_published_paths() -> None:
    form = flow(TABLE, SAY, steps=STEPS, order=STOPS, target="open_care")
    assert [(stop.step, stop.key, stop.text) for stop in form.stops] == [
        (0, "notification", "42"), (0, "contact", "75"),
        (1, "counselling", "66"), (1, "open_care", "36"), (1, "other", "15"),
        (2, "open_care", "21"), (2, "none", "54"), (2, "other", "42"),
    ]  # fmt: skip
    streams = {(stream.step, stream.source, stream.target): stream.value for stream in form.streams}
    assert streams[0, "contact", "counselling"] == 66
    assert streams[1, "open_care", "none"] == 9
    assert streams[1, "other", "other"] == 15
    assert {sum(value for (step, *_), value in streams.items() if step == each) for each in (0, 1)} == {117}
    assert form.stops[-1].label == "Muut"
    assert form.highlight == "open_care"


def test_no_highlight_without_its_state() -> None:
    table = _table(("contact", "counselling", "none", 45))
    assert flow(table, SAY, steps=STEPS, target="open_care").highlight == ""
    # a beginning is no target
    assert flow(table, SAY, steps=STEPS, target="contact").highlight == ""


def test_more_states_than_fit_join_the_others_but_not_the_target() -> None:
    rows = [("contact", code, "none", 300.0 - 6 * place) for place, code in enumerate(STOPS[3:-1])]
    rows += [("school", f"new_{place}", "none", 99.0) for place in range(6)]
    table = _table(*rows, ("contact", "open_care", "placement", 3.0))
    merged = flows_of_group(table, keep="open_care")
    for step in (1, 2):
        for end in ("from", "to"):
            assert merged.loc[merged["step"] == step, end].nunique() <= MOST_STOPS
    assert "open_care" in set(merged["to"])
    assert merged.loc[merged["step"] == 1, "persons"].sum() == table.frame["persons"].sum()
    flow(table, SAY, steps=STEPS, target="open_care")  # the specification takes it


def test_hidden_and_missing_rows() -> None:
    frame = TABLE.frame.assign(hidden=[True, False, False, False, False])
    hidden = ReleasedTable("ways", TABLE.declaration, frame, TABLE.masked)
    assert flows_of_group(hidden).loc[lambda rows: rows["to"] == "counselling", "persons"].tolist() == [45]
    assert flow(_table(), SAY, steps=STEPS).stops == ()


def _headline(notified: tuple[float, float], contacted: tuple[float, float]) -> str:
    table = _table(
        ("notification", "open_care", "none", notified[0]), ("notification", "none", "none", notified[1]),
        ("contact", "open_care", "none", contacted[0]), ("contact", "none", "none", contacted[1]),
    )  # fmt: skip
    flows = flows_of_group(table)
    return ways_headline(next_of(flows, BEGINNINGS, TARGET), flows, SAY)


@pytest.mark.parametrize(
    ("notified", "contacted", "words"),
    [
        ((60, 40), (20, 80), "useammin kuin omasta yhteydenotosta: 60 % ja 20 %"),
        ((20, 80), (60, 40), "harvemmin kuin omasta yhteydenotosta: 20 % ja 60 %"),
        ((22, 78), (20, 80), "ilman selvää eroa: 22 % ja 20 %"),
        ((60, 40), (0, 80), "Yleisin seuraava vaihe on ”Ei uutta palvelua”: noin 67 %"),
    ],
)
def test_the_headline_tells_the_direction_or_that_there_is_none(
    notified: tuple[float, float], contacted: tuple[float, float], words: str
) -> None:
    assert words in _headline(notified, contacted).replace("\N{NO-BREAK SPACE}", " ")


def test_others_may_have_gone_to_the_target_too() -> None:
    rows = (("notification", "open_care", "none", 60.0), ("notification", "none", "none", 39.0),
            ("contact", "open_care", "none", 21.0), ("contact", "none", "none", 39.0))  # fmt: skip
    known = next_of(flows_of_group(_table(*rows, ("contact", "counselling", "none", 39.0))), BEGINNINGS, TARGET)
    pooled = next_of(flows_of_group(_table(*rows, ("contact", "other", "other", 39.0))), BEGINNINGS, TARGET)
    assert known.shares == pooled.shares
    assert known.high == pytest.approx(pooled.high)
    assert pooled.low < 0.0 < known.low


def test_an_interval_that_includes_no_difference_is_said() -> None:
    flows = flows_of_group(TABLE)
    for low, high, word in ((-0.01, 0.1, "ilman selvää eroa"), (0.01, 0.1, "useammin"), (-0.1, -0.01, "harvemmin")):
        assert word in ways_headline(Next((0.2, 0.1), low, high), flows, SAY)


def test_the_numbers_in_the_headline_are_the_released_ones() -> None:
    released = released_gallery([ANALYSIS], "usual").results[ANALYSIS.key]
    frame = released["ways"]
    shares = []
    for code in ("notification", "contact"):
        rows = frame[frame["step_1"] == code]
        shares.append((rows.loc[rows["step_2"] == "open_care", "persons"].sum(), rows["persons"].sum()))
    low, _ = difference_limits(*shares)
    headline = ways(released, SAY).headline
    assert low > 0
    assert "useammin" in headline
    assert all(SAY.percent(round(some / total, 2)) in headline for some, total in shares)

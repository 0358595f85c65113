from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.states import published_at, shares_over_time, states
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.states import ANALYSIS
from kumppanuus.gallery.states.charts import COLOURS, states_headline
from kumppanuus.gallery.states.compute import STATES, StatesResult
from kumppanuus.language.say import Say
from kumppanuus.register.calendar import month_day
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan


def _table(months: list[int], **shares: list[float]) -> ReleasedTable:
    rows = [
        (code, month_day(month), share)
        for code, each in shares.items()
        for month, share in zip(months, each, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["state", "day", "share"]).assign(hidden=False, at_risk=1197.0)
    masked = pd.DataFrame(False, index=frame.index, columns=["share"])
    return ReleasedTable("after_contact", StatesResult.tables()["after_contact"], frame, masked)


TABLE = _table([0, 6, 12, 18], none=[0.0, 0.3, NAN, 0.5], early=[1.0, 0.5, NAN, 0.3], other=[0.0, 0.2, NAN, 0.2])


def test_layers_in_order_with_pooled_states_on_top() -> None:
    form = states(TABLE, SAY, of="share", over="state", order=STATES, colours=COLOURS, x_label="Kuukautta")
    assert [state.label for state in form.states] == ["Varhaisessa tuessa", "Ei palvelua", "Muut tilanteet"]
    assert form.times == (0, 6, 18)  # a month without a published share is no place of the drawing
    assert [state.shares for state in form.states] == [(1.0, 0.5, 0.3), (0.0, 0.3, 0.5), (0.0, 0.2, 0.2)]
    assert [state.text for state in form.states] == ["30\u00a0%", "50\u00a0%", "20\u00a0%"]
    assert [state.pattern for state in form.states] == [False, False, True]
    assert form.tick_texts == ("0", "3", "6", "9", "12", "15", "18")


def test_texts_inside_are_the_published_shares_of_their_place() -> None:
    form = states(TABLE, SAY, of="share", over="state", order=STATES, colours=COLOURS, x_label="Kuukautta")
    for state in form.states:
        for text, share in zip(state.inside, state.shares, strict=True):
            assert text in ("", f"{100 * share:.0f}\u00a0%")
    assert form.states[0].inside[1] == "50\u00a0%"


def test_no_or_one_published_time_is_no_drawing() -> None:
    assert shares_over_time(_table([]), "share", "state").empty
    assert shares_over_time(_table([0, 6], none=[1.0, NAN]), "share", "state").empty
    form = states(_table([]), SAY, of="share", over="state", order=STATES, colours=COLOURS, x_label="Kuukautta")
    assert form.states == ()


def test_a_group_is_its_own_rows() -> None:
    one, two = TABLE.frame.assign(area="a"), TABLE.frame.assign(area="b", share=1.0)
    table = ReleasedTable("x", TABLE.declaration, pd.concat([one, two], ignore_index=True), TABLE.masked)
    assert shares_over_time(table, "share", "state", group={"area": "a"})["none"].tolist() == [0, 0.3, 0.5]


def test_what_was_published_up_to_a_month() -> None:
    shares = shares_over_time(TABLE, "share", "state")
    assert [published_at(shares, month) for month in (0, 5, 6, 17, math.inf)] == [0, 0, 6, 6, 18]
    assert math.isnan(published_at(shares.iloc[:0], 6))


@pytest.mark.parametrize(
    ("end", "children", "start"),
    [
        (
            0.5,
            1197,
            "Yhä useampi on ilman palvelua: 6\u00a0kuukauden kohdalla 30\u00a0% lapsista, "
            "18\u00a0kuukauden kohdalla 50\u00a0%",
        ),
        (
            0.2,
            1197,
            "Yhä harvempi on ilman palvelua: 6\u00a0kuukauden kohdalla 30\u00a0% lapsista, "
            "18\u00a0kuukauden kohdalla 20\u00a0%",
        ),
        (0.34, 1197, "Ilman palvelua olevien lasten osuus ei selvästi muutu: 6\u00a0kuukauden kohdalla 30\u00a0% ja"),
        (0.5, 40, "Ilman palvelua olevien lasten osuus ei selvästi muutu"),  # 20 points, but two standard errors are 21
        (0.5, NAN, "Ilman palvelua olevien lasten osuus ei selvästi muutu"),
    ],
)
def test_the_headline_says_the_direction_or_no_clear_change(end: float, children: float, start: str) -> None:
    table = _table([0, 6, 18], none=[0.0, 0.3, end], early=[1.0, 0.7, 1 - end])
    assert states_headline(shares_over_time(table, "share", "state"), children, SAY).startswith(start)


def test_a_pooled_state_of_interest_gives_way_to_the_most_usual() -> None:
    table = _table([0, 6, 18], early=[0.0, 0.3, 0.4], other=[1.0, 0.7, 0.6])
    shares = shares_over_time(table, "share", "state")
    assert states_headline(shares, 1197, SAY) == "Yleisin tilanne seurannan lopussa: Muut tilanteet, 60\u00a0% lapsista"


def test_the_headline_has_published_numbers() -> None:
    result = released_gallery([ANALYSIS]).results[ANALYSIS.key]
    none = result["after_contact"].query("state == 'none'").dropna(subset=["share"]).set_index("day")["share"]
    made = ANALYSIS.charts["after_contact"](result, SAY)
    assert f"5\u00a0kuukauden kohdalla {100 * none[month_day(5)]:.0f}\u00a0%" in made.headline
    assert f"24\u00a0kuukauden kohdalla {100 * none[month_day(24)]:.0f}\u00a0%" in made.headline

from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Combinations
from kumppanuus.forms.combinations import combinations, parts_of, users_of
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.together import ANALYSIS
from kumppanuus.gallery.together.charts import sets, sets_headline, several_of
from kumppanuus.gallery.together.compute import HELPS, TogetherResult
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan


def _table(**families: float) -> ReleasedTable:
    codes = [code.replace("_and_", "+") for code in families]
    frame = pd.DataFrame({"combination": codes, "persons": [*families.values()], "families": [*families.values()]})
    masked = frame[["persons", "families"]].isna()
    return ReleasedTable("sets", TogetherResult.tables()["sets"], frame.assign(hidden=False), masked)


TABLE = _table(curator=45, open_care_and_curator=21, curator_and_speech=15, open_care=9, other=27)


def _form(table: ReleasedTable = TABLE, **more: object) -> Combinations:
    return combinations(table, SAY, of="families", **more)  # type: ignore[arg-type]


def test_published_sets_become_columns_and_the_pool_comes_last() -> None:
    form = _form(highlight="open_care", order=HELPS)
    assert [column.members for column in form.columns] == [
        ("curator",), ("open_care", "curator"), ("curator", "speech"), ("open_care",), (),
    ]  # fmt: skip
    assert [column.value for column in form.columns] == [45, 21, 15, 9, 27]
    assert [column.text for column in form.columns] == ["45", "21", "15", "9", "27"]
    assert form.columns[-1].label == "Muut"
    assert form.highlight == "open_care"


def test_totals_are_sums_of_published_sets() -> None:
    assert users_of(TABLE, over="combination", of="families") == {"curator": 81, "open_care": 30, "speech": 15}
    form = _form(order=("speech", "open_care"))
    assert [(member.label, member.value, member.text) for member in form.members] == [
        ("Puheterapia", 15, "15"), ("Lastensuojelun avohuolto", 30, "30"), ("Kuraattori", 81, "81"),
    ]  # fmt: skip
    assert [member.key for member in _form().members] == ["curator", "open_care", "speech"]


def test_what_does_not_fit_joins_the_others() -> None:
    form = _form(most=3)
    assert [column.value for column in form.columns] == [45, 21, 51]
    assert sum(column.value or 0 for column in form.columns) == TABLE.frame["families"].sum()
    known = _table(curator=45, open_care=21, speech=9)
    assert [column.members for column in _form(known).columns] == [("curator",), ("open_care",), ("speech",)]
    assert [column.value for column in _form(known, most=2).columns] == [45, 30]


def test_twelve_rows_at_most_the_highlighted_one_among_them() -> None:
    table = _table(**{code: 300 - 6 * place for place, code in enumerate(HELPS)})
    form = _form(table, highlight=HELPS[-1])
    assert [member.key for member in form.members] == [*HELPS[:11], HELPS[-1]]
    assert form.columns[-1].value == 300 - 6 * 11 + 300 - 6 * 12  # those without a row


def test_hidden_numbers_have_words_and_no_length() -> None:
    form = _form(_table(curator=45, open_care=NAN, other=NAN))
    assert [(column.members, column.value, column.text) for column in form.columns] == [
        (("curator",), 45, "45"), ((), None, "peitetty"),
    ]  # fmt: skip
    assert _form(_table()).columns == ()
    assert parts_of("other") == ()


@pytest.mark.parametrize(
    ("families", "words"),
    [
        ({"curator": 45, "curator_and_speech": 15}, "25 % perheistä käyttää vähintään kahta"),
        ({"curator": 45, "curator_and_speech": 15, "other": 15}, "Vähintään 20 % perheistä käyttää kahta tai"),
        ({"curator": 15, "curator_and_speech": 45}, "Suurin osa perheistä käyttää useaa palvelua: 75 %"),
        ({"curator": 195, "curator_and_speech": 9}, "Harva perhe käyttää useaa palvelua: 4 %"),
        ({"curator": 45, "curator_and_speech": NAN}, "ei voi kertoa"),
    ],
)
def test_the_headline_says_what_the_published_numbers_say(families: dict[str, float], words: str) -> None:
    assert words in sets_headline(several_of(_table(**families)), SAY).replace("\N{NO-BREAK SPACE}", " ")


def test_the_number_in_the_headline_is_the_released_one() -> None:
    released = released_gallery([ANALYSIS], "usual").results[ANALYSIS.key]
    frame = released["sets"]
    several = frame[frame["combination"].str.contains("+", regex=False)]["families"].sum()
    share = SAY.percent(round(several / frame["families"].sum(), 2))
    assert share in sets(released, SAY).headline

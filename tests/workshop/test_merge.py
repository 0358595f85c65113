"""Merging: votes add up, words stand once, and neither order nor grouping nor repetition changes what was said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.errors import StudyError
from kumppanuus.workshop.merge import merge, merge_files, sheets_of, together
from kumppanuus.workshop.notes import PRIORITIES, SCHEMA, Item, Notes, notes_text, read_notes

RUN = "c01bdab560"
LEVELS = "lifecycle.durations/levels"


def notes(*items: Item, sheet: str = "", edition: int = 0, run: str = RUN, language: str = "fi") -> Notes:
    return Notes.model_validate(
        {"schema": SCHEMA, "run": run, "language": language, "items": items, "sheet": sheet, "edition": edition}
    )


def test_two_scribes_by_hand() -> None:
    first = notes(
        Item(exhibit=LEVELS, finding="Puolet päättyy", notes="Liian pitkä.", votes=2, priority="soon", owner="a"),
        Item(exhibit="general", votes=1),
    )
    second = notes(
        Item(exhibit=LEVELS, finding="Puolet päättyy", notes="Miksi?\n\nLiian pitkä.", votes=3, priority="now",
             action="Kokeilu", owner="b"),
        Item(exhibit="access.waiting/limits", action="Kysytään"),
        Item(exhibit="resources.spending/top", finding="Ei kirjauksia"),
    )  # fmt: skip
    merged = merge([first, second])
    assert merged.items == (
        Item(exhibit="access.waiting/limits", action="Kysytään"),
        Item(exhibit=LEVELS, finding="Puolet päättyy", notes="Liian pitkä.\n\nMiksi?", votes=5, priority="now",
             action="Kokeilu", owner="a; b"),
        Item(exhibit="general", votes=1),
    )  # fmt: skip
    assert len(merged.sheets) == 2


def test_the_same_file_counts_once_and_the_same_vote_of_two_scribes_twice() -> None:
    one = notes(Item(exhibit=LEVELS, votes=1))
    two = notes(Item(exhibit=LEVELS, votes=1), Item(exhibit="general", votes=1))
    assert merge([one, one]).items[0].votes == 1
    assert merge([one, two]).items[0].votes == 2


def test_a_later_export_of_a_sheet_that_the_page_named_takes_the_place_of_the_earlier_one() -> None:
    early = notes(Item(exhibit=LEVELS, votes=2, notes="Ensin"), sheet="ab" * 8, edition=1)
    late = notes(Item(exhibit=LEVELS, votes=1, notes="Sitten"), sheet="ab" * 8, edition=2)
    other = notes(Item(exhibit=LEVELS, votes=1, notes="Sitten"), sheet="cd" * 8, edition=9)
    assert merge([late, early]).items == merge([early, late]).items == late.items
    assert merge([early, other, late]).items[0].votes == 2  # two scribes wrote the same


def test_a_later_export_without_a_name_repeats_items_with_words_only_once() -> None:
    told = Item(exhibit=LEVELS, votes=2, notes="Liian pitkä.")
    early, late = notes(told), notes(told, Item(exhibit="general", votes=1))
    assert merge([early, late]).items == (told, Item(exhibit="general", votes=1))


def test_the_finding_is_told_in_the_language_of_most_scribes() -> None:
    swedish = [notes(Item(exhibit=LEVELS, finding="Hälften", votes=n), language="sv") for n in (1, 2)]
    finnish = notes(Item(exhibit=LEVELS, finding="Puolet", votes=1))
    merged = merge([finnish, *swedish])
    assert (merged.language, merged.items[0].finding) == ("sv", "Hälften")
    assert merge([finnish, swedish[0]]).language == "fi"  # the first language among equals


def test_another_run_is_refused_and_both_are_named(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(notes_text(notes(run="abcdef")), encoding="utf-8")
    (tmp_path / "a.json").write_text(notes_text(notes()), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        merge_files([tmp_path / "b.json", tmp_path / "a.json"])
    assert caught.value.code == "KU531"
    assert caught.value.facts == {"file": "b.json", "run": "abcdef", "first": "a.json", "other": RUN}
    with pytest.raises(StudyError, match="KU531"):
        merge([notes(), notes(run="abcdef")])


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        text = notes_text(notes(Item(exhibit="general", notes=name)))
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    paths = [tmp_path / f"{name}.json" for name in ("c", "b", "a", "b")]
    assert merge_files(paths).items[0].notes == "a\n\nb\n\nc"


def test_exported_merged_imported(tmp_path: Path) -> None:
    """What was merged is read again the same, and its own parts add nothing to it."""
    parts = [notes(Item(exhibit="general", notes=name, votes=1)) for name in "abc"]
    file = tmp_path / "merged.json"
    file.write_text(notes_text(merge(parts)), encoding="utf-8")
    again = read_notes(file)
    assert again == merge(parts)
    assert merge([again]) == again
    assert merge([again, *parts]) == again
    assert again.items[0].votes == 3


def test_merged_notes_that_were_changed_are_what_they_say() -> None:
    merged = merge([notes(Item(exhibit="general", votes=1)), notes(Item(exhibit="general", votes=2))])
    changed = merged.model_copy(update={"items": (Item(exhibit="general", votes=7),)})
    assert merge([changed]).items == changed.items
    assert len(sheets_of(changed)) == 1


def test_more_than_a_file_may_hold_is_refused_as_a_whole() -> None:
    long = [notes(Item(exhibit="general", notes=letter * 15_000)) for letter in "ab"]
    with pytest.raises(StudyError, match="KU535"):
        merge(long)
    with pytest.raises(StudyError, match="KU535"):
        merge([notes(Item(exhibit="general", votes=votes)) for votes in range(1, 102)])
    many = [[Item(exhibit=f"a/b{n}", notes=f"{part}" * 15_000) for n in range(150)] for part in (1, 2)]
    with pytest.raises(StudyError, match="KU535"):
        merge([notes(*many[0]), notes(*(Item(exhibit=f"c/{item.exhibit[2:]}", notes=item.notes) for item in many[1]))])


WORDS = st.sampled_from(["", "a", "b", "a\n\nb", "pitkä", "a; b"])
ITEMS = st.builds(
    Item,
    exhibit=st.sampled_from(["general", LEVELS, "access.waiting/limits"]),
    finding=WORDS,
    notes=WORDS,
    votes=st.integers(0, 3),
    priority=st.sampled_from(PRIORITIES),
    action=WORDS,
    owner=WORDS,
)


@st.composite
def files(draw: st.DrawFn) -> Notes:
    items = draw(st.lists(ITEMS, max_size=4))
    sheet, language = draw(st.sampled_from(["", "ab" * 8, "cd" * 8])), draw(st.sampled_from(["fi", "sv", "en"]))
    return notes(*items, sheet=sheet, edition=draw(st.integers(0, 2)), language=language)


def in_any_order(merged: Notes) -> object:
    """What was said, with everything that stands in a row as a set."""
    items = {
        item.exhibit: (item.finding, frozenset(item.notes.split("\n\n")), item.votes, item.priority,
                       frozenset(item.action.split("; ")), frozenset(item.owner.split("; ")))
        for item in merged.items
    }  # fmt: skip
    return merged.run, merged.language, items, frozenset(merged.sheets)


@settings(max_examples=100, deadline=None)
@given(st.lists(files(), min_size=3, max_size=3), st.permutations(range(3)))
def test_grouping_order_and_repetition_decide_nothing(three: Sequence[Notes], order: Sequence[int]) -> None:
    a, b, c = three
    assert merge([merge([a, b]), c]) == merge([a, merge([b, c])]) == merge([a, b, c])
    assert in_any_order(merge([three[place] for place in order])) == in_any_order(merge(three))
    assert merge([merge(three), *three]) == merge(three)
    assert merge([merge([a, b]), merge([b, c])]) == merge(three)


@settings(max_examples=100, deadline=None)
@given(st.lists(files(), min_size=1, max_size=4))
def test_nothing_said_is_lost(parts: Sequence[Notes]) -> None:
    merged = merge(parts)
    votes = sum(item.votes for sheet in merged.sheets for item in sheet.items)
    assert sum(item.votes for item in merged.items) <= votes
    for item in (item for sheet in merged.sheets for item in sheet.items if item.says_something):
        (told,) = [each for each in together(merged.sheets) if each.exhibit == item.exhibit]
        assert set(item.notes.split("\n\n")) <= {"", *told.notes.split("\n\n")}
        assert item.action in told.action
        assert item.owner in told.owner
        assert PRIORITIES.index(told.priority) <= PRIORITIES.index(item.priority)
        assert told.votes >= item.votes

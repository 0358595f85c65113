"""Several scribes' notes of one run become one file.

Notes are a set of *sheets*, one per scribe. Merging is the union of the sheets: of one scribe's sheet the latest
edition counts, the same file counts once, and merged notes can be merged again with others or with their own parts.
What was said of an exhibit is worked out from the sheets alone (`together`), so the order in which files were merged
decides nothing but the order of the paragraphs.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from kumppanuus.errors import StudyError
from kumppanuus.study import LANGUAGES, Language
from kumppanuus.workshop.notes import (
    GENERAL,
    LARGEST_BYTES,
    MOST_VOTES,
    PRIORITIES,
    SCHEMA,
    Item,
    Notes,
    Sheet,
    notes_text,
    read_notes,
    shown_name,
)

_SAME = "same-"
"""Begins the name of a sheet that the page did not name: the name is made of the content."""


def merge_files(paths: Iterable[Path]) -> Notes:
    """Read the notes of one run and merge them in the order of the files' names.

    Raises
    ------
    StudyError
        What `read_notes` raises; KU531 when a file is about another run than the first, KU535 when all of it is more
        than one file may hold.
    DisclosureError
        KU534 when an identity code stands in a file.
    """
    in_order = sorted(dict.fromkeys(paths), key=lambda path: (path.name, path.as_posix()))
    read = [(path, read_notes(path)) for path in in_order]
    first_path, first = read[0]
    for path, notes in read[1:]:
        if notes.run != first.run:
            raise StudyError("KU531", file=shown_name(path), run=notes.run, first=shown_name(first_path),
                             other=first.run)  # fmt: skip
    return merge([notes for _, notes in read])


def merge(parts: Sequence[Notes]) -> Notes:
    """Merge notes of one run; at least one.

    Raises
    ------
    StudyError
        KU531 when they are of different runs, KU535 when all of it is more than one file may hold.
    """
    run = parts[0].run
    if any(notes.run != run for notes in parts):
        raise StudyError("KU531", file="-", run=max(notes.run for notes in parts if notes.run != run), first="-",
                         other=run)  # fmt: skip
    try:
        sheets = _latest(sheet for notes in parts for sheet in sheets_of(notes))
        language = _language([sheet.language for sheet in sheets])
        merged = Notes(schema=SCHEMA, run=run, language=language, items=together(sheets), sheets=sheets)
    except ValidationError:
        raise StudyError("KU535", most=LARGEST_BYTES // 1_000_000) from None
    if len(notes_text(merged).encode()) > LARGEST_BYTES:
        raise StudyError("KU535", most=LARGEST_BYTES // 1_000_000)
    return merged


def sheets_of(notes: Notes) -> tuple[Sheet, ...]:
    """Return the scribes' sheets of a file; a file whose items were changed after merging is a sheet of its own."""
    if notes.sheets and together(notes.sheets) == notes.items:
        return notes.sheets
    name = notes.sheet or _SAME + _digest(notes.items, notes.language)
    return (Sheet(sheet=name, edition=notes.edition, language=notes.language, items=notes.items),)


def together(sheets: Sequence[Sheet]) -> tuple[Item, ...]:
    """Return what all scribes said of each exhibit, by its key, what is of no single chart last.

    Votes add up. Paragraphs, actions and roles stand once each, in the order of the sheets; the most urgent priority
    counts. Sheets without a name of the page may be two exports of one scribe: an item with words that is the same to
    the last letter in several of them is counted once.
    """
    said: dict[str, list[tuple[Language, Item]]] = {}
    seen: set[tuple[Language, Item]] = set()
    for sheet in sheets:
        for item in sheet.items:
            one = (sheet.language, item)
            if item.says_something and not (sheet.sheet.startswith(_SAME) and _repeated(one, seen)):
                said.setdefault(item.exhibit, []).append(one)
    language = _language([sheet.language for sheet in sheets])
    return tuple(_joined(said[key], language) for key in sorted(said, key=lambda key: (key == GENERAL, key)))


def _repeated(one: tuple[Language, Item], seen: set[tuple[Language, Item]]) -> bool:
    """Tell whether an item with words was there before, and take note of it."""
    _, item = one
    if not (item.notes or item.action or item.owner):
        return False
    before = one in seen
    seen.add(one)
    return before


def _joined(said: Sequence[tuple[Language, Item]], language: Language) -> Item:
    items = [item for _, item in said]
    notes = dict.fromkeys(part.strip("\n") for item in items for part in item.notes.split("\n\n"))
    return Item(
        exhibit=items[0].exhibit,
        finding=_finding(said, language),
        notes="\n\n".join(filter(None, notes)),
        votes=min(sum(item.votes for item in items), MOST_VOTES),
        priority=min((item.priority for item in items), key=PRIORITIES.index),
        action="; ".join(dict.fromkeys(item.action for item in items if item.action)),
        owner="; ".join(dict.fromkeys(item.owner for item in items if item.owner)),
    )


def _finding(said: Sequence[tuple[Language, Item]], language: Language) -> str:
    """Return the finding most scribes saw, those first who used the language of the merged notes."""
    own = [item.finding for spoken, item in said if spoken == language and item.finding]
    return _commonest(own or [item.finding for _, item in said if item.finding])


def _commonest(texts: Sequence[str]) -> str:
    counted = Counter(texts)
    return min(counted, key=lambda text: (-counted[text], text), default="")


def _language(spoken: Sequence[Language]) -> Language:
    """Return the language most sheets are in, the first of the three among equals."""
    counted = Counter(spoken)
    return min(LANGUAGES, key=lambda language: (-counted[language], LANGUAGES.index(language)))


def _latest(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return each scribe's sheet once, in its latest edition, where it stood first."""
    latest: dict[str, Sheet] = {}
    for sheet in sheets:
        latest[sheet.sheet] = max(latest.get(sheet.sheet, sheet), sheet, key=_age)
    return tuple(latest.values())


def _age(sheet: Sheet) -> tuple[int, str]:
    """Return what decides which of two editions is the later one; among equals the content does."""
    return sheet.edition, _digest(sheet.items, sheet.language)


def _digest(items: Sequence[Item], language: Language) -> str:
    """Return a name made of the content."""
    content = json.dumps([language, [item.model_dump() for item in items]], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]

"""The notes of a workshop as a file: what it may hold, reading it with care, writing it the same every time.

The files come from other people's computers and hold free text about services for children. A file that is not what
it should be is refused by name and place; what it says is never repeated in an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kumppanuus.disclosure.tokens import holds_identity_code, readable
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.report.words import plain
from kumppanuus.study import Language

SCHEMA: Literal["kumppanuus.workshop/1"] = "kumppanuus.workshop/1"
GENERAL = "general"
"""Exhibit of what was said of no single chart."""
LARGEST_BYTES = 4_000_000
MOST_VOTES = 9_999
_LONGEST = 20_000
_MOST_ITEMS = 500
_MOST_SHEETS = 100

Priority = Literal["now", "soon", "later", ""]
PRIORITIES: tuple[Priority, ...] = ("now", "soon", "later", "")
"""From the most urgent to none."""


def _tidy(text: str) -> str:
    """Return a text as it is meant: no control characters, one kind of line end, nothing around it."""
    return plain(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


Text = Annotated[str, StringConstraints(max_length=_LONGEST), AfterValidator(_tidy)]
RunId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6,64}\z")]
ExhibitKey = Annotated[
    str, StringConstraints(max_length=120, pattern=rf"^(?:{GENERAL}|[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*/[a-z0-9_]+)\z")
]
Votes = Annotated[int, Field(ge=0, le=MOST_VOTES)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", populate_by_name=True)


class Item(_Part):
    """What was said of one exhibit.

    exhibit : its key, or ``general``. finding : its headline as the room saw it.
    owner : the responsible role, never a person.
    """

    exhibit: ExhibitKey
    finding: Text = ""
    notes: Text = ""
    votes: Votes = 0
    priority: Priority = ""
    action: Text = ""
    owner: Text = ""

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """What somebody typed or saw."""
        return self.finding, self.notes, self.action, self.owner

    @property
    def says_something(self) -> bool:
        """Whether anything was written, voted or decided."""
        return bool(self.votes or self.priority or self.notes or self.action or self.owner)


class Sheet(_Part):
    """What one scribe wrote down.

    sheet : which scribe's, a name made up by the page or made of the content, never a person's.
    edition : how many times the scribe had saved; of one sheet the latest counts.
    """

    sheet: Annotated[str, StringConstraints(pattern=r"^(?:same-)?[0-9a-f]{8,64}\z")]
    edition: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    language: Language
    items: Annotated[tuple[Item, ...], Field(max_length=_MOST_ITEMS)] = ()


class Notes(_Part):
    """A file of notes: one scribe's, or several merged.

    items : what was said of each exhibit; of merged notes, all scribes together.
    sheet, edition : see `Sheet`; empty when the page did not name the sheet.
    sheets : of merged notes: what each scribe wrote, so that they can be merged again without counting twice.
    """

    kind: Literal["kumppanuus.workshop/1"] = Field(alias="schema")
    run: RunId
    language: Language
    items: Annotated[tuple[Item, ...], Field(max_length=_MOST_ITEMS)] = ()
    sheet: Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{8,64})?\z")] = ""
    edition: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    sheets: Annotated[tuple[Sheet, ...], Field(max_length=_MOST_SHEETS)] = ()


def read_notes(path: Path) -> Notes:
    """Read a file of notes.

    Raises
    ------
    StudyError
        KU530 it cannot be opened, KU532 it is no file of notes.
    DisclosureError
        KU534 an identity code stands in it, named by the exhibit.
    """
    name = shown_name(path)
    try:
        notes = Notes.model_validate_json(_text_of(path, name))
    except ValidationError as error:
        raise StudyError("KU532", file=name, where=_where(error)) from None
    found = next(_with_identity_codes(notes), None)
    if found is not None:
        raise DisclosureError("KU534", file=name, exhibit=found)
    return notes


def notes_text(notes: Notes) -> str:
    """Return the notes as JSON with sorted keys; what is empty for one scribe's file is left out."""
    content = notes.model_dump(mode="json", by_alias=True)
    for name in ("sheet", "edition", "sheets"):
        if not content[name]:
            del content[name]
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def shown_name(path: Path) -> str:
    """Return a file's name for messages, or its ending only when the name itself must not be repeated."""
    return f"…{path.suffix[:6]}" if holds_identity_code(readable(path.name)) else path.name or str(path)


def _text_of(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise StudyError("KU530", file=name, problem=error.strerror or type(error).__name__) from None
    if len(content) > LARGEST_BYTES:
        raise StudyError("KU532", file=name, where=f"> {LARGEST_BYTES // 1_000_000} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StudyError("KU532", file=name, where="UTF-8") from None


def _where(error: ValidationError) -> str:
    """Return the first faulty place by its name in the schema; a name that is not ours is not repeated."""
    known = {name for part in (Item, Sheet, Notes) for name in part.model_fields} | {"schema"}
    place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    steps = [f"[{step + 1}]" if isinstance(step, int) else step if step in known else "?" for step in place]
    return ".".join(steps).replace(".[", "[") or "JSON"


def _with_identity_codes(notes: Notes) -> Iterator[str]:
    """Yield the exhibits whose texts hold an identity code."""
    for item in (*notes.items, *(item for sheet in notes.sheets for item in sheet.items)):
        if any(holds_identity_code(readable(text)) for text in item.texts):
            yield item.exhibit

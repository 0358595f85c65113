"""Write a proposed study file: TOML that loads as it is, with a comment for whoever has to judge it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kumppanuus.intake.codebook import ValueDraft
from kumppanuus.intake.draft import SourceDraft, WindowDraft, are_snapshots, meaning_of_end
from kumppanuus.intake.recognise import Guess
from kumppanuus.intake.sample import ROWS
from kumppanuus.language.say import Say
from kumppanuus.register.tables import TABLES

TODO = "TODO"
_PLACE = 38
_TRUSTED = 0.8


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """A service or an area: the text by which it goes, what its name tells of it.

    level : None when its name does not tell.
    """

    code: str
    name: str
    level: str | None = None
    sector: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class StudyDraft:
    """All that goes into the proposed file.

    values : per source, canonical column → meaning of its texts.
    left_out : files that are not read, and why.
    """

    window: WindowDraft
    sources: tuple[SourceDraft, ...]
    values: tuple[Mapping[str, ValueDraft], ...]
    areas: tuple[CodeDraft, ...]
    services: tuple[CodeDraft, ...]
    left_out: tuple[tuple[str, str], ...]


def study_text(draft: StudyDraft, say: Say) -> tuple[str, int]:
    """Return the file's text and how many of its lines wait for a decision.

    Parameters
    ----------
    say : speaks the texts of ``language/init.toml``.
    """
    body = "\n".join([*_study(draft, say), *_sources(draft, say), *_areas(draft, say), *_services(draft, say)])
    todo = sum(TODO in line for line in body.splitlines())
    head = [say("propose.head"), say("propose.how", n=ROWS), say("propose.todo_some" if todo else "propose.todo_none")]
    return "\n".join([*(_comment(line) for line in head), *_left_out(draft, say), body]) + "\n", todo


def _left_out(draft: StudyDraft, say: Say) -> Iterator[str]:
    if draft.left_out:
        yield _comment(say("propose.left_out.head"))
    for file, code in draft.left_out:
        yield _comment(f"  {file}: {code or say('propose.left_out.header')}")


def _study(draft: StudyDraft, say: Say) -> Iterator[str]:
    yield from ("schema = 1", "", _comment(say("propose.study")), "[study]")
    yield _line("organiser", _quoted(say("propose.organiser")), say("propose.organiser_note"))
    yield _line("language", _quoted(say.language))
    if any(one.temporary for source in draft.sources for one in source.found):
        yield from (_comment(say("propose.synthetic")), "# synthetic = true")
    window, why = draft.window, say(f"propose.window.{draft.window.why}")
    yield from ("", _comment(say("propose.window.head")), _comment(say("propose.window.about")), "[window]")
    yield _line("from", window.first.isoformat(), why)
    yield _line("to", window.last.isoformat(), why)
    if window.year_starts != "01-01":
        yield _line("year_starts", _quoted(window.year_starts), say("propose.window.year_starts"))
    yield from ("", _comment(say("propose.spells.head")), "[spells]", "tolerance_days = 0")


def _sources(draft: StudyDraft, say: Say) -> Iterator[str]:
    if not draft.sources:
        yield from _no_source(say)
    earlier: set[tuple[str, ...]] = set()
    for source, values in zip(draft.sources, draft.values, strict=True):
        files = (source.folder, *source.files)
        yield from _title(source, say)
        if files in earlier:
            yield _comment(say("propose.source.same_file"))
        earlier.add(files)
        yield from _reading(source, say)
        yield from _columns(source, say)
        for column, meaning in values.items():
            yield from _values(column, meaning, say)


def _no_source(say: Say) -> Iterator[str]:
    yield from ("", _comment(say("propose.source.none")), "[[sources]]", 'table = "relationships"')
    yield from (f"files = [{_quoted(say('propose.source.none_file'))}]", "", "[sources.columns]")
    yield from (_missing_column(name, say) for name in ("client", "service", "start", "end"))


def _title(source: SourceDraft, say: Say) -> Iterator[str]:
    n = len(source.found)
    count = f" ({say('propose.source.files', n=n)})" if n > 1 else ""
    yield from ("", _comment(f"--- {say.label('tables', source.table)}: {', '.join(source.files)}{count} ---"))
    yield _comment(say(f"propose.source.{source.table}"))


def _reading(source: SourceDraft, say: Say) -> Iterator[str]:
    samples = [one.sample for one in source.found]
    yield from ("[[sources]]", _line("table", _quoted(source.table)))
    if source.folder != ".":
        yield _line("folder", _quoted(source.folder))
    yield _line("files", f"[{', '.join(map(_quoted, source.files))}]")
    workbook = samples[0].sheet is not None
    yield _line("format", _quoted("xlsx" if workbook else "csv"))
    if workbook:
        yield _line("sheet", _quoted(str(samples[0].sheet)))
    else:
        yield _line("encoding", _quoted(source.one_of([each.encoding for each in samples], "auto")))
        yield _line("delimiter", _quoted(source.one_of([each.delimiter for each in samples], "auto")))
    if samples[0].header_row > 1:
        yield _line("header_row", str(samples[0].header_row), say("propose.source.header_row"))
    yield from _conversion(source, say)


def _conversion(source: SourceDraft, say: Say) -> Iterator[str]:
    kinds = {TABLES[source.table].columns[name].kind for name in source.columns}
    if kinds & {"money", "decimal"}:
        sign = source.one_of([one.decimal for one in source.found], "")
        yield _line("decimal", _quoted(sign or ","), "" if sign else say("propose.source.decimal"))
    if "date" in kinds:
        dates = min((one.dates for one in source.found), key=lambda each: each.fit)
        doubt = "month_first" if dates.date_format == "mm/dd/yyyy" else "date_format"
        trusted = dates.fit >= _TRUSTED and doubt == "date_format"
        yield _line("date_format", _quoted(dates.date_format), "" if trusted else say(f"propose.source.{doubt}"))
    if "end" in source.columns:
        meaning, told = meaning_of_end(source)
        yield _line("end_is", _quoted(meaning), say(f"propose.source.{'end_told' if told else 'end_untold'}"))
    if len(source.found) > 1:
        yes = are_snapshots(source)
        why = say(f"propose.source.{'snapshots' if yes else 'no_snapshots'}")
        yield _line("files_are", _quoted("snapshots" if yes else "parts"), why)
    missing = sorted({text for one in source.found for text in one.missing})
    if missing:
        listed = ", ".join(map(_quoted, ("", *missing)))
        yield _line("missing", f"[{listed}]", say("propose.source.missing"))
    if any(one.temporary for one in source.found):
        yield _line("temporary_identity_codes", "true", say("propose.source.temporary"))


def _columns(source: SourceDraft, say: Say) -> Iterator[str]:
    yield from ("", f"[sources.columns]  {_comment(say('propose.source.columns'))}")
    for name in TABLES[source.table].columns:
        if name in source.columns:
            yield _column(name, source.columns[name], say)
        elif name in source.found[0].lacking:
            yield _missing_column(name, say)
    unread = dict.fromkeys(name for one in source.found for name in one.unread if not re.search(r"\d{4}", name))
    if unread:
        yield _comment(say("propose.source.unread", names=", ".join(unread)))


def _column(name: str, guess: Guess, say: Say) -> str:
    why = f"{say(f'propose.sure.{guess.certainty}')}: {say(f'propose.why.{guess.why}')}"
    return _line(name, _quoted(guess.header), why)


def _missing_column(name: str, say: Say) -> str:
    return _line(name, _quoted(TODO), say("propose.source.lacking"))


def _values(column: str, meaning: ValueDraft, say: Say) -> Iterator[str]:
    if not meaning.written:
        yield from ("", _comment(say("propose.values.unwritten", column=column)))
    if not meaning.codes and not meaning.unknown and not meaning.rare:
        return
    yield from ("", f"[sources.values.{column}]  {_comment(say(f'propose.values.{column}'))}")
    for text, code in meaning.codes.items():
        yield f"{_quoted(text)} = {_quoted(code)}"
    for text in meaning.unknown:
        yield _line(f"# {_quoted(text)}", '""', say("propose.values.unknown"))
    if meaning.rare:
        yield _comment(say("propose.values.rare", n=meaning.rare))


def _areas(draft: StudyDraft, say: Say) -> Iterator[str]:
    if draft.areas:
        yield from ("", _comment(say("propose.areas.head")))
    for number, area in enumerate(draft.areas):
        yield from ([""] if number else [])
        yield from ("[[areas]]", _line("code", _quoted(area.code)), _name(area.name))


def _services(draft: StudyDraft, say: Say) -> Iterator[str]:
    yield from ("", *(_comment(say(f"propose.services.{part}")) for part in ("head", "levels", "sectors", "costs")))
    services: Sequence[CodeDraft] = draft.services or (CodeDraft("todo", say("propose.services.none")),)
    for number, service in enumerate(services):
        yield from ([""] if number else [])
        doubt = say("propose.services.level_guess" if service.level else "propose.services.level_unknown")
        yield from ("[[services]]", _line("code", _quoted(service.code)), _name(service.name))
        yield _line("level", _quoted(service.level or "early"), doubt)
        yield from (_line("sector", _quoted(service.sector or "social")), _line("unit", _quoted(service.unit or "day")))


def _name(text: str) -> str:
    return _line("name", f"{{ fi = {_quoted(text)} }}")


def _line(key: str, value: str, comment: str = "") -> str:
    setting = f"{key} = {value}"
    return f"{setting:<{_PLACE - 2}}  {_comment(comment)}" if comment else setting


def _comment(text: str) -> str:
    """Write a comment: one line, whatever a header or a file name may hold."""
    return "# " + "".join(sign if sign.isprintable() else " " for sign in text)


def _quoted(text: str) -> str:
    """Write a text as a TOML string (a JSON string is one, but for the delete sign)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

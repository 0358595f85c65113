"""The `[[sources]]` of a proposed study file: how each extract is read, and why it is believed to be so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kumppanuus.intake.codebook import ValueDraft
from kumppanuus.intake.draft import USUAL, SourceDraft
from kumppanuus.intake.forms import IDENTITY_CODE
from kumppanuus.intake.recognise import Guess
from kumppanuus.intake.toml_lines import TODO, comment, line, listed, quoted
from kumppanuus.intake.versions import files_are, meaning_of_end
from kumppanuus.language.say import Say
from kumppanuus.register.tables import TABLES

_TRUSTED = 0.8
_VALUE = re.compile(r"\d{5,}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d\d-\d\d|" + IDENTITY_CODE)
"""No column is called so: the row of headers holds a record too, and none of its names may be written down."""
_FORMATS = {".xlsx": "xlsx", ".ods": "ods", ".parquet": "parquet", ".pq": "parquet"}
DATABASE_VARIABLE = "KUMPPANUUS_DATABASE"


def source_text(
    source: SourceDraft, values: Mapping[str, ValueDraft], services: Mapping[str, str], query: str, say: Say
) -> Iterator[str]:
    """Yield the lines of one source.

    Parameters
    ----------
    values : canonical column → meaning of its texts.
    services : text → code of the services.
    query : of the database, when the source is one.
    """
    yield from _reading(source, query, say)
    yield from _columns(source, say)
    yield from _constants(source, services, say)
    yield from _questions(source, say)
    for column, meaning in values.items():
        yield from _values(column, meaning, say)


def no_source_text(say: Say) -> Iterator[str]:
    """Yield the lines of a source that the user has to fill in."""
    yield from ("", comment(say("propose.source.none")), "[[sources]]", 'table = "relationships"')
    yield from (f"files = [{quoted(say('propose.source.none_file'))}]", "", "[sources.columns]")
    yield from (_missing_column(name, say) for name in ("client", "service", "start", "end"))


def title_text(source: SourceDraft, say: Say) -> Iterator[str]:
    """Yield the lines above a source: what it is and how sure that is."""
    n = len(source.found)
    count = f" ({say('propose.source.files', n=n)})" if n > 1 else ""
    names = ", ".join(source.files)
    yield from ("", comment(f"--- {say.label('tables', source.table)}: {names}{count} ---"))
    yield comment(say(f"propose.source.{source.table}"))
    rivals = dict.fromkeys(one.rival for one in source.found if one.rival)
    if rivals:
        yield comment(say("propose.source.rival", tables=", ".join(say.label("tables", each) for each in rivals)))


def _reading(source: SourceDraft, query: str, say: Say) -> Iterator[str]:
    samples = [one.sample for one in source.found]
    yield from ("[[sources]]", line("table", quoted(source.table)))
    if samples[0].kind == "database":
        yield line("database", quoted(f"${{{DATABASE_VARIABLE}}}"), say("propose.source.database"))
        yield line("query", quoted(query))
    else:
        yield from _place(source)
    if samples[0].sheet is not None:
        yield line("sheet", quoted(str(samples[0].sheet)))
    if samples[0].kind == "text":
        yield line("encoding", quoted(source.one_of([each.encoding for each in samples], "auto")))
        yield line("delimiter", quoted(source.one_of([each.delimiter for each in samples], "auto")))
    if samples[0].header_row > 1:
        yield line("header_row", str(samples[0].header_row), say("propose.source.header_row"))
    if any(one.units for one in source.found):
        yield comment(say("propose.source.units"))
    if source.domain != USUAL:
        yield line("id_domain", quoted(source.domain), say("propose.source.id_domain"))
    if source.other_domain != USUAL:
        yield line("other_domain", quoted(source.other_domain), say("propose.source.other_domain"))
    yield from _conversion(source, say)


def _place(source: SourceDraft) -> Iterator[str]:
    if source.folder != ".":
        yield line("folder", quoted(source.folder))
    yield line("files", listed(source.files))
    sample = source.found[0].sample
    known = "csv" if sample.kind == "text" else _FORMATS.get(sample.path.suffix.lower(), "auto")
    yield line("format", quoted(known))


def _conversion(source: SourceDraft, say: Say) -> Iterator[str]:
    kinds = {TABLES[source.table].columns[name].kind for name in source.columns}
    if kinds & {"money", "decimal"} or source.questions:
        sign = source.one_of([one.decimal for one in source.found], "")
        yield line("decimal", quoted(sign or ","), "" if sign else say("propose.source.decimal"))
    if "date" in kinds:
        dates = min((one.dates for one in source.found), key=lambda each: each.fit)
        doubt = date_doubt(source)
        yield line("date_format", quoted(dates.date_format), say(f"propose.source.{doubt}") if doubt else "")
    if "end" in source.columns:
        meaning, told = meaning_of_end(source)
        yield line("end_is", quoted(meaning), say(f"propose.source.{'end_told' if told else 'end_untold'}"))
    if len(source.found) > 1:
        what = files_are(source)
        yield line("files_are", quoted(what), say(f"propose.source.{what}"))
    if source.corrections:
        yield line("order", quoted("listed"), say("propose.source.order"))
    missing = sorted({text for one in source.found for text in one.missing})
    if missing:
        yield line("missing", listed(("", *missing)), say("propose.source.missing"))
    if any(one.temporary for one in source.found):
        told = all(one.accepted for one in source.found if one.temporary)
        yield line("temporary_identity_codes", "true", "" if told else say("propose.source.temporary"))


def date_doubt(source: SourceDraft) -> str:
    """Return what is doubtful about the date format: ``month_first``, ``date_format``, or nothing."""
    dates = min((one.dates for one in source.found), key=lambda each: each.fit)
    if dates.date_format == "mm/dd/yyyy" and not dates.told:
        return "month_first"
    return "" if dates.fit >= _TRUSTED else "date_format"


def _columns(source: SourceDraft, say: Say) -> Iterator[str]:
    yield from ("", f"[sources.columns]  {comment(say('propose.source.columns'))}")
    for name in TABLES[source.table].columns:
        if name in source.columns:
            yield _column(name, source.columns[name], say)
        elif name in source.lacking:
            yield _missing_column(name, say)
    headers = [one.unread for one in source.found if not any(_VALUE.fullmatch(name) for name in one.unread)]
    unread = dict.fromkeys(name for names in headers for name in names if not re.search(r"\d{4}", name))
    if unread:
        yield comment(say("propose.source.unread", names=", ".join(unread)))


def _column(name: str, guess: Guess, say: Say) -> str:
    why = f"{say(f'propose.sure.{guess.certainty}')}: {say(f'propose.why.{guess.why}')}"
    return line(name, quoted(guess.header), why)


def _missing_column(name: str, say: Say) -> str:
    return line(name, quoted(TODO), say("propose.source.lacking"))


def _constants(source: SourceDraft, services: Mapping[str, str], say: Say) -> Iterator[str]:
    if source.constants:
        yield from ("", f"[sources.constants]  {comment(say('propose.source.constants'))}")
    for name, text in source.constants.items():
        why = f"{say(f'propose.sure.{source.found[0].doubt}')}: {say('propose.why.file_name')}"
        yield line(name, quoted(services.get(text, text) if name == "service" else text), why)


def _questions(source: SourceDraft, say: Say) -> Iterator[str]:
    if source.questions:
        note = f"{say('propose.source.questions')} ({say(f'propose.sure.{source.found[0].doubt}')})"
        yield from ("", f"[sources.questions]  {comment(note)}")
        yield from (line(quoted(header), quoted(code)) for header, code in source.questions.items())


def _values(column: str, meaning: ValueDraft, say: Say) -> Iterator[str]:
    if not meaning.written:
        yield from ("", comment(say("propose.values.unwritten", column=column)))
    if not meaning.codes and not meaning.unknown and not meaning.rare:
        return
    yield from ("", f"[sources.values.{column}]  {comment(say(f'propose.values.{column}'))}")
    for text, code in meaning.codes.items():
        yield f"{quoted(text)} = {quoted(code)}"
    for text in meaning.unknown:
        yield line(f"# {quoted(text)}", '""', say("propose.values.unknown"))
    if meaning.rare:
        yield comment(say("propose.values.rare", n=meaning.rare))

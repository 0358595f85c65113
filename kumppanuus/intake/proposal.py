"""Look at a folder of extracts and propose the study file that would read them.

Only the beginning of each file is looked at. Values are neither kept nor shown, but for the texts of code columns
(services, areas, ways of production, sexes, reasons), which the study file has to name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kumppanuus.analysis import files
from kumppanuus.errors import KumppanuusError, StudyError
from kumppanuus.intake.asking import Ask, Interview
from kumppanuus.intake.code_drafts import area_drafts, areas_of, needs_of, service_drafts, services_of, values_of
from kumppanuus.intake.codebook import written_texts
from kumppanuus.intake.domains import clients_within, guardians_within, links_within, needs_within, with_domains
from kumppanuus.intake.draft import ORDER, Found, SourceDraft, group_sources
from kumppanuus.intake.named_files import with_books, with_service
from kumppanuus.intake.places import Listed, extracts_in
from kumppanuus.intake.recognise import recognise
from kumppanuus.intake.sample import Sample, read_samples, sample_query
from kumppanuus.intake.study_text import StudyDraft, study_text
from kumppanuus.intake.vocabulary import letters, vocabulary
from kumppanuus.intake.window import window_of
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.study import Outputs

_OWN_FOLDERS = (Outputs().folder, Outputs().state)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a database that is to be a source.

    address : as SQLAlchemy writes it; it may hold a password and is written nowhere.
    """

    address: str
    sql: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed study file.

    text : commented TOML that loads as it is.
    told : lines for the console: what each file seems to be.
    todo : lines of the text that wait for a decision.
    """

    text: str
    told: tuple[str, ...]
    todo: int


@dataclass(slots=True)
class _Seen:
    """What was looked at: recognised samples, samples that fit no table, and what could not be looked at."""

    found: list[Found] = field(default_factory=list)
    strange: list[tuple[tuple[str, str], Sample]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)


def propose(folder: Path, say: Say, ask: Ask | None = None, query: Query | None = None) -> Proposal:
    """Propose a study file for the extracts of a folder, of its subfolders one level down and of its ZIP archives.

    Parameters
    ----------
    say : speaks the language of the comments; knows the texts of ``language/cli.toml``.
    ask : whoever answers what the extracts do not tell; without, such points are marked TODO.
    query : a query of a database that is looked at beside the files.

    Raises
    ------
    StudyError
        KU216 when there is no extract; for a query as `sample_query`.
    InputError
        When the database does not answer.
    """
    words = say.with_texts({**say.texts, **read_texts(files("kumppanuus.language") / "init.toml")})
    interview = Interview(ask, words) if ask is not None else None
    seen = _look(folder, query)
    if not (seen.found or seen.strange or seen.left_out):
        raise StudyError("KU216", folder=folder.resolve().name)
    organiser = interview.organiser() if interview else ""
    _settle_strange(seen, interview)
    sources = _sources(seen, interview)
    draft = _draft(sources, seen, interview, organiser, query.sql if query else "")
    text, todo = study_text(draft, words)
    return Proposal(text, tuple(_told(draft.sources, seen.left_out, words)), todo)


def _look(folder: Path, query: Query | None) -> _Seen:
    listing = extracts_in(folder, _OWN_FOLDERS)
    seen = _Seen(left_out=list(listing.unread))
    for listed in listing.extracts:
        seen.names.setdefault(listed.folder, []).append(listed.file)
        _look_at(listed, seen)
    if query is not None:
        samples = sample_query(query.address, query.sql, vocabulary().known, folder)
        seen.strange += [((".", sample.path.name), sample) for sample in samples]
        if not samples:
            seen.left_out.append(("SELECT", ""))
    _recognise(seen)
    return seen


def _look_at(listed: Listed, seen: _Seen) -> None:
    try:
        samples = read_samples(listed.place, vocabulary().known)
    except KumppanuusError as error:
        seen.left_out.append((listed.file, error.code))
        return
    if not samples:
        seen.left_out.append((listed.file, ""))
    seen.strange += [((listed.folder, listed.file), sample) for sample in samples]


def _recognise(seen: _Seen) -> None:
    """Recognise by headers first; then once more with the services that the others have."""
    first = [(place, sample, recognise(sample)) for place, sample in seen.strange]
    services = _service_texts([(place, one) for place, _, one in first if one is not None])
    known = frozenset(map(letters, services))
    seen.strange = []
    for place, sample, found in first:
        one = recognise(sample, known) if found is None or "service" in found.lacking else found
        if one is None:
            seen.strange.append((place, sample))
        else:
            seen.found.append((place, with_service(one, services)))
    seen.found = with_books(seen.found)


def _service_texts(found: Sequence[Found]) -> set[str]:
    """Return the names of services that may be written down."""
    texts: set[str] = set()
    for place, one in found:
        if "service" in one.columns and one.table != "services":
            counts = written_texts(SourceDraft(one.table, *place[:1], (place[1],), (one,)), "service")
            texts |= set(map(str, counts.index)) if counts is not None else set()
        elif one.table == "services" and "service" in one.rows:
            texts |= set(map(str, one.rows["service"].dropna()))
    return texts


def _settle_strange(seen: _Seen, interview: Interview | None) -> None:
    """Ask about extracts that fit no table or two; the others are left out."""
    doubtful = [(place, one) for place, one in seen.found if one.rival and interview is not None]
    seen.found = [each for each in seen.found if not any(each[1] is one for _, one in doubtful)]
    asked = [(place, one.sample, one.table) for place, one in doubtful]
    asked += [(place, sample, "") for place, sample in seen.strange]
    for place, sample, proposed in asked:
        told = interview.table(sample, proposed) if interview is not None else None
        if told is None:
            seen.left_out.append((sample.title, ""))
        else:
            seen.found.append((place, told))


def _sources(seen: _Seen, interview: Interview | None) -> list[SourceDraft]:
    sources = group_sources(seen.found, seen.names)
    if interview is not None:
        sources = [interview.source(source) for source in sources]
    flat = [((source.folder, one.sample.path.name), one) for source in sources for one in source.found]
    places = {id(one.sample): place for place, one in seen.found}
    named = [(places.get(id(one.sample), place), one) for place, one in flat]
    links = links_within(named)
    further = [*links, *guardians_within([*named, *links]), *needs_within(named)]
    within = group_sources([*clients_within(named), *further], seen.names)
    if interview is not None:
        within = [interview.source(source) for source in within]
    return with_domains(sorted([*sources, *within], key=lambda source: ORDER.index(source.table)))


def _draft(
    sources: Sequence[SourceDraft], seen: _Seen, interview: Interview | None, organiser: str, query: str
) -> StudyDraft:
    services, areas, needs = services_of(sources), areas_of(sources), needs_of(sources)
    values = [values_of(source, services, areas, needs) for source in sources]
    catalogue, window, synthetic = service_drafts(sources, services), window_of(sources), False
    if interview is not None:
        values = [interview.values(source, each) for source, each in zip(sources, values, strict=True)]
        catalogue, window = interview.services(catalogue), interview.window(window)
        synthetic = interview.synthetic(sources)
    return StudyDraft(
        window=window,
        sources=tuple(sources),
        values=tuple(values),
        areas=area_drafts(areas),
        needs=area_drafts(needs),
        services=catalogue,
        catalogue=services,
        left_out=tuple(seen.left_out),
        query=query,
        organiser=organiser,
        synthetic=synthetic,
    )


def _told(sources: Sequence[SourceDraft], left_out: Sequence[tuple[str, str]], say: Say) -> Iterator[str]:
    for source in sources:
        sheet = source.found[0].sample.sheet
        name = ", ".join(source.files) + (f" [{sheet}]" if sheet else "")
        count = f", {say('propose.source.files', n=len(source.found))}" if len(source.found) > 1 else ""
        n = sum(len(one.sample.cells) for one in source.found)
        rows = say("init.rows" if source.whole else "init.first_rows", n=n)
        table, sure = say.label("tables", source.table), say(f"propose.told.{source.certainty}")
        lacks = ", ".join(say(f"column.{column}") for column in source.lacking)
        end = say("init.lacking", columns=lacks) if lacks else ""
        yield say("init.file", file=name + count, table=table, rows=rows, sure=sure) + end
    for file, code in left_out:
        yield say("init.unread", file=file, code=code) if code else say("init.unknown", file=file)

"""Text columns of a chunk → typed columns with pseudonyms, and the first rule that each bad row breaks.

Registers repeat themselves: a column of a million dates holds a few thousand different texts. So each column is
converted over its distinct texts by one SQL statement, and the answers are dealt back to the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.errors import InputError
from kumppanuus.intake.canonical import OTHER_PERSON, PERSON, ROW, SCHEMAS, words_of
from kumppanuus.intake.chunk import FAULTY, FAULTY_CELL, NO_ROWS, Chunk, Faults
from kumppanuus.intake.distinct import distinct_texts
from kumppanuus.intake.expressions import (
    MISSING,
    cents_sql,
    codes_sql,
    dates_sql,
    decimals_sql,
    ids_sql,
    integers_sql,
    labels_sql,
)
from kumppanuus.intake.header import plain_header, question_column
from kumppanuus.intake.identity import read_identity_codes
from kumppanuus.intake.pseudonym import PERSON_DOMAIN, distinct, pseudonyms
from kumppanuus.intake.read_csv import SPACES
from kumppanuus.intake.row_rules import Rows, rules_between, warnings_between
from kumppanuus.intake.zeros import Numbers, numbers_of
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.tables import TABLES, ColumnSpec, stored_name
from kumppanuus.study import Source, Study

TOTALS_ROW = 312
_MANY = 1000
_SPREADSHEET_FAULTS = (
    "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
    "#PUUTTUU!", "#VIITTAUS!", "#JAKO/0!", "#ARVO!", "#NIMI?", "#LUKU!", "#TYHJÄ!",
    "#SAKNAS!", "#REFERENS!", "#DIVISION/0!", "#VÄRDEFEL!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!", FAULTY_CELL,
)  # fmt: skip
"""What a spreadsheet shows in place of a value, in English, Finnish and Swedish."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of a chunk after conversion.

    table : good rows in the canonical schema, with their line number in ``_row``; of clients and identities also the
        pseudonyms of identity codes. A wide questionnaire gives a row for every answer.
    good : number of good records; those of a wide questionnaire without any answer are `blank`.
    unknown : column → line numbers of good rows whose code nobody knows.
    flagged : code of a warning → line numbers of good rows it concerns.
    identifiers : keyed hashes of the identifying values seen, good rows or not.
    numbers : column → its identifying texts as numbers, to tell which lost their zeros.
    """

    table: pa.Table
    good: int
    blank: int
    faults: Faults
    unknown: Mapping[str, np.ndarray]
    flagged: Mapping[str, np.ndarray]
    identifiers: np.ndarray
    numbers: Mapping[str, Numbers]


@dataclass(slots=True)
class _Column:
    """One converted column, row by row."""

    values: pa.Array
    rules: np.ndarray
    total: np.ndarray
    given: np.ndarray
    unknown: np.ndarray | None = None
    temporary: np.ndarray | None = None
    also: Mapping[str, pa.Array] = field(default_factory=dict)


class Converter:
    """Converts the chunks of one source by the rules of the study.

    Parameters
    ----------
    engine : in-memory database.
    identity_domains : domains whose client numbers are identity codes, and normalised like them.
    """

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        study: Study,
        source: Source,
        key: bytes,
        *,
        identity_domains: frozenset[str],
    ) -> None:
        self._engine, self._source, self._key = engine, source, key
        self._window = study.window
        self._identity_domains = identity_domains
        given = {*source.columns, *source.constants}
        self._specs = {name: spec for name, spec in TABLES[source.table].columns.items() if name in given}
        self._specs |= {question_column(code): _ANSWER for code in source.questions.values()}
        self._words = {name: words_of(study, source, name) for name, spec in self._specs.items() if spec.kind == "code"}
        self._one_at_a_time = Lock()
        self._identifiers: list[np.ndarray] = []
        self._numbers: dict[str, Numbers] = {}

    def convert(self, chunk: Chunk, file: str) -> Batch:
        """Convert a chunk.

        Raises
        ------
        InputError
            KU109 when a spreadsheet has turned numbers of clients into scientific notation.
        """
        self._identifiers, self._numbers = [np.empty(0, np.uint64)], {}
        with ThreadPoolExecutor(2) as pool:  # Arrow lets go of the interpreter, and the many identifiers take longest
            order = sorted(self._specs.items(), key=lambda each: each[1].kind not in ("id", "identity_code"))
            asked = {name: pool.submit(self._column, name, spec, chunk, file) for name, spec in order}
        columns = {name: asked[name].result() for name in self._specs}
        rules = self._first_rule(columns, len(chunk.rows))
        table = self._table(columns, chunk)
        rows = Rows(table, self._source, self._window)
        rules = np.where(rules == 0, rules_between(rows), rules)
        good = rules == 0
        temporary = [column.temporary for column in columns.values() if column.temporary is not None]
        flagged = {"KU412": np.logical_or.reduce(temporary)} if temporary else {}
        kept, blank = table if good.all() else table.filter(pa.array(good)), 0
        if self._source.questions:
            answers = {code: columns[question_column(code)].values for code in self._source.questions.values()}
            kept, blank = _long(kept, {code: given.filter(pa.array(good)) for code, given in answers.items()})
        return Batch(
            kept,
            int(good.sum()) - blank,
            blank,
            Faults(chunk.rows[~good], rules[~good]),
            {n: chunk.rows[good & c.unknown] for n, c in columns.items() if c.unknown is not None},
            {code: chunk.rows[good & mask] for code, mask in (warnings_between(rows) | flagged).items()},
            distinct(self._identifiers),
            self._numbers,
        )

    def _column(self, name: str, spec: ColumnSpec, chunk: Chunk, file: str) -> _Column:
        if name in self._source.constants:
            at, texts = pa.array(np.zeros(len(chunk.rows), np.int32)), pa.array([self._source.constants[name]])
        else:
            at, texts = distinct_texts(chunk.columns[name])
        answer = self._ask(name, spec, texts)
        if spec.kind == "id" and pc.any(answer["scientific"]).as_py():
            row = chunk.rows[int(np.argmax(_numpy(answer["scientific"].take(at))))]
            raise InputError("KU109", file=file, row=int(row), column=name)
        rules, values = _numpy(answer["rule"]), answer["value"]
        also: dict[str, pa.Array] = {}
        temporary = np.zeros(len(texts), bool)
        if spec.kind == "identity_code" or (spec.kind == "id" and self._domain(name) in self._identity_domains):
            people = read_identity_codes(values.to_pylist())
            hashes = self._pseudonyms(people.code, answer["total"], PERSON_DOMAIN)
            values, rules, temporary = people.code, people.rules, people.temporary
            if self._source.table == "clients" and not self._source.temporary_identity_codes:
                hashes = pc.if_else(pa.array(temporary), pa.scalar(None, pa.uint64()), hashes)  # they link nobody
            also = {"birth_date": people.birth_date, "sex": people.sex, "person": hashes}
        if spec.kind == "id":
            texts_of_ids, values = values, self._pseudonyms(values, answer["total"], self._domain(name))
            self._numbers[name] = numbers_of(texts_of_ids.filter(_no_total(answer)), values.filter(_no_total(answer)))
        rules = np.where(_faulty(texts, answer), FAULTY, rules)
        unknown = _numpy(pc.fill_null(pc.equal(values, UNKNOWN), False)) if spec.kind == "code" else None
        rows = at.to_numpy()
        given = _numpy(pc.is_valid(answer["value"])) | (rules != 0)
        return _Column(
            values.take(at),
            _dealt(rules.astype(np.int16), rows),
            _dealt(_numpy(pc.fill_null(answer["total"], False)), rows),
            _dealt(given, rows),
            None if unknown is None else _dealt(unknown, rows),
            None if self._source.temporary_identity_codes else _dealt(temporary, rows),
            {name: value.take(at) for name, value in also.items()},
        )

    def _domain(self, name: str) -> str:
        return domain_of(self._source, name)

    def _ask(self, name: str, spec: ColumnSpec, texts: pa.Array) -> dict[str, pa.Array]:
        """Return what each text means; a number of digits alone means itself, and there may be millions of those."""
        if spec.kind != "id" or len(texts) < _MANY:
            return self._asked(name, spec, texts)
        missing = pc.is_in(texts, pa.array(self._source.missing, pa.string()))
        plain = pc.and_(pc.ascii_is_decimal(texts), pc.invert(missing))
        rest = self._asked(name, spec, texts.filter(pc.invert(plain)))
        if not len(rest["value"]):
            return _numbers_as_they_are(texts)
        order = pc.if_else(plain, pa.array(np.arange(len(texts))), pa.array(len(texts) + np.cumsum(~_numpy(plain)) - 1))
        as_is = _numbers_as_they_are(texts)
        return {column: pa.concat_arrays([as_is[column], part]).take(order) for column, part in rest.items()}

    def _asked(self, name: str, spec: ColumnSpec, texts: pa.Array) -> dict[str, pa.Array]:
        sql, settings = self._statement(name, spec)
        settings["missing"] = list(self._source.missing)
        with self._one_at_a_time:
            self._engine.register("texts", pa.table({"i": np.arange(len(texts)), "text": texts}))
            if spec.kind == "code":
                self._engine.register("words", self._words[name])
            answer = self._engine.execute(sql, settings).to_arrow_table()
        return {column: answer[column].combine_chunks() for column in answer.column_names}

    def _statement(self, name: str, spec: ColumnSpec) -> tuple[str, dict[str, Any]]:
        if spec.kind == "date":
            return dates_sql(self._source.date_format, may_be_endless=name == "end"), {}
        if spec.kind == "integer":
            return integers_sql(self._source.decimal), {}
        if spec.kind == "money":
            return cents_sql(self._source.decimal), {}
        if spec.kind == "decimal":
            return decimals_sql(self._source.decimal), {}
        if spec.kind == "label":
            return labels_sql(), {}
        if spec.kind == "code":
            return codes_sql(), {"unknown": UNKNOWN}
        return ids_sql(), {}

    def _pseudonyms(self, values: pa.Array, total: pa.Array, domain: str) -> pa.Array:
        hashes = pseudonyms(values, key=self._key, domain=domain)
        known = hashes.filter(pc.and_not(pc.is_valid(hashes), pc.fill_null(total, False)))
        self._identifiers.append(known.to_numpy(zero_copy_only=False).astype(np.uint64))
        return hashes

    def _first_rule(self, columns: Mapping[str, _Column], n: int) -> np.ndarray:
        rules = np.where(_totals(columns, n), TOTALS_ROW, 0)
        for name, column in columns.items():
            broken = column.rules != 0
            if self._specs[name].required:
                broken |= ~column.given
            at = np.flatnonzero(broken & (rules == 0)) if broken.any() else NO_ROWS
            lacks = ~column.given[at] & self._specs[name].required
            rules[at] = np.where(lacks, MISSING, column.rules[at])
        return rules

    def _table(self, columns: Mapping[str, _Column], chunk: Chunk) -> pa.Table:
        n = len(chunk.rows)
        known = {stored_name(name): column.values for name, column in columns.items()}
        if "identity_code" in columns:
            for name in ("birth_date", "sex"):
                told = columns["identity_code"].also[name]
                known[name] = pc.coalesce(told, known[name]) if name in known else told
        if "end" in known and self._source.end_is == "last_day":
            known["end"] = pc.add(known["end"].cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())
        if self._source.table == "visits":
            known["visits"] = pc.fill_null(known.get("visits", pa.nulls(n, pa.int64())), 1)
        schema = SCHEMAS[self._source.table]
        arrays = [known[f.name].cast(f.type) if f.name in known else _nulls(n, f.type) for f in schema]
        table = pa.table([*arrays, pa.array(chunk.rows)], schema=schema.append(pa.field(ROW, pa.int64())))
        for name, place in (("identity_code", PERSON), ("other_identity_code", OTHER_PERSON)):
            if name in TABLES[self._source.table].columns:
                person = columns[name].also["person"] if name in columns else _nulls(n, pa.uint64())
                table = table.append_column(place, person)
        return table


_ANSWER = replace(TABLES["answers"].columns["answer"], required=False)  # of many questions some stay unanswered


def domain_of(source: Source, column: str) -> str:
    """Return the domain of the pseudonyms of an identifying column.

    Numbers of families and workers of registers with numbers of their own are told apart like those of their clients.
    """
    domain = TABLES[source.table].columns[column].domain
    if not domain:
        return source.other_domain if column == "other" else source.id_domain
    return domain if source.id_domain == "client" else f"{domain}:{source.id_domain}"


def identity_domains(sources: Sequence[Source]) -> frozenset[str]:
    """Return the domains whose client numbers are identity codes: the same header is mapped as both."""
    pairs = (("client", "identity_code"), ("other", "other_identity_code"))
    return frozenset(
        domain_of(source, number)
        for source in sources
        for number, code in pairs
        if {number, code} <= set(source.columns)
        and plain_header(source.columns[number]) == plain_header(source.columns[code])
    )


def _numbers_as_they_are(texts: pa.Array) -> dict[str, pa.Array]:
    """Return the answer of `ids_sql` about texts of digits alone."""
    false = pa.array(np.zeros(len(texts), bool))
    return {"value": texts, "rule": pa.array(np.zeros(len(texts), np.int32)), "total": false, "scientific": false}


def _dealt(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Give every row what its text has; most often all texts have the same, and then nothing is looked up."""
    if len(values) and (values == values[0]).all():
        return np.full(len(rows), values[0]) if values[0] else np.zeros(len(rows), values.dtype)
    return np.asarray(values[rows])


def _nulls(n: int, kind: pa.DataType) -> pa.Array:
    """Return a column without values; its zeros are pages that the system never has to give us."""
    zeros = pa.py_buffer(np.zeros(8 * (n + 1), np.uint8))
    buffers = [zeros, zeros, pa.py_buffer(b"")] if kind == pa.string() else [zeros, zeros]
    return pa.Array.from_buffers(kind, n, buffers, null_count=n)


def _long(table: pa.Table, answers: Mapping[str, pa.Array]) -> tuple[pa.Table, int]:
    """Return a wide table with a row for every answer given, and how many of its rows have none."""
    any_given = np.zeros(len(table), bool)
    parts = [table.slice(0, 0)]
    for code, values in answers.items():
        given = pc.is_valid(values)
        any_given |= _numpy(given)
        part, n = table.filter(given), pc.sum(given).as_py() or 0
        for name, column in (("question", pa.array([code] * n, pa.string())), ("answer", values.filter(given))):
            part = part.set_column(part.schema.get_field_index(name), name, column)
        parts.append(part)
    return pa.concat_tables(parts), int((~any_given).sum())


def _faulty(texts: pa.Array, answer: Mapping[str, pa.Array]) -> np.ndarray:
    """Tell which texts are faults of a spreadsheet, unless the source declares that they mean "no value"."""
    given = pc.or_(pc.is_valid(answer["value"]), pc.greater(answer["rule"], 0))
    return _numpy(pc.and_(pc.is_in(pc.utf8_trim(texts, characters=SPACES), pa.array(_SPREADSHEET_FAULTS)), given))


def _no_total(answer: Mapping[str, pa.Array]) -> pa.Array:
    return pc.invert(pc.fill_null(answer["total"], False))


def _totals(columns: Mapping[str, _Column], n: int) -> np.ndarray:
    """A totals row has a word for "total" as its client, or no client and the word anywhere else."""
    none = np.zeros(n, bool)
    anywhere = np.logical_or.reduce([column.total for column in columns.values()]) if columns else none
    client = columns.get("client")
    return anywhere if client is None else client.total | (anywhere & ~client.given)


def _numpy(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    plain = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return np.asarray(plain.to_numpy(zero_copy_only=False))

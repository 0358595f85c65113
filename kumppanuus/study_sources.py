"""The part ``[[sources]]`` of the study file: which files or which query give a table, and how they are read."""

from __future__ import annotations

import datetime
import re
from typing import Literal

from pydantic import Field, model_validator

from kumppanuus.study_parts import Code, Part

TableName = Literal[
    "clients", "identities", "family_links", "relationships", "contacts", "visits", "costs", "capacity", "answers",
    "survey", "needs", "goals", "population", "indicators", "regions", "indicator_facts",
    "services", "workers",
]  # fmt: skip
WIDE: tuple[TableName, ...] = ("answers", "survey")
"""Questionnaires: tables that a wide file can give, one row a respondent and one column a question."""


class Source(Part):
    """Files of one register, or one query of a database, and how to read them.

    files_are : what several files are to each other: ``parts`` of one extract, yearly ``snapshots``, ``full``
        re-extracts (what the newest lacks was removed), or ``corrections`` (what a later file has wins).
    order : which file is the later one: by ``name`` (2 before 10) or as ``listed`` in `files`.
    constants : canonical column -> the text that every row has.
    questions : of a wide questionnaire: header -> code of the question.
    other_domain : of the table identities: the domain of the column ``other``.
    extracted : the day on which the extract was made; what it tells of later days is a fault.
    """

    table: TableName
    files: tuple[str, ...] = ()
    folder: str = "."
    format: Literal["auto", "csv", "xlsx", "ods", "parquet"] = "auto"
    database: str = ""
    query: str = ""
    encoding: Literal["auto", "utf-8", "windows-1252", "iso-8859-15", "utf-16"] = "auto"
    delimiter: Literal["auto", ";", ",", "\t", "|"] = "auto"
    decimal: Literal[",", "."] = ","
    date_format: str = "dd.mm.yyyy"
    end_is: Literal["last_day", "first_day_after"] = "last_day"
    files_are: Literal["parts", "snapshots", "full", "corrections"] = "parts"
    order: Literal["name", "listed"] = "name"
    missing: tuple[str, ...] = ("",)
    header_row: int = Field(default=1, ge=1, le=200)
    extracted: datetime.date | None = None
    sheet: str | None = None
    id_domain: Code = "client"
    other_domain: Code = "client"
    temporary_identity_codes: bool = False
    columns: dict[str, str] = Field(min_length=1)
    constants: dict[str, str] = Field(default={})
    questions: dict[str, Code] = Field(default={})
    values: dict[str, dict[str, str]] = Field(default={})

    @model_validator(mode="after")
    def _reads_something(self) -> Source:
        if bool(self.files) == bool(self.database):
            raise ValueError("a source has either files or a database")
        if bool(self.database) != bool(self.query):
            raise ValueError("database and query belong together")
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"columns and constants both give {', '.join(both)}")
        if self.questions and self.table not in WIDE:
            raise ValueError(f"questions belong to the tables {' and '.join(WIDE)}")
        return self

    @model_validator(mode="after")
    def _date_format_is_known(self) -> Source:
        if not re.fullmatch(r"(dd|mm|yyyy)([./-])(dd|mm)\2(dd|mm|yyyy)|yyyymmdd", self.date_format):
            raise ValueError('date_format is written with dd, mm and yyyy, such as "dd.mm.yyyy" or "yyyy-mm-dd"')
        return self

"""The population of Esimerkkilä by area, year, age group and sex, as a statistics office hands it out."""

from __future__ import annotations

import codecs

import numpy as np
import pandas as pd

from kumppanuus.demo.catalogue import (
    AGE_GROUPS,
    AREAS,
    CHILDREN_OF_DEFAULT,
    DEFAULT_FAMILIES,
    INHABITANTS,
    YEARS,
)
from kumppanuus.demo.mess import joined
from kumppanuus.demo.people import YEAR_DAYS, People
from kumppanuus.demo.town import day

HEADER = "Alue\tVuosi\tIkä alkaen\tIkä enintään\tSukupuoli\tVäkiluku"
SEX_TEXTS = ("miehet", "naiset")


def count_population(people: People) -> pd.DataFrame:
    """Return ``area`` (place in the catalogue), ``year``, ``age_from``, ``age_to``, ``female`` (0 or 1), ``persons``.

    Children are those of the families at the end of the year; adults a fixed number, divided as the families are and
    evenly between the sexes.
    """
    adults = (INHABITANTS - CHILDREN_OF_DEFAULT) * len(people.area) / DEFAULT_FAMILIES
    shares = np.bincount(people.area, minlength=len(AREAS)) / len(people.area)
    years = pd.DataFrame({"year": YEARS}).merge(pd.DataFrame(AGE_GROUPS, columns=["age_from", "age_to"]), how="cross")
    cells = pd.DataFrame({"area": np.arange(len(AREAS)).repeat(2), "female": np.tile([0, 1], len(AREAS))})
    table = years.merge(cells, how="cross")
    counted = [_children(people, year) for year in YEARS]
    adult_rows = np.rint(adults * shares / 2).astype(np.int64).repeat(2)[None, :]
    persons = np.stack([np.concatenate([children, adult_rows]) for children in counted])
    order = ["area", "year", "age_from", "female"]
    return table.assign(persons=persons.reshape(-1)).sort_values(order, ignore_index=True)


def population_bytes(population: pd.DataFrame) -> bytes:
    """Write the table in another dialect than the registers: UTF-8 with BOM, tabs."""
    names = np.array([area.fi for area in AREAS], dtype=object)[population["area"]]
    sex = np.array(SEX_TEXTS, dtype=object)[population["female"]]
    written = population[["year", "age_from", "age_to", "persons"]].astype(str).assign(area=names, sex=sex)
    lines = joined(written[["area", "year", "age_from", "age_to", "sex", "persons"]], "\t")
    return codecs.BOM_UTF8 + "\r\n".join([HEADER, *lines, ""]).encode()


def _children(people: People, year: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Count children at the end of a year: rows are age groups under 18, columns areas and, within them, the sexes."""
    birth = people.birth[: people.children]
    cell = people.area[people.family[: people.children]] * 2 + people.female[: people.children]
    age = ((day(year, 12, 31) - birth) // YEAR_DAYS).astype(np.int64)
    groups = [group for group in AGE_GROUPS if group[1] < 18]
    counts = [np.bincount(cell[(age >= young) & (age <= old)], minlength=2 * len(AREAS)) for young, old in groups]
    return np.stack(counts)

"""The population of Esimerkkilä by area, year and age group, as a statistics office hands it out."""

from __future__ import annotations

import codecs

import numpy as np
import pandas as pd

from kumppanuus.demo.catalogue import AGE_GROUPS, AREAS, DEFAULT_FAMILIES, INHABITANTS, YEARS
from kumppanuus.demo.mess import joined
from kumppanuus.demo.people import YEAR_DAYS, People
from kumppanuus.demo.town import day

HEADER = "Alue\tVuosi\tIkä alkaen\tIkä enintään\tVäkiluku"
CHILDREN_OF_DEFAULT = 4_150


def count_population(people: People) -> pd.DataFrame:
    """Return ``area`` (place in the catalogue), ``year``, ``age_from``, ``age_to``, ``persons``.

    Children are those of the families at the end of the year; adults a fixed number, divided as the families are.
    """
    adults = (INHABITANTS - CHILDREN_OF_DEFAULT) * len(people.area) / DEFAULT_FAMILIES
    shares = np.bincount(people.area, minlength=len(AREAS)) / len(people.area)
    years = pd.DataFrame({"year": YEARS}).merge(pd.DataFrame(AGE_GROUPS, columns=["age_from", "age_to"]), how="cross")
    table = years.merge(pd.DataFrame({"area": np.arange(len(AREAS))}), how="cross")
    counted = [_children(people, year) for year in YEARS]
    adult_rows = np.rint(adults * shares).astype(np.int64)[None, :]
    persons = np.stack([np.concatenate([children, adult_rows]) for children in counted])
    return table.assign(persons=persons.reshape(-1)).sort_values(["area", "year", "age_from"], ignore_index=True)


def population_bytes(population: pd.DataFrame) -> bytes:
    """Write the table in another dialect than the registers: UTF-8 with BOM, tabs."""
    names = np.array([area.fi for area in AREAS], dtype=object)[population["area"]]
    written = population[["year", "age_from", "age_to", "persons"]].astype(str)
    lines = joined(written.assign(area=names)[["area", *written.columns]], "\t")
    return codecs.BOM_UTF8 + "\r\n".join([HEADER, *lines, ""]).encode()


def _children(people: People, year: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Count children at the end of a year: rows are age groups under 18, columns areas."""
    birth = people.birth[: people.children]
    area = people.area[people.family[: people.children]]
    age = ((day(year, 12, 31) - birth) // YEAR_DAYS).astype(np.int64)
    groups = [group for group in AGE_GROUPS if group[1] < 18]
    counts = [np.bincount(area[(age >= young) & (age <= old)], minlength=len(AREAS)) for young, old in groups]
    return np.stack(counts)

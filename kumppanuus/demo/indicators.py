"""Public indicators about Esimerkkilä and towns like it, in the shape Sotkanet hands them out. All values are made up.

The wellbeing services county was numbered anew in 2022, as counties were in Sotkanet. Numbers of regions and
indicators are shorter than any client's or family's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.demo.catalogue import CHILDREN_OF_DEFAULT
from kumppanuus.demo.extracts import Extract
from kumppanuus.demo.mess import FileAccount, joined

YEARS = tuple(range(2018, 2025))
NEW_NUMBERS_FROM = 2022
VALUE_HEADER = "indicator;region;year;gender;primary.value;absolute.value"
REGION_HEADER = "region;category;name_fi;name_sv;name_en;member_of"
FACT_HEADER = (
    "indicator;title_fi;title_sv;title_en;definition_fi;definition_sv;definition_en;source_fi;source_sv;source_en;"
    "decimals;updated"
)
SOURCE = ("Keksitty aineisto", "Påhittat material", "Made-up data")
BETWEEN_TOWNS, BETWEEN_YEARS = 0.16, 0.02
OWN_LEVEL = 0.98
"""Esimerkkilä beside the median of its peers, the county and the country."""
UPDATED = "2025-06-12"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its title and definition in three languages, its usual value in percent, and its trend a year.

    counted : whether the count behind it is given. worse : which way is worse, when that is clear.
    services : services of the town whose clients aged 0-17 it counts, so that the register can be set beside it.
    """

    number: str
    title: tuple[str, str, str]
    definition: tuple[str, str, str]
    value: float
    growth: float
    counted: bool = True
    worse: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """One region: number (and the one before `NEW_NUMBERS_FROM`), category, names, children, and what it belongs to."""

    number: str
    category: str
    fi: str
    sv: str
    en: str
    children: int
    member_of: str = ""
    old_number: str = ""


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "1086",
        ("Lapset, joista on tehty lastensuojeluilmoitus, % vastaavanikäisestä väestöstä",
         "Barn som varit föremål för en barnskyddsanmälan, % av 0–17-åringar",
         "Children with a child-welfare notification, % of those aged 0–17"),
        ("Vuoden aikana vähintään yhden lastensuojeluilmoituksen kohteena olleiden osuus 0–17-vuotiaista.",
         "Andelen 0–17-åringar om vilka minst en barnskyddsanmälan gjorts under året.",
         "Share of those aged 0–17 with at least one child-welfare notification in the year."),
        10.0, 0.02, worse="higher",
    ),
    Indicator(
        "911",
        ("Toimeentulotukea saaneet lapsiperheet, % lapsiperheistä",
         "Barnfamiljer som fått utkomststöd, % av barnfamiljer",
         "Families with children on income support, % of families with children"),
        ("Vuoden aikana toimeentulotukea saaneiden osuus lapsiperheistä.",
         "Andelen barnfamiljer som fått utkomststöd under året.",
         "Share of families with children that received income support in the year."),
        8.5, 0.01, worse="higher",
    ),
    Indicator(
        "912",
        ("Yhden vanhemman perheet, % lapsiperheistä", "Familjer med en förälder, % av barnfamiljer",
         "Families with one parent, % of families with children"),
        ("Yhden vanhemman perheiden osuus lapsiperheistä vuoden lopussa.",
         "Andelen familjer med en förälder av barnfamiljerna i slutet av året.",
         "Share of families with one parent among families with children at the end of the year."),
        23.0, 0.005,
    ),
    Indicator(
        "913",
        ("Lapsiperheiden kotipalvelua saaneet perheet, % lapsiperheistä",
         "Barnfamiljer som fått hemservice, % av barnfamiljer",
         "Families that received home help, % of families with children"),
        ("Vuoden aikana lapsiperheiden kotipalvelua saaneiden osuus lapsiperheistä.",
         "Andelen barnfamiljer som fått hemservice under året.",
         "Share of families with children that received home help in the year."),
        2.6, 0.02,
    ),
    Indicator(
        "914",
        ("Ahdistuneisuutta kokeneet, % 8. ja 9. luokan oppilaista", "Upplevt ångest, % av elever i årskurs 8 och 9",
         "Felt anxiety, % of pupils in grades 8 and 9"),
        ("Kohtalaista tai vaikeaa ahdistuneisuutta kokeneiden osuus 8. ja 9. luokan oppilaista.",
         "Andelen elever i årskurs 8 och 9 som upplevt måttlig eller svår ångest.",
         "Share of pupils in grades 8 and 9 who felt moderate or severe anxiety."),
        19.0, 0.015, counted=False, worse="higher",
    ),
    Indicator(
        "915",
        ("Lastensuojelun avohuollon asiakkaat, % vastaavanikäisestä väestöstä",
         "Klienter i barnskyddets öppenvård, % av 0–17-åringar",
         "Clients of open-care child welfare, % of those aged 0–17"),
        ("Vuoden aikana lastensuojelun avohuollon asiakkaina olleiden osuus 0–17-vuotiaista.",
         "Andelen 0–17-åringar som under året var klienter i barnskyddets öppenvård.",
         "Share of those aged 0–17 who were clients of open-care child welfare in the year."),
        5.6, 0.02, services=("avohuolto",),
    ),
)  # fmt: skip
COUNTY = Region("890", "HYVINVOINTIALUE", "Esimerkin hyvinvointialue", "Exempels välfärdsområde",
                "Wellbeing services county of Esimerkki", 38_000, "899", "880")  # fmt: skip
COUNTRY = Region("899", "MAA", "Koko maa", "Hela landet", "Whole country", 1_010_000)
_PEERS = (
    ("Koivukoski", 4600), ("Kuusijärvi", 3900), ("Hanhiniemi", 3500), ("Lumiselkä", 5200), ("Mäntyvaara", 4100),
    ("Niittykylä", 3700), ("Petäjämäki", 4800), ("Rantapelto", 4300), ("Saarikoski", 3300),
)  # fmt: skip
PEERS: tuple[Region, ...] = tuple(
    Region(str(801 + place), "KUNTA", name, name, name, children, COUNTY.number if place < 3 else "")
    for place, (name, children) in enumerate(_PEERS)
)
OWN = Region("800", "KUNTA", "Esimerkkilä", "Esimerkkilä", "Esimerkkilä", CHILDREN_OF_DEFAULT, COUNTY.number)
REGIONS = (OWN, *PEERS, COUNTY, COUNTRY)


def indicator_files(rng: np.random.Generator) -> dict[str, Extract]:
    """Return values, regions and descriptions by file name."""
    values = pd.concat([_values(indicator, rng) for indicator in INDICATORS], ignore_index=True)
    regions = [line for region in REGIONS for line in _region_lines(region)]
    facts = [";".join([i.number, *i.title, *i.definition, *SOURCE, "1", UPDATED]) for i in INDICATORS]
    return {
        "sotkanet.csv": _file("indicators", VALUE_HEADER, list(joined(values))),
        "sotkanet_alueet.csv": _file("regions", REGION_HEADER, regions),
        "sotkanet_kuvaukset.csv": _file("indicator_facts", FACT_HEADER, facts),
    }


def _values(indicator: Indicator, rng: np.random.Generator) -> pd.DataFrame:
    """Return one indicator's rows: towns scatter around the country's value, Esimerkkilä is close to it."""
    towns = np.exp(BETWEEN_TOWNS * rng.standard_normal(len(PEERS)))
    level = np.concatenate([[OWN_LEVEL], towns / np.median(towns), [1.0, 1.0]])
    wobble = np.exp(BETWEEN_YEARS * rng.standard_normal((len(REGIONS), len(YEARS))))
    wobble[[0, -2, -1]] = 1.0
    trend = (1 + indicator.growth) ** (np.array(YEARS) - YEARS[0])
    share = indicator.value * level[:, None] * wobble * trend
    children = np.array([region.children for region in REGIONS])[:, None]
    count = np.rint(children * share / 100).astype(np.int64)
    shown = 100 * count / children if indicator.counted else share
    numbers = np.array([[_number(each, y) for y in YEARS] for each in REGIONS], dtype=object)
    return pd.DataFrame({
        "indicator": indicator.number,
        "region": numbers.reshape(-1),
        "year": np.tile(np.array(YEARS, dtype=str), len(REGIONS)).astype(object),
        "gender": "total",
        "value": pd.Series(shown.reshape(-1)).map("{:.1f}".format),
        "absolute": pd.Series(count.reshape(-1)).astype(str) if indicator.counted else "",
    })  # fmt: skip


def _number(region: Region, year: int) -> str:
    return region.old_number if region.old_number and year < NEW_NUMBERS_FROM else region.number


def _region_lines(region: Region) -> list[str]:
    numbers = [number for number in (region.number, region.old_number) if number]
    names = f"{region.category};{region.fi};{region.sv};{region.en};{region.member_of}"
    return [f"{number};{names}" for number in numbers]


def _file(table: str, header: str, lines: list[str]) -> Extract:
    return Extract(table, "\r\n".join([header, *lines, ""]).encode(), FileAccount(read=len(lines)))

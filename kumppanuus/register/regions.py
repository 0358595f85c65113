"""Which region of the public indicators the organiser is, and which are its peers.

Sotkanet numbers its regions, and has numbered the wellbeing services counties anew once: a region is therefore found
by its name and its category, and all numbers of that name are one region, as long as they do not contradict each other.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from kumppanuus.errors import StudyError
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Study, Words
from kumppanuus.study_peers import PeerIndicator, PeerRegion, Peers

COUNTIES = ("HYVINVOINTIALUE", "MAAKUNTA")
"""Categories a county may have, the first one first."""
COUNTRY = "MAA"
LONGEST = 600
"""Letters of a definition that are printed."""
_NAMES = ("name_fi", "name_sv", "name_en")
_LANGUAGES = ("fi", "sv", "en")


def known_peers(study: Study, tables: Mapping[str, pa.Table]) -> Peers:
    """Return the peers of a study with the numbers, names and definitions that the canonical tables hold.

    Parameters
    ----------
    tables : canonical tables as intake leaves them: ``indicators``, and ``regions`` and ``indicator_facts`` if given.

    Raises
    ------
    StudyError
        KU232 a region that is not there (with the nearest name), KU233 one name for regions that contradict each other.
    """
    if "indicators" not in tables:
        return study.peers
    values = tables["indicators"].to_pandas()
    regions = study.peers.regions or _regions(study, tables.get("regions"), values)
    facts = tables.get("indicator_facts", _empty("indicator_facts")).to_pandas()
    asked = study.peers.indicators or _with_values(values, regions)
    told = facts.set_index("indicator", drop=False).to_dict("index")
    indicators = tuple(_told(each, told.get(each.indicator, {})) for each in asked)
    return study.peers.model_copy(update={"regions": regions, "indicators": indicators})


def _regions(study: Study, known: pa.Table | None, values: pd.DataFrame) -> tuple[PeerRegion, ...]:
    """Return the organiser's region, its peers, its county and the country; nothing when nothing tells who it is."""
    peers = study.peers
    if known is None:
        return ()
    frame = _in_use(known.to_pandas(), values)
    if peers.region:
        own: pd.DataFrame | None = _demanded(frame, peers.region, (peers.category,))
    else:
        own = _found(frame, study.about.organiser, (peers.category,))
    if own is None:
        return ()
    others = [_demanded(frame, name, (peers.category,)) for name in peers.peers] or _usual_peers(
        peers, frame, own, values
    )
    found = [("own", own), *(("peer", each) for each in others), *_above(peers, frame, own)]
    made: dict[str, PeerRegion] = {}
    for part, rows in found:
        region = _region(part, rows, values)
        made.setdefault(region.code, region)
    return tuple(made.values())


def _in_use(frame: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Return the regions, those whose values reach the latest year first, then those with the highest number."""
    last = values.dropna(subset=["value"]).groupby("region")["year"].max()
    number = pd.to_numeric(frame["region"], errors="coerce").fillna(-1)
    ordered = frame.assign(last=frame["region"].map(last).fillna(0), number=number, key=frame["name_fi"].str.casefold())
    return ordered.sort_values(["last", "number", "region"], ascending=[False, False, True], ignore_index=True)


def _found(frame: pd.DataFrame, name: str, categories: Sequence[str]) -> pd.DataFrame | None:
    """Return the rows of one region: by its name in any language or its number, in the first category that has it."""
    for category in categories:
        inside = frame[frame["category"].str.casefold() == category.casefold()]
        named = inside["region"] == name
        for column in _NAMES:
            named |= inside[column].fillna("").str.casefold() == name.strip().casefold()
        keys = inside.loc[named, "key"].unique()
        if len(keys) > 1:
            raise StudyError("KU233", region=name, numbers=", ".join(inside.loc[named, "region"]))
        if len(keys):
            return pd.DataFrame(inside[inside["key"] == keys[0]])
    return None


def _demanded(frame: pd.DataFrame, name: str, categories: Sequence[str]) -> pd.DataFrame:
    """Return the rows of one region that has to be there."""
    rows = _found(frame, name, categories)
    if rows is None:
        inside = frame[frame["category"].str.casefold().isin([each.casefold() for each in categories])]
        near = difflib.get_close_matches(name, inside["name_fi"].tolist(), n=1)
        raise StudyError("KU232", region=name, category=" / ".join(categories), near=near[0] if near else "-")
    return rows


def _usual_peers(peers: Peers, frame: pd.DataFrame, own: pd.DataFrame, values: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the peers of a study that names none: the nearest by an indicator, or all other counties of a county."""
    inside = frame[
        (frame["category"].str.casefold() == peers.category.casefold()) & (frame["key"] != own["key"].iloc[0])
    ]
    keys = inside.sort_values("name_fi")["key"].unique().tolist()
    if peers.nearest_by:
        keys = _nearest(peers, pd.concat([own, inside]), own["key"].iloc[0], values)
    elif peers.category not in COUNTIES:
        keys = []
    return [inside[inside["key"] == key] for key in keys]


def _nearest(peers: Peers, frame: pd.DataFrame, own: str, values: pd.DataFrame) -> list[str]:
    """Return the names whose value differs least from the organiser's, as a ratio, in the organiser's last year."""
    rows = values[(values["indicator"] == peers.nearest_by) & values["gender"].fillna("total").eq("total")]
    named = frame[["region", "key"]].reset_index(drop=True).reset_index(names="order")
    rows = rows.merge(named, on="region").query("value > 0").sort_values("order")  # the number in use first
    mine = rows[rows["key"] == own].sort_values(["year", "order"], ascending=[True, False])
    if mine.empty:
        return []
    year, size = mine[["year", "value"]].iloc[-1]
    of_year = rows[(rows["year"] == year) & (rows["key"] != own)].groupby("key")["value"].first()
    far = np.abs(np.log(of_year / size)).rename("far").reset_index().sort_values(["far", "key"])
    return [str(key) for key in far["key"].head(peers.nearest)]


def _above(peers: Peers, frame: pd.DataFrame, own: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the county and the country, where they can be told."""
    found: list[tuple[str, pd.DataFrame | None]] = []
    if peers.county:
        found.append(("county", _demanded(frame, peers.county, COUNTIES)))
    elif peers.category not in COUNTIES:
        belongs = set(" ".join(own["member_of"].dropna()).split())
        above = frame[frame["region"].isin(belongs) & (frame["category"].str.upper() == COUNTIES[0])]
        if above["key"].nunique() == 1:
            found.append(("county", _found(frame, above["name_fi"].iloc[0], COUNTIES[:1])))
    found.append(("country", _found(frame, peers.country, (COUNTRY,))))
    return [(part, rows) for part, rows in found if rows is not None]


def _region(part: str, rows: pd.DataFrame, values: pd.DataFrame) -> PeerRegion:
    numbers = tuple(rows["region"])
    _demand_agreement(rows, values)
    first = rows.iloc[0]
    name = _words(first, "name")
    return PeerRegion.model_validate({"code": numbers[0], "name": name, "part": part, "numbers": numbers})


def _demand_agreement(rows: pd.DataFrame, values: pd.DataFrame) -> None:
    """Refuse numbers of one name whose values differ in the same year: they are not one region numbered anew."""
    mine = values[values["region"].isin(rows["region"])].dropna(subset=["value"])
    different = mine.groupby(["indicator", "year", "gender"], dropna=False)["value"].nunique() > 1
    if different.any():
        years = sorted({str(year) for _, year, _ in different[different].index})
        facts = {"region": rows["name_fi"].iloc[0], "numbers": f"{', '.join(rows['region'])} ({', '.join(years)})"}
        raise StudyError("KU233", **facts)


def _with_values(values: pd.DataFrame, regions: Sequence[PeerRegion]) -> tuple[PeerIndicator, ...]:
    """Return the indicators that the organiser has values of, by number."""
    own = [number for region in regions if region.part == "own" for number in region.numbers]
    codes = values.loc[values["region"].isin(own), "indicator"].unique()
    in_order = sorted(map(str, codes), key=lambda code: (int(code) if code.isdigit() else 0, code))
    return tuple(PeerIndicator(indicator=code) for code in in_order)


def _told(asked: PeerIndicator, facts: Mapping[str, object]) -> PeerIndicator:
    """Return an indicator with the words of the facts where the study has none of its own."""
    row = pd.Series(dict(facts), dtype=object)
    usual = Words(
        fi=f"Tunnusluku {asked.indicator}", sv=f"Indikator {asked.indicator}", en=f"Indicator {asked.indicator}"
    )
    words = {name: getattr(asked, name) or _words(row, name) for name in ("title", "definition", "source")}
    return asked.model_copy(update={**words, "title": words["title"] or usual})


def _words(row: pd.Series, name: str) -> Words | None:
    """Return the words of a row in the languages it has, long ones cut between two words; None without Finnish."""
    texts = {each: row.get(f"{name}_{each}") for each in _LANGUAGES}
    found = {each: _cut(text) for each, text in texts.items() if isinstance(text, str) and text.strip()}
    return Words(**found) if "fi" in found else None


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rsplit(" ", 1)[0] + " …"


def _empty(table: str) -> pa.Table:
    return pa.table({column: pa.array([], pa.string()) for column in TABLES[table].columns})

"""A town of a few hundred families in two extracts, from which families can move away between two runs."""

from __future__ import annotations

import datetime
import random
from collections.abc import Collection
from pathlib import Path

FAMILIES = 600
SERVICES = ("open", "family_work", "placement")
STUDY = """
schema = 1
study = { organiser = "Pikkula", synthetic = true }
window = { from = 2021-01-01, to = 2024-12-31 }
[[sources]]
table = "clients"
files = ["asiakkaat.csv"]
columns = { client = "Asiakasnumero", family = "Perhenumero", birth_date = "Syntymäaika" }
[[sources]]
table = "relationships"
files = ["asiakkuudet.csv"]
columns = { client = "Asiakasnumero", service = "Palvelu", start = "Alkupvm", end = "Loppupvm" }
[[services]]
code = "open"
name = { fi = "Avoin kohtaamispaikka", sv = "Öppen mötesplats", en = "Open meeting place" }
level = "universal"
unit_cost_eur = 5.0
[[services]]
code = "family_work"
name = { fi = "Perhetyö", sv = "Familjearbete", en = "Family work" }
level = "early"
unit_cost_eur = 40.0
[[services]]
code = "placement"
name = { fi = "Sijoitus kodin ulkopuolelle", sv = "Placering utanför hemmet", en = "Placement outside home" }
level = "corrective"
unit_cost_eur = 300.0
"""


def write_town(folder: Path, *, without: Collection[int] = (), disclosure: str = "") -> None:
    """Write the study and its extracts; families are numbered from 0.

    Parameters
    ----------
    without : families that are not in the extracts. Everybody else's rows are the same bytes.
    disclosure : settings for the section of that name.
    """
    clients, relationships = ["Asiakasnumero;Perhenumero;Syntymäaika"], ["Asiakasnumero;Palvelu;Alkupvm;Loppupvm"]
    for family in range(FAMILIES):
        people, spells = _family(family)
        if family not in without:
            clients += people
            relationships += spells
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "asiakkaat.csv").write_text("\n".join(clients) + "\n", encoding="utf-8")
    (folder / "asiakkuudet.csv").write_text("\n".join(relationships) + "\n", encoding="utf-8")
    section = f"[disclosure]\n{disclosure}\n" if disclosure else ""
    (folder / "kumppanuus.toml").write_text(STUDY + section, encoding="utf-8")


def _family(family: int) -> tuple[list[str], list[str]]:
    chance = random.Random(family)
    people, spells = [], []
    for child in range(chance.randint(1, 3)):
        client = 700_001 + 7 * family + child
        people.append(f"{client};{90_000 + family};{_written(datetime.date(2005, 1, 1), chance.randrange(5400))}")
        for service in chance.sample(SERVICES, chance.choices((1, 2), (4, 1))[0]):
            start = chance.randrange(1400)
            end = start + int(chance.expovariate(1 / 240))
            last = _written(datetime.date(2021, 1, 1), end) if end < 1460 else ""
            spells.append(f"{client};{service};{_written(datetime.date(2021, 1, 1), start)};{last}")
    return people, spells


def _written(first: datetime.date, days: int) -> str:
    return (first + datetime.timedelta(days=days)).strftime("%d.%m.%Y")

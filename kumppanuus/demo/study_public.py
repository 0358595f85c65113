"""The parts of the study file that tell of public data: prices, Sotkanet's indicators and whom to compare with."""

from __future__ import annotations

from kumppanuus.demo.catalogue import PRICE_BASE, PRICE_INDEX
from kumppanuus.demo.indicators import COUNTY, INDICATORS, OWN, PEERS
from kumppanuus.demo.study_toml import quoted, words

PRICES_HEAD = """
# --- Hintaindeksi: sen avulla kustannusten kasvu erotetaan hintojen noususta --------------------------
# Yksikkökustannukset ovat perusvuoden hinnoissa; laskut ja kirjanpito oman vuotensa hinnoissa.
[price_index]
"""
INDICATORS_SOURCE = """
# --- Sotkanetin tunnusluvut, kuten komento hae-tunnusluvut ne tallentaa (tässä keksittyjä) --------------
[[sources]]
table = "indicators"
folder = "aineisto"
files = ["sotkanet.csv"]
encoding = "utf-8"
delimiter = ";"
decimal = "."

[sources.columns]
indicator = "indicator"
region = "region"
year = "year"
gender = "gender"
value = "primary.value"
absolute = "absolute.value"

[sources.values.gender]
total = "total"

[[sources]]
table = "regions"
folder = "aineisto"
files = ["sotkanet_alueet.csv"]
encoding = "utf-8"
delimiter = ";"

[sources.columns]
region = "region"
category = "category"
name_fi = "name_fi"
name_sv = "name_sv"
name_en = "name_en"
member_of = "member_of"

[[sources]]
table = "indicator_facts"
folder = "aineisto"
files = ["sotkanet_kuvaukset.csv"]
encoding = "utf-8"
delimiter = ";"

[sources.columns]
indicator = "indicator"
title_fi = "title_fi"
title_sv = "title_sv"
title_en = "title_en"
definition_fi = "definition_fi"
definition_sv = "definition_sv"
definition_en = "definition_en"
source_fi = "source_fi"
source_sv = "source_sv"
source_en = "source_en"
decimals = "decimals"
updated = "updated"
"""
PEERS_HEAD = """
# --- Vertailukunnat Sotkanetissa. worse: kumpi suunta on huonompi; ilman sitä lukua ei arvioida ---------
[peers]
"""


def peers_text() -> str:
    """Return whom the organiser is compared with, and by what."""
    names = ", ".join(quoted(region.fi) for region in PEERS)
    who = f"region = {quoted(OWN.fi)}\ncategory = {quoted(OWN.category)}\ncounty = {quoted(COUNTY.fi)}\n"
    parts = [f"{PEERS_HEAD}{who}peers = [{names}]\n"]
    for indicator in INDICATORS:
        worse = f"worse = {quoted(indicator.worse)}\n" if indicator.worse else ""
        names = ", ".join(map(quoted, indicator.services))
        beside = f"services = [{names}]  # oman rekisterin palvelut, jotka luku laskee\n" if names else ""
        parts.append(f"\n[[peers.indicators]]\nindicator = {quoted(indicator.number)}\n{worse}{beside}")
    return "".join(parts)


def prices_text() -> str:
    """Return the index of prices by year."""
    values_of_years = ", ".join(f'"{year}" = {value}' for year, value in PRICE_INDEX.items())
    name = words("Esimerkki-indeksi (keksitty)", "Exempelindex (påhittat)", "Example index (made up)")
    return f"{PRICES_HEAD}name = {name}\nbase = {PRICE_BASE}\nvalues = {{ {values_of_years} }}\n"

"""The study file of Esimerkkilä, commented in Finnish for whoever opens it as a model for her own."""

from __future__ import annotations

from kumppanuus.demo.catalogue import (
    AREAS,
    CHILD_WELFARE,
    DEFAULT_FAMILIES,
    END_REASONS,
    FIRST_YEAR,
    INCLUDES,
    LAST_YEAR,
    OLD_PRODUCTION_TEXTS,
    OLD_SERVICE_TEXTS,
    PRODUCTION_TEXTS,
    SERVICES,
    Area,
    Service,
)
from kumppanuus.demo.extracts import LANGUAGE_TEXTS, VISIT_HEADER, VISIT_SHEET
from kumppanuus.demo.population import SEX_TEXTS
from kumppanuus.demo.staff import LANGUAGES
from kumppanuus.demo.study_plan import plan_text
from kumppanuus.demo.study_public import peers_text, prices_text
from kumppanuus.demo.study_questions import needs_text, questionnaire_text
from kumppanuus.demo.study_sources import more_sources
from kumppanuus.demo.study_toml import quoted, values, words

# The first line tells the demo's own study file from anybody else's.
FIRST_LINE = "# Esimerkkilä: keksitty kunta, jonka kumppanuus-työkalun komento demo on kirjoittanut."

HEAD = f"""{FIRST_LINE}
# Tiedosto kertoo, mitä kysytään ja mistä tiedostoista. Voit ottaa sen oman selvityksesi pohjaksi.
# Kaikki henkilöt, perheet ja luvut ovat keksittyjä. Oikeat vastaukset ovat tiedostossa totuus.json.
schema = 1

[study]
organiser = "Esimerkkilä"
synthetic = true                      # raportti kertoo, että aineisto on keksitty
language = "fi"

[study.notes]
fi = "Keksitty aineisto: noin 20 000 asukkaan kunta. Yksikkökustannukset ovat oletuksia."
sv = "Påhittat material: en kommun med cirka 20 000 invånare. Enhetskostnaderna är antaganden."
en = "Made-up data: a municipality of about 20,000 inhabitants. Unit costs are assumptions."

# Aika, jonka otteet kattavat. Ennen alkua alkaneet asiakkuudet tulevat mukaan kesken kaiken,
# lopussa avoimet ovat yhä kesken.
[window]
from = {FIRST_YEAR}-01-01
to = {LAST_YEAR}-12-31

# Kuinka pitkä tauko (päivinä) yhdistää saman asiakkaan saman palvelun jaksot yhdeksi.
[spells]
tolerance_days = 0

# Kaksi palvelua on verkossa yhteydessä, kun sama perhe käyttää niitä samaan aikaan.
[analyses."lifecycle.network"]
window = "concurrent"
"""

END_CAUSES = """
# Mitä päättymissyyt tarkoittavat. planned = suunnitellusti, dropped = keskeytyi, moved = muutti pois,
# by_next = se, mitä seuraa, ratkaisee: vaativampi palvelu 30 päivän sisällä on siirtymä, muuten muu syy.
# Muita: escalated (siirtyi vaativampaan), adult (täysi-ikäisyys), other. Syy, jota ei nimetä, on "other".
[end_causes]
goal_met = "planned"
family_wish = "dropped"
moved = "moved"
other_service = "by_next"
"""

RELATIONSHIPS = """
# --- Asiakkuudet: vuosittaiset poiminnat samasta rekisteristä -------------------------------------
# Sama asiakkuus voi olla avoin yhden vuoden tiedostossa ja päättynyt seuraavan vuoden tiedostossa.
[[sources]]
table = "relationships"
folder = "aineisto"
files = ["asiakkuudet_*.csv"]
encoding = "windows-1252"
delimiter = ";"
date_format = "dd.mm.yyyy"
end_is = "last_day"                   # päättymispäivä on viimeinen asiakkuuspäivä
files_are = "snapshots"
missing = ["", "-"]                   # viiva tarkoittaa: ei kirjattu

[sources.columns]                     # työkalun sarake = otsikko tiedostossa
client = "Asiakasnumero"
service = "Palvelu"
start = "Alkupvm"
end = "Loppupvm"
end_reason = "Päättymissyy"
production = "Tuotantotapa"
area = "Alue"
worker = "Työntekijä"                 # vastuutyöntekijä; nimi korvataan peitenimellä eikä sitä tallenneta
"""

CLIENTS = """
# --- Asiakkaat: henkilötunnus antaa syntymäajan ja sukupuolen, itse tunnusta ei tallenneta ---------
[[sources]]
table = "clients"
folder = "aineisto"
files = ["asiakkaat_*.csv"]
encoding = "windows-1252"
delimiter = ";"
files_are = "snapshots"
temporary_identity_codes = true       # yksilönumerot 900–999: niitä ei ole kenelläkään oikealla ihmisellä

[sources.columns]
client = "Asiakasnumero"
identity_code = "Henkilötunnus"
family = "Perhenumero"
area = "Alue"
language = "Äidinkieli"
"""

VISITS = f"""
# --- Käynnit: Excel, jonka ensimmäisellä rivillä on otsikkoteksti ---------------------------------
[[sources]]
table = "visits"
folder = "aineisto"
files = ["kaynnit.xlsx"]
format = "xlsx"
sheet = "{VISIT_SHEET}"
header_row = 2
date_format = "dd.mm.yyyy"

[sources.columns]
client = "{VISIT_HEADER[0]}"
service = "{VISIT_HEADER[1]}"
date = "{VISIT_HEADER[2]}"
worker = "{VISIT_HEADER[3]}"
"""

COSTS = """
# --- Kustannukset: sijaishuollon laskurivit. Laskurivit ohittavat palvelun yksikkökustannuksen ----
[[sources]]
table = "costs"
folder = "aineisto"
files = ["kustannukset.csv"]
encoding = "windows-1252"
delimiter = ";"
decimal = ","
date_format = "dd.mm.yyyy"

[sources.columns]
service = "Palvelu"
date = "Laskun pvm"
cost_eur = "Summa (€)"
client = "Asiakasnumero"
production = "Tuotantotapa"
"""

POPULATION = """
# --- Väestö alueittain, ikäryhmittäin ja sukupuolittain vuoden lopussa ------------------------------
[[sources]]
table = "population"
folder = "aineisto"
files = ["vaesto.csv"]
encoding = "utf-8"
delimiter = "\\t"

[sources.columns]
area = "Alue"
year = "Vuosi"
age_from = "Ikä alkaen"
age_to = "Ikä enintään"
sex = "Sukupuoli"
persons = "Väkiluku"
"""

AREAS_HEAD = "\n# --- Alueet ----------------------------------------------------------------------------------------\n"
SERVICES_HEAD = """
# --- Palvelut: taso, toimiala, tuotantotapa ja yksikkökustannus (oletuksia) -----------------------
# level: universal = peruspalvelut, early = varhainen tuki, special = erityispalvelut, corrective = korjaavat palvelut
# unit: day = asiakkuuspäivä, visit = käynti
"""


def study_text(families: int = DEFAULT_FAMILIES) -> str:
    """Return the whole study file of a town of so many families."""
    services = {service.fi: service.code for service in SERVICES}
    old_services = {text: code for code, text in OLD_SERVICE_TEXTS.items()}
    ways = {text: way for texts in (OLD_PRODUCTION_TEXTS, PRODUCTION_TEXTS) for way, text in texts.items()}
    reasons = {text: code for code, text, _ in END_REASONS if code}
    areas = values("area", {area.fi: area.code for area in AREAS})
    parts = [
        HEAD,
        END_CAUSES,
        RELATIONSHIPS,
        values("service", services | old_services, "teksti tiedostossa = palvelun tunnus alempana"),
        values("production", ways, "rekisteri vaihtoi sanoja vuoden 2023 alussa"),
        values("end_reason", reasons),
        areas,
        CLIENTS,
        areas,
        values("language", dict(zip(LANGUAGE_TEXTS, LANGUAGES, strict=True))),
        VISITS,
        values("service", {service.fi: service.code for service in SERVICES if service.unit == "visit"}),
        COSTS,
        values("service", {service.fi: service.code for service in SERVICES if service.includes == "invoiced"}),
        values("production", {PRODUCTION_TEXTS["purchased"]: "purchased"}),
        more_sources(),
        POPULATION,
        areas,
        values("sex", dict(zip(SEX_TEXTS, ("male", "female"), strict=True))),
        prices_text(),
        peers_text(),
        AREAS_HEAD,
        "\n".join(_area_text(area) for area in AREAS),
        SERVICES_HEAD,
        "\n".join(_service_text(service) for service in SERVICES),
        needs_text(),
        plan_text(families / DEFAULT_FAMILIES),
        questionnaire_text(),
    ]
    return "".join(parts)


def _area_text(area: Area) -> str:
    return f"[[areas]]\ncode = {quoted(area.code)}\nname = {words(area.fi, area.sv, area.en)}\n"


def _service_text(service: Service) -> str:
    welfare = service.code in CHILD_WELFARE
    lines = [
        "[[services]]",
        f"code = {quoted(service.code)}",
        f"name = {words(service.fi, service.sv, service.en)}",
        f"level = {quoted(service.level)}",
        f"sector = {quoted(service.sector)}",
        f"production = {quoted(service.usual_production)}",
        f"unit = {quoted(service.unit)}",
        _unit_cost(service),
        *_includes(service),
        *(["child_welfare = true                 # lapsilla on vastuusosiaalityöntekijä"] if welfare else []),
        "",
    ]
    return "\n".join(lines)


def _includes(service: Service) -> list[str]:
    """Write what the unit cost includes; of a service that several ways provide, by way of production."""
    if len(service.production) == 1:
        return [f"unit_cost_includes = {words(*INCLUDES[service.includes])}"]
    ways = ", ".join(f"{way} = {words(*INCLUDES[way])}" for way in service.production)
    return [f"unit_costs_include = {{ {ways} }}"]


def _unit_cost(service: Service) -> str:
    costs = {way: cents / 100 for way, cents in service.unit_cost_cents.items()}
    if len(costs) == 1:
        return f"unit_cost_eur = {next(iter(costs.values()))}"
    return "unit_costs_eur = { " + ", ".join(f"{way} = {cost}" for way, cost in costs.items()) + " }"

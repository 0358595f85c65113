"""The sources of the study file that tell of contacts, casework, money and personnel, commented in Finnish."""

from __future__ import annotations

from kumppanuus.demo.case_files import (
    GOAL_TEXTS,
    KIND_TEXTS,
    OUTCOME_TEXTS,
    SENDER_TEXTS,
    STAGE_TEXTS,
    YES_NO_TEXTS,
)
from kumppanuus.demo.casework import NEEDS
from kumppanuus.demo.catalogue import AREAS, SERVICES
from kumppanuus.demo.contacts import DOORS
from kumppanuus.demo.extracts import LANGUAGE_TEXTS
from kumppanuus.demo.office_files import GROUP_TEXTS
from kumppanuus.demo.questionnaire import CODE
from kumppanuus.demo.staff import LANGUAGES
from kumppanuus.demo.study_public import INDICATORS_SOURCE
from kumppanuus.demo.study_toml import turned, values
from kumppanuus.demo.workers import SOCIAL_VISITS

CONTACTS = """
# --- Yhteydenotot: ilmoitukset, hakemukset ja muut yhteydenotot, päätökset niistä ja mihin ne johtivat ---
# Tyhjä päätöspäivä: päätöstä ei ole vielä tehty, tai sitä ei ole kirjattu. Asiakasnumero voi puuttua neuvontapuhelusta.
[[sources]]
table = "contacts"
folder = "aineisto"
files = ["yhteydenotot.csv"]
encoding = "windows-1252"
delimiter = ";"
date_format = "dd.mm.yyyy"
missing = ["", "-"]

[sources.columns]
date = "Yhteydenoton pvm"
client = "Asiakasnumero"
kind = "Yhteydenoton laji"
sender = "Ilmoittaja"
service = "Palvelu"
decided = "Päätös pvm"
assessed = "Arviointi valmis"
outcome = "Lopputulos"
area = "Alue"
"""

SOCIAL_VISITS_SOURCE = """
# --- Sosiaalipalvelujen tapaamiset: kuka tapasi perheen. Niillä ei ole hintaa, sillä palvelut maksetaan päivistä ---
[[sources]]
table = "visits"
folder = "aineisto"
files = ["kaynnit_sosiaalipalvelut.csv"]
encoding = "windows-1252"
delimiter = ";"
date_format = "dd.mm.yyyy"

[sources.columns]
client = "Asiakasnumero"
service = "Palvelu"
date = "Käyntipäivä"
worker = "Työntekijä"
"""

LEDGER = """
# --- Kirjanpidon toteuma palveluittain ja kuukausittain: siihen laskujen ja yksikkökustannusten pitäisi täsmätä ---
[[sources]]
table = "costs"
folder = "aineisto"
files = ["kirjanpito.csv"]
encoding = "windows-1252"
delimiter = ";"
decimal = ","
date_format = "dd.mm.yyyy"
constants = { book = "ledger" }

[sources.columns]
date = "Kausi"
service = "Palvelu"
cost_eur = "Toteuma (€)"
"""

CAPACITY = """
# --- Kapasiteetti: paikat, henkilötyövuodet ja talousarvio palveluittain ja alueittain vuoden alusta -----
[[sources]]
table = "capacity"
folder = "aineisto"
files = ["kapasiteetti.csv"]
encoding = "windows-1252"
delimiter = ";"
decimal = ","
date_format = "dd.mm.yyyy"

[sources.columns]
service = "Palvelu"
area = "Alue"
date = "Voimassa alkaen"
places = "Paikkoja"
fte = "Henkilötyövuodet"
budget_eur = "Talousarvio (€)"
"""

WORKERS = """
# --- Työntekijät: missä, millä kielillä ja kuinka paljon; rivi kutakin kieltä kohti -----------------------
# Numero on sama kuin asiakkuuksissa; sitä ei tallenneta. Yhtäkään työntekijää ei näy raportissa.
[[sources]]
table = "workers"
folder = "aineisto"
files = ["tyontekijat.csv"]
encoding = "windows-1252"
delimiter = ";"
decimal = ","

[sources.columns]
worker = "Työntekijä"
service = "Palvelu"
area = "Alue"
language = "Työkieli"
fte = "Työosuus"
"""

NEEDS_SOURCE = """
# --- Tuen tarpeet: syyt, jotka kirjattiin yhteydenotossa ja palvelutarpeen arvioinnissa -----------------
[[sources]]
table = "needs"
folder = "aineisto"
files = ["tarpeet.csv"]
encoding = "windows-1252"
delimiter = ";"
date_format = "dd.mm.yyyy"

[sources.columns]
client = "Asiakasnumero"
date = "Tarve kirjattu"
need = "Tuen tarve"
stage = "Kirjausvaihe"
area = "Alue"
"""

GOALS = """
# --- Tavoitteet: mitä perheelle tavoiteltiin, asetettiinko se yhdessä ja toteutuiko se -------------------
[[sources]]
table = "goals"
folder = "aineisto"
files = ["tavoitteet.csv"]
encoding = "windows-1252"
delimiter = ";"
date_format = "dd.mm.yyyy"

[sources.columns]
client = "Asiakasnumero"
service = "Palvelu"
date = "Tavoite asetettu"
need = "Tuen tarve"
with_family = "Perheen kanssa"
assessed = "Tavoite arvioitu"
outcome = "Tavoitteen toteutuminen"
"""

SURVEY = f"""
# --- Itsearviointikysely johdolle, työntekijöille ja kumppaneille; kysymykset kerrotaan alempana ---------
[[sources]]
table = "survey"
folder = "aineisto"
files = ["itsearviointi.csv"]
encoding = "windows-1252"
delimiter = ";"
date_format = "dd.mm.yyyy"
constants = {{ instrument = "{CODE}" }}

[sources.columns]
respondent = "Vastaajan numero"
date = "Vastattu"
respondent_group = "Vastaajaryhmä"
area = "Alue"
question = "Kysymys"
answer = "Vastaus"
"""


def more_sources() -> str:
    """Return the sources in the order of the study file."""
    areas = values("area", {area.fi: area.code for area in AREAS})
    social = values("service", {s.fi: s.code for s in SERVICES if s.sector == "social"})
    doors = [door.service for door in DOORS]
    needs = values("need", {need.fi: need.code for need in NEEDS})
    parts = [
        CONTACTS,
        values("kind", turned(KIND_TEXTS)),
        values("sender", turned(SENDER_TEXTS)),
        values("service", {s.fi: s.code for s in SERVICES if s.code in doors}),
        values("outcome", turned(OUTCOME_TEXTS)),
        areas,
        SOCIAL_VISITS_SOURCE,
        values("service", {s.fi: s.code for s in SERVICES if s.code in SOCIAL_VISITS}),
        NEEDS_SOURCE,
        needs,
        values("stage", turned(STAGE_TEXTS)),
        areas,
        GOALS,
        social,
        needs,
        values("with_family", turned(YES_NO_TEXTS)),
        values("outcome", turned(GOAL_TEXTS)),
        LEDGER,
        values("service", {s.fi: s.code for s in SERVICES}),
        CAPACITY,
        values("service", {s.fi: s.code for s in SERVICES}),
        areas,
        WORKERS,
        values("service", {s.fi: s.code for s in SERVICES}),
        areas,
        values("language", dict(zip(LANGUAGE_TEXTS, LANGUAGES, strict=True))),
        SURVEY,
        values("respondent_group", turned(GROUP_TEXTS)),
        areas,
        INDICATORS_SOURCE,
    ]
    return "".join(parts)

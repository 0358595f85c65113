"""A municipality of seven people that gives an extract for every canonical table, small enough to check by hand."""

from __future__ import annotations

from pathlib import Path

CHECK_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def identity_code(birth: str, sign: str, serial: str) -> str:
    """Return the identity code of a birth day ``ddmmyy``, century sign and serial number, with its check sign."""
    return f"{birth}{sign}{serial}{CHECK_SIGNS[int(birth + serial) % 31]}"


AINO = identity_code("010106", "A", "902")  # girl, 1 January 2006
EERO = identity_code("151112", "A", "903")  # boy, 15 November 2012
LIISA = identity_code("240380", "-", "904")  # mother of Aino and Eero
PEKKA = identity_code("290216", "A", "905")  # boy, leap day 2016

FILES = {
    "palvelut.csv": """\
Palvelu;Lyhenne;Nimi ruotsiksi;Taso;Toimiala;Tuottaja;Yksikkö;Hinta (€)
Perhetyö;PERHE;Familjearbete;varhainen;sosiaali;oma;päivä;35,50
Neuvola;NEUVOLA;Rådgivning;perus;terveys;oma;käynti;61
Sijaishuolto;SIJ;Vård utom hemmet;korjaava;sosiaali;osto;päivä;1 280,00
Outo palvelu;OUTO;;;;;;
""",
    "vastaavuudet.csv": """\
Asiakasnumero;Oppilasnumero
1001;K77
1002;
""",
    "asiakkaat.csv": f"""\
Asiakasnumero;Henkilötunnus;Perhenumero;Äidinkieli;Alue;Nimi
1001;{AINO};501;suomi;Keskusta;Aino Salaliittolainen
1002;{EERO};;suomi;Keskusta;Eero Salaliittolainen
1003;{LIISA};;;Pohjoinen;Liisa Salaliittolainen
1004;{PEKKA};502;ruotsi;Pohjoinen;Pekka Peloton
1005;240380-9041;;suomi;Pohjoinen;Tarkistus Väärä
""",
    "oppilaat.csv": """\
Oppilasnumero;Syntymäaika;Sukupuoli;Perhe
K77;1.1.2006;tyttö;P1
K78;5.5.2010;poika;P1
""",
    "huoltajat.csv": """\
Lapsi;Huoltaja
1001;1003
1002;1003
1002;1003
1004;1006
1005;
""",
    "asiakkuudet.csv": """\
Asiakasnumero;Palvelu;Alkupvm;Loppupvm;Syy;Tuottaja;Alue;Työntekijä;Kirjattu
1001;Perhetyö;1.2.2023;31.5.2023;Tavoite;oma;Keskusta;T1;3.2.2023
1001;Sijaishuolto;1.6.2023;;;osto;Keskusta;T2;1.6.2023
1002;Perhetyö;10.1.2024;31.12.9999;;;Keskusta;T1;
1004;Neuvola;1.1.2016;1.2.2024;Muutto;oma;Pohjoinen;;
1002;Perhetyö;31.2.2024;;;;Keskusta;T1;
1004;Perhetyö;1.1.2019;1.6.2020;Tavoite;oma;Pohjoinen;T1;
Yhteensä;6;;;;;;;
""",
    "yhteydenotot.csv": """\
Asiakasnumero;Saapunut;Laji;Ilmoittaja;Palvelu;Päätös;Arviointi valmis;Tulos;Alue;Kirjattu
1001;20.1.2023;lastensuojeluilmoitus;koulu;Perhetyö;23.1.2023;28.2.2023;asiakkuus;Keskusta;20.1.2023
;5.3.2023;hakemus;vanhempi;;;;ei toimenpiteitä;;
1004;31.12.2023;arvaus;koulu;;;;;Pohjoinen;2.1.2024
1004;;hakemus;vanhempi;;;;;;
""",
    "kaynnit.csv": """\
Asiakasnumero;Palvelu;Käyntipäivä;Käyntejä;Työntekijä;Kirjattu
1004;Neuvola;5.4.2023;1;T3;5.4.2023
1004;Neuvola;5.4.2023;1;T3;5.4.2023
1004;Neuvola;6.5.2023;2;;
1004;Neuvola;6.5.2020;1;T3;
1004;Neuvola;7.5.2023;1,5;T3;
""",
    "laskut.csv": """\
Palvelu;Laskun pvm;Summa (€);Asiakasnumero;Tuottaja
Sijaishuolto;30.6.2023;8 400,00;1001;osto
Sijaishuolto;31.7.2023;−120,505;1001;osto
Sijaishuolto;31.7.2023;kaksisataa;1001;osto
Yhteensä;;8 279,50;;
""",
    "kirjanpito.csv": """\
Palvelu;Kuukausi;Euroa
Sijaishuolto;2023-06-01;8400.00
Sijaishuolto;2023-07-01;-100.5
Hallinto;2023-07-01;55.00
""",
    "resurssit.csv": """\
Palvelu;Alkaen;Alue;Tuottaja;Paikkoja;Henkilötyövuosia;Määräraha (€)
Perhetyö;1.1.2023;Keskusta;oma;24;3,5;180 000
Sijaishuolto;1.1.2023;;osto;6;;1 200 000,00
Perhetyö;1.1.2024;Keskusta;oma;ei tiedossa;2,75;
""",
    "tyontekijat.csv": """\
Työntekijä;Palvelu;Alue;Työkieli;Työosuus
T1;Perhetyö;Keskusta;suomi;1
T1;Perhetyö;Keskusta;ruotsi;1
T2;;;suomi;0,5
;Perhetyö;Keskusta;suomi;1
T3;Neuvola;Pohjoinen;suomi;80
""",
    "kysely_pitka.csv": """\
Asiakasnumero;Vastauspäivä;Mittari;Vaihe;Vastaaja;Kysymys;Vastaus
1001;1.2.2023;KIDS;alku;nuori;K1;3
1001;1.2.2023;KIDS;alku;nuori;K2;2,5
1001;31.5.2023;KIDS;loppu;vanhempi;K1;4
1001;31.5.2023;KIDS;loppu;vanhempi;K1;5
1001;31.5.2023;KIDS;loppu;nuori;K1;viisi
""",
    "kysely_lavea.csv": """\
Asiakasnumero;Vastauspäivä;Vaihe;Tulevaisuus;Tukiverkosto
1002;10.1.2024;alku;3;4
1004;1.2.2024;loppu;5;
1004;2.2.2024;loppu;;
1002;11.1.2024;alku;x;4
""",
    "itsearviointi.csv": """\
Vastaajan numero;Vastattu;Kysely;Rooli;Alue;Kysymys;Vastaus
V9001;3.2.2025;Itsearviointi;esihenkilö;Keskusta;J1;4
V9001;3.2.2025;Itsearviointi;esihenkilö;Keskusta;J2;4,5
V9002;4.2.2025;Itsearviointi;arvaus;;J1;2
V9002;5.2.2025;Itsearviointi;työntekijä;;J1;1
;4.2.2025;Itsearviointi;työntekijä;;J1;2
V9003;4.2.2025;Itsearviointi;;;J1;2
""",
    "kumppanikysely.csv": """\
Vastaajan numero;Yhteistyö toimii;Vastuut ovat selvät;Terveisiä
K7001;5;4;Rouva Vapaasana kirjoitti tämän
K7002;;3;
K7003;;;
""",
    "tarpeet.csv": """\
Asiakasnumero;Kirjattu;Tarve;Vaihe;Alue
1001;20.1.2023;Vanhemman jaksaminen;yhteydenotto;Keskusta
1001;28.2.2023;Koulunkäynti;arviointi;Keskusta
1004;28.2.2023;;arviointi;Pohjoinen
""",
    "tavoitteet.csv": """\
Asiakasnumero;Asetettu;Palvelu;Tarve;Perheen kanssa;Arvioitu;Toteutuma
1001;1.3.2023;Perhetyö;Koulunkäynti;kyllä;31.5.2023;osittain
1002;15.1.2024;Perhetyö;Vanhemman jaksaminen;ei;;
1002;15.1.2024;Perhetyö;Vanhemman jaksaminen;ei;1.13.2024;saavutettu
""",
    "vaesto.csv": """\
Alue;Vuosi;Ikä alkaen;Ikä enintään;Sukupuoli;Väkiluku
Keskusta;2023;0;6;naiset;120
Keskusta;2023;0;6;miehet;131
Pohjoinen;2023;7;17;naiset;1 204
Pohjoinen;2023;17;7;naiset;10
""",
    "sotkanet.csv": """\
indicator;region;year;gender;primary.value;absolute.value
127;658;2022;total;12.4;530
127;658;2023;total;0.5;
127;658;2021;total;12,4;
127;658;2023;male;13.25;271
1240;1;2023;female;..;12
""",
    "sotkanet_alueet.csv": """region;category;name_fi;name_sv;name_en;member_of
658;KUNTA;Mallila;Mallby;Mallila;1 902
902;HYVINVOINTIALUE;Keski-Mallila;;;1
1;MAA;Koko maa;Hela landet;Whole country;
77;;Luokaton;;;
""",
    "sotkanet_kuvaukset.csv": """indicator;title_fi;title_sv;title_en;definition_fi;source_fi;decimals;updated
127;Väestö 31.12.;Folkmängd;Population;"Väestö; vuoden lopussa";Tilastokeskus;0;2025-03-31
1240;;Utan finsk titel;;;;;
""",
}

STUDY = """
schema = 1
[study]
organiser = "Mallila"
synthetic = true
[window]
from = 2021-01-01
to = 2024-12-31

[[sources]]
table = "services"
files = ["palvelut.csv"]
[sources.columns]
service = "Palvelu"
code = "Lyhenne"
name_sv = "Nimi ruotsiksi"
level = "Taso"
sector = "Toimiala"
production = "Tuottaja"
unit = "Yksikkö"
unit_cost_eur = "Hinta (€)"
[sources.values]
level = { perus = "universal", varhainen = "early", korjaava = "corrective" }
sector = { sosiaali = "social", terveys = "health" }
production = { oma = "own", osto = "purchased" }
unit = { "päivä" = "day", "käynti" = "visit" }

[[sources]]
table = "identities"
files = ["vastaavuudet.csv"]
other_domain = "school"
[sources.columns]
client = "Asiakasnumero"
other = "Oppilasnumero"

[[sources]]
table = "clients"
files = ["asiakkaat.csv"]
temporary_identity_codes = true
[sources.columns]
client = "Asiakasnumero"
identity_code = "Henkilötunnus"
family = "Perhenumero"
language = "Äidinkieli"
area = "Alue"
[sources.values]
language = { suomi = "fi", ruotsi = "sv" }

[[sources]]
table = "clients"
files = ["oppilaat.csv"]
id_domain = "school"
[sources.columns]
client = "Oppilasnumero"
birth_date = "Syntymäaika"
sex = "Sukupuoli"
family = "Perhe"
[sources.values]
sex = { "tyttö" = "female", poika = "male" }

[[sources]]
table = "family_links"
files = ["huoltajat.csv"]
[sources.columns]
client = "Lapsi"
guardian = "Huoltaja"

[[sources]]
table = "relationships"
files = ["asiakkuudet.csv"]
[sources.columns]
client = "Asiakasnumero"
service = "Palvelu"
start = "Alkupvm"
end = "Loppupvm"
end_reason = "Syy"
production = "Tuottaja"
area = "Alue"
worker = "Työntekijä"
recorded = "Kirjattu"
[sources.values]
end_reason = { Tavoite = "goal", Muutto = "moved" }
production = { oma = "own", osto = "purchased" }

[[sources]]
table = "contacts"
files = ["yhteydenotot.csv"]
[sources.columns]
client = "Asiakasnumero"
date = "Saapunut"
kind = "Laji"
sender = "Ilmoittaja"
service = "Palvelu"
decided = "Päätös"
assessed = "Arviointi valmis"
outcome = "Tulos"
area = "Alue"
recorded = "Kirjattu"
[sources.values]
kind = { lastensuojeluilmoitus = "notification", hakemus = "application" }
sender = { koulu = "school", vanhempi = "parent" }
outcome = { asiakkuus = "service", "ei toimenpiteitä" = "no_need" }

[[sources]]
table = "visits"
files = ["kaynnit.csv"]
[sources.columns]
client = "Asiakasnumero"
service = "Palvelu"
date = "Käyntipäivä"
visits = "Käyntejä"
worker = "Työntekijä"
recorded = "Kirjattu"

[[sources]]
table = "costs"
files = ["laskut.csv"]
constants = { book = "invoice" }
[sources.columns]
client = "Asiakasnumero"
service = "Palvelu"
date = "Laskun pvm"
cost_eur = "Summa (€)"
production = "Tuottaja"
[sources.values]
production = { oma = "own", osto = "purchased" }

[[sources]]
table = "costs"
files = ["kirjanpito.csv"]
constants = { book = "ledger" }
date_format = "yyyy-mm-dd"
decimal = "."
[sources.columns]
service = "Palvelu"
date = "Kuukausi"
cost_eur = "Euroa"

[[sources]]
table = "capacity"
files = ["resurssit.csv"]
missing = ["", "ei tiedossa"]
[sources.columns]
service = "Palvelu"
date = "Alkaen"
area = "Alue"
production = "Tuottaja"
places = "Paikkoja"
fte = "Henkilötyövuosia"
budget_eur = "Määräraha (€)"
[sources.values]
production = { oma = "own", osto = "purchased" }

[[sources]]
table = "workers"
files = ["tyontekijat.csv"]
[sources.columns]
worker = "Työntekijä"
service = "Palvelu"
area = "Alue"
language = "Työkieli"
fte = "Työosuus"
[sources.values]
language = { suomi = "fi", ruotsi = "sv" }

[[sources]]
table = "answers"
files = ["kysely_pitka.csv"]
[sources.columns]
client = "Asiakasnumero"
date = "Vastauspäivä"
instrument = "Mittari"
phase = "Vaihe"
respondent = "Vastaaja"
question = "Kysymys"
answer = "Vastaus"
[sources.values]
instrument = { KIDS = "kids" }
phase = { alku = "start", loppu = "end" }
respondent = { nuori = "young", vanhempi = "parent" }
question = { K1 = "mood", K2 = "sleep" }

[[sources]]
table = "answers"
files = ["kysely_lavea.csv"]
constants = { instrument = "oma mittari" }
[sources.columns]
client = "Asiakasnumero"
date = "Vastauspäivä"
phase = "Vaihe"
[sources.questions]
Tulevaisuus = "outlook"
Tukiverkosto = "support"
[sources.values]
instrument = { "oma mittari" = "own" }
phase = { alku = "start", loppu = "end" }

[[sources]]
table = "survey"
files = ["itsearviointi.csv"]
[sources.columns]
respondent = "Vastaajan numero"
date = "Vastattu"
instrument = "Kysely"
respondent_group = "Rooli"
area = "Alue"
question = "Kysymys"
answer = "Vastaus"
[sources.values]
instrument = { Itsearviointi = "self" }
respondent_group = { "esihenkilö" = "leader", "työntekijä" = "worker" }
question = { J1 = "aims", J2 = "roles" }

[[sources]]
table = "survey"
files = ["kumppanikysely.csv"]
constants = { instrument = "self", respondent_group = "partner" }
[sources.columns]
respondent = "Vastaajan numero"
[sources.questions]
"Yhteistyö toimii" = "works"
"Vastuut ovat selvät" = "roles"
[sources.values]
instrument = { self = "self" }

[[sources]]
table = "needs"
files = ["tarpeet.csv"]
[sources.columns]
client = "Asiakasnumero"
date = "Kirjattu"
need = "Tarve"
stage = "Vaihe"
area = "Alue"
[sources.values]
need = { "Vanhemman jaksaminen" = "coping", "Koulunkäynti" = "schooling" }
stage = { yhteydenotto = "contact", arviointi = "assessment" }

[[sources]]
table = "goals"
files = ["tavoitteet.csv"]
[sources.columns]
client = "Asiakasnumero"
date = "Asetettu"
service = "Palvelu"
need = "Tarve"
with_family = "Perheen kanssa"
assessed = "Arvioitu"
outcome = "Toteutuma"
[sources.values]
need = { "Vanhemman jaksaminen" = "coping", "Koulunkäynti" = "schooling" }
with_family = { "kyllä" = "yes", ei = "no" }
outcome = { saavutettu = "met", osittain = "partly" }

[[sources]]
table = "population"
files = ["vaesto.csv"]
[sources.columns]
area = "Alue"
year = "Vuosi"
age_from = "Ikä alkaen"
age_to = "Ikä enintään"
sex = "Sukupuoli"
persons = "Väkiluku"
[sources.values]
sex = { naiset = "female", miehet = "male" }

[[sources]]
table = "indicators"
files = ["sotkanet.csv"]
decimal = "."
missing = ["", ".."]
[sources.columns]
indicator = "indicator"
region = "region"
year = "year"
gender = "gender"
value = "primary.value"
absolute = "absolute.value"

[[sources]]
table = "regions"
files = ["sotkanet_alueet.csv"]
[sources.columns]
region = "region"
category = "category"
name_fi = "name_fi"
name_sv = "name_sv"
name_en = "name_en"
member_of = "member_of"

[[sources]]
table = "indicator_facts"
files = ["sotkanet_kuvaukset.csv"]
[sources.columns]
indicator = "indicator"
title_fi = "title_fi"
title_sv = "title_sv"
title_en = "title_en"
definition_fi = "definition_fi"
source_fi = "source_fi"
decimals = "decimals"
updated = "updated"

[[areas]]
code = "keskusta"
name = { fi = "Keskusta" }

[[areas]]
code = "pohjoinen"
name = { fi = "Pohjoinen" }
"""


def write_mallila(folder: Path) -> None:
    """Write the extracts and the study into a folder, as a Finnish system exports them."""
    for name, text in FILES.items():
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    (folder / "kumppanuus.toml").write_text(STUDY, encoding="utf-8")

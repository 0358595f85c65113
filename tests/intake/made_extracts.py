"""Extracts of every canonical table, as busy people export them: small, made up, and right in every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

SERVICES = ("Perhetyö", "Lapsiperheiden kotipalvelu", "Lastensuojelun avohuolto", "Sijaishuolto")
CLIENTS = [f"{n:05}" for n in range(101, 161)]
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def write(folder: Path, name: str, header: str, rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> None:
    lines = [header, *(";".join(map(str, row)) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding=encoding)


def identity_code(n: int) -> str:
    """An identity code of the kind that nobody has (900–999)."""
    day, serial = f"{n % 28 + 1:02}{n % 12 + 1:02}{10 + n % 9}", f"{900 + n % 100}"
    return f"{day}A{serial}{_CHECK[int(day + serial) % 31]}"


def day(n: int, year: int = 2022) -> str:
    return f"{n % 28 + 1}.{n % 12 + 1}.{year}"


def every_table(folder: Path) -> None:
    """Write one extract of every table but ``services``."""
    of = [(n, client, SERVICES[n % 4]) for n, client in enumerate(CLIENTS)]
    write(
        folder, "asiakkuudet_2021-2023.csv", "Asiakasnro;Palvelu;Alkoi;Päättyi;Vastuutyöntekijä",
        ((c, s, day(n, 2021), day(n, 2022) if n % 3 else "", f"T{n % 7}") for n, c, s in of), "cp1252",
    )  # fmt: skip
    write(
        folder, "asiakkaat.csv", "Asiakasnro;Syntymäaika;Sukupuoli;Äidinkieli;Alue",
        (
            (c, day(n, 2012), ("tyttö", "poika")[n % 2], ("suomi", "Ruotsi")[n % 2], ("Keskusta", "Pohjoinen")[n % 2])
            for n, c, _ in of
        ),
    )  # fmt: skip
    write(folder, "huoltajat.csv", "Lapsen numero;Huoltajan numero", ((c, f"9{n // 2:04}") for n, c, _ in of))
    write(folder, "vastaavuudet.csv", "Asiakasnro;Oppilasnumero", ((c, 7000 + n) for n, c, _ in of))
    write(
        folder, "yhteydenotot.csv",
        "Asiakasnro;Saapunut;Yhteydenoton tyyppi;Ilmoittaja;Päätös pvm;Arviointi valmis;Lopputulos",
        (
            (c, day(n), ("Hakemus", "Lähete")[n % 2], ("Koulu", "Vanhempi")[n % 2], day(n, 2023), day(n, 2023), "Alkoi")
            for n, c, _ in of
        ),
    )  # fmt: skip
    write(folder, "käynnit.csv", "Asiakasnro;Palvelu;Käyntipvm;Käyntejä", ((c, s, day(n), n % 3 + 1) for n, c, s in of))
    bills = ((s, day(n), f"1 {n + 100},50", c) for n, c, s in of)
    write(folder, "laskut.csv", "Palvelu;Laskupvm;Summa (€);Asiakasnro", bills)
    ledger = ((s, f"1.{month}.2022", "900,00") for month in range(1, 13) for s in SERVICES)
    write(folder, "kirjanpito.csv", "Palvelu;Kuukausi;Euroa", ledger)
    write(
        folder, "kapasiteetti.csv", "Palvelu;Voimassa alkaen;Paikkoja;HTV;Budjetti (€)",
        ((s, "1.1.2021", 20 + n, f"{n + 2},5", "250000") for n, s in enumerate(SERVICES)),
    )  # fmt: skip
    write(
        folder, "työntekijät.csv", "Työntekijä;Työkieli;HTV",
        ((f"T{n}", ("suomi", "ruotsi")[n % 2], ("1", "0,5")[n % 2]) for n in range(7)),
    )  # fmt: skip
    write(
        folder, "kysely.csv",
        "Asiakasnro;Vastauspäivä;Vaihe;Luotan tulevaisuuteen (1-5);Tukea on riittävästi (1-5);Oma elämäntilanne (1-10)",
        ((c, day(n), ("Alku", "Loppu")[n % 2], n % 5 + 1, "-" if n == 3 else n % 4 + 1, n % 10 + 1) for n, c, _ in of),
    )  # fmt: skip
    write(
        folder, "mittarit.csv", "Asiakasnro;Vastattu;Mittari;Kysymys;Vastaus",
        ((c, day(n), "SDQ", q, (n + q) % 3) for n, c, _ in of[:20] for q in range(1, 6)),
    )  # fmt: skip
    roles = ("Esihenkilö", "Työntekijä", "Kumppani")
    write(
        folder, "henkilöstökysely.csv",
        "Vastaajan numero;Vastaajaryhmä;Vastattu;Johtaminen on selkeää;Tieto kulkee hyvin",
        ((f"V{n:04}", roles[n % 3], day(n), n % 5 + 1, "-" if n == 4 else (n + 2) % 5 + 1) for n in range(30)),
    )  # fmt: skip
    write(
        folder, "itsearviointi.csv", "Vastausnumero;Rooli;Kysymys;Vastaus",
        ((f"A{n:04}", roles[n % 3], f"J{q}", (n + q) % 5 + 1) for n in range(20) for q in range(1, 4)),
    )  # fmt: skip
    write(
        folder, "tarpeet.csv", "Asiakasnro;Kirjattu pvm;Tuen tarve;Kirjausvaihe",
        ((c, day(n), ("Vanhemmuus", "Koulunkäynti")[n % 2], ("Arviointi", "Suunnitelma")[n % 2]) for n, c, _ in of),
    )  # fmt: skip
    goals = (("Vanhemmuus", "kyllä", day(1, 2023), "osittain"), ("Koulunkäynti", "ei", day(2, 2023), "toteutui"))
    write(
        folder, "tavoitteet.csv", "Asiakasnro;Tavoite asetettu;Tuen tarve;Yhdessä perheen kanssa;Arvioitu;Toteutui",
        ((c, day(n), *goals[n % 2]) for n, c, _ in of),
    )  # fmt: skip
    write(
        folder, "väestö.csv", "Alue;Vuosi;Ikä alkaen;Ikä enintään;Väkiluku",
        ((area, year, 0, 17, 900 + year) for area in ("Keskusta", "Pohjoinen") for year in (2021, 2022, 2023)),
    )  # fmt: skip
    sotkanet(folder)
    sotkanet_words(folder)


def sotkanet(folder: Path) -> None:
    """Write an indicator as Sotkanet gives it."""
    write(
        folder, "sotkanet.csv", "indicator;region;year;gender;primary.value;absolute.value",
        ((1086, 5, year, gender, "10.7", 320) for year in range(2018, 2024) for gender in ("total", "male", "female")),
    )  # fmt: skip


def sotkanet_words(folder: Path) -> None:
    """Write the names of its regions and the descriptions of its indicators as `fetch-indicators` does."""
    write(
        folder, "sotkanet_alueet.csv", "region;category;name_fi;name_sv;name_en;member_of",
        [(5, "KUNTA", "Alajärvi", "Alajärvi", "Alajärvi", "358 1"), (358, "MAA", "Koko maa", "", "", "")],
    )  # fmt: skip
    write(
        folder, "sotkanet_kuvaukset.csv",
        "indicator;title_fi;definition_fi;source_fi;title_sv;title_en;definition_sv;definition_en;source_sv;source_en;"
        "decimals;updated",
        [(1086, "Lapset, joista on tehty ilmoitus", "Osuus", "THL", "", "", "", "", "", "", 1, "2024-06-01")],
    )  # fmt: skip


def service_catalogue(folder: Path) -> None:
    """Write the services and one more."""
    levels = ("varhainen tuki", "varhainen tuki", "erityispalvelut", "korjaavat palvelut")
    rows = [
        (s, f"S{n}", level, "sosiaali", "päivä", "35,00")
        for n, (s, level) in enumerate(zip(SERVICES, levels, strict=True))
    ]
    write(
        folder, "palveluluettelo.csv", "Palvelu;Koodi;Taso;Toimiala;Yksikkö;Yksikkökustannus (€)",
        [*rows, ("Koulukuraattori", "KK", "peruspalvelut", "sivistys", "käynti", "70,00")],
    )  # fmt: skip

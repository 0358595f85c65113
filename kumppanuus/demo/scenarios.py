"""Scenarios of Esimerkkilä, one file each, as a workshop could have written them: every number with its grounds."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.demo.study_toml import words

Three = tuple[str, str, str]
WORKSHOP = (
    "Esimerkkilän työpajan arvio, keksitty",
    "Bedömning vid Esimerkkiläs workshop, påhittad",
    "Judgement of Esimerkkilä's workshop, made up",
)
FINANCE = (
    "Esimerkkilän talousjohdon arvio, keksitty",
    "Bedömning av Esimerkkiläs ekonomiledning, påhittad",
    "Judgement of Esimerkkilä's finance managers, made up",
)
TENDERS = (
    "Sijaishuollon kilpailutukset 2025: hinnat nousivat 8–27 %",
    "Upphandlingar av vård utom hemmet 2025: priserna steg 8–27 %",
    "Tenders of substitute care in 2025: prices rose by 8–27%",
)
LAW = (
    "Lastensuojelulaki 417/2007 13 b §: enintään 30 lasta 1.1.2024 alkaen",
    "Barnskyddslagen 417/2007 13 b §: högst 30 barn från 1.1.2024",
    "Child Welfare Act 417/2007, section 13 b: at most 30 children since 1 January 2024",
)


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number of a scenario; lower and upper are None when it is certain."""

    value: float
    lower: float | None
    upper: float | None
    rationale: Three
    source: Three


def scenario_files() -> dict[str, str]:
    """Return the text of every scenario by the name of its file."""
    return {
        "varhainen-tuki.toml": _early_support(),
        "hinnat-nousevat.toml": _prices_rise(),
        "laki-25.toml": _tighter_law(),
    }


def _number(key: str, number: Assumed) -> str:
    limits = "" if number.lower is None else f"lower = {number.lower:g}\nupper = {number.upper:g}\n"
    return (
        f"\n[{key}]\nvalue = {number.value:.10g}\n{limits}"
        f"rationale = {words(*number.rationale)}\nsource = {words(*number.source)}\n"
    )


def _head(comment: str, name: Three, description: Three) -> str:
    return f"{comment}schema = 1\nname = {words(*name)}\ndescription = {words(*description)}\nhorizon_months = 36\n"


_DISCOUNT = _number("discount_percent", Assumed(
    3, None, None, ("Kaupungin laskentakorko", "Stadens kalkylränta", "The town's rate of interest"), FINANCE,
))  # fmt: skip


def _early_support() -> str:
    measures = {
        "effects.reduction_percent": Assumed(
            20, 5, 35,
            ("Ajoissa annettu perhetyö ehkäisee osan sijoituksista; vaikutusta ei ole arvioitu",
             "Familjearbete i tid förebygger en del placeringar; effekten är inte utvärderad",
             "Family work in time prevents some placements; the effect has not been evaluated"), WORKSHOP),
        "effects.cover_percent": Assumed(
            45, 30, 60,
            ("Vajaa puolet sijoitettavien lasten perheistä tavoitetaan ajoissa",
             "Knappt hälften av familjerna med barn som placeras nås i tid",
             "A little less than half of the families of children to be placed are reached in time"), WORKSHOP),
        "effects.lag_months": Assumed(
            9, 6, 15,
            ("Tuki vaikuttaa vasta kuukausien päästä", "Stödet verkar först efter flera månader",
             "Support works only after months"), WORKSHOP),
        "effects.cashable_percent": Assumed(
            70, 50, 85,
            ("Ostettu hoitovuorokausi jää maksamatta, sosiaalityö ja hallinto jäävät",
             "Det köpta vårddygnet betalas inte, men socialarbetet och förvaltningen kvarstår",
             "The purchased day of care is not paid, social work and administration remain"), FINANCE),
        "effects.cost_eur_a_year": Assumed(
            300_000, 270_000, 350_000,
            ("Neljä uutta perhetyöntekijää tiloineen ja matkoineen",
             "Fyra nya familjearbetare med lokaler och resor",
             "Four new family workers with premises and travel"), FINANCE),
        "effects.families_a_year": Assumed(
            60, 50, 75,
            ("Viisitoista perhettä työntekijää kohti vuodessa", "Femton familjer per arbetstagare och år",
             "Fifteen families for each worker a year"), WORKSHOP),
    }  # fmt: skip
    shift = {
        "shifts.a_year": Assumed(
            8, 5, 12,
            ("Osaan kiireellisistä sijoituksista voi vastata kotiin viedyllä tuella",
             "En del av de brådskande placeringarna kan ersättas med stöd i hemmet",
             "Some of the urgent placements can be answered by support at home"), WORKSHOP),
        "shifts.succeeds_percent": Assumed(
            25, 10, 40,
            ("Joka neljännessä perheessä kevyempi tuki riittää", "I var fjärde familj räcker det lättare stödet",
             "In one family of four the lighter support is enough"), WORKSHOP),
        "shifts.lag_months": Assumed(
            3, 1, 6,
            ("Siirto tehdään ennen sijoituspäätöstä", "Skiftet görs före beslutet om placering",
             "The change is made before the decision to place"), WORKSHOP),
        "shifts.cashable_percent": Assumed(
            70, 50, 85, ("Sama osuus kuin yllä", "Samma andel som ovan", "The same share as above"), FINANCE),
    }  # fmt: skip
    return "".join([
        _head(
            "# Skenaario: rahaa ja tekijöitä varhaiseen tukeen ja kotiin vietävään työhön ennen sijoitusta.\n"
            "# Luvut ovat keksittyjä. Vaihda niiden tilalle oman työpajan arviot; lower ja upper kertovat, kuinka\n"
            "# epävarma luku on, rationale miksi juuri se, source mistä tai keneltä se on. Osuudet ovat prosentteja.\n",
            ("Varhainen tuki ensin", "Tidigt stöd först", "Early support first"),
            ("Neljä perhetyöntekijää lisää ja kotiin vietävää tukea osaan kiireellisistä sijoituksista.",
             "Fyra familjearbetare till och stöd i hemmet i stället för en del brådskande placeringar.",
             "Four family workers more, and support at home in place of some urgent placements."),
        ),
        _DISCOUNT,
        "\n# Toimi, joka vähentää uusia asiakkaita palvelussa service.\n[[effects]]\ncode = \"perhetyo_ajoissa\"\n"
        f"name = {words('Perhetyö ajoissa', 'Familjearbete i tid', 'Family work in time')}\n"
        'service = "sijaishuolto"\nramp_months = 6\n',
        *(_number(key, number) for key, number in measures.items()),
        "\n# Perheitä vuodessa, joita autetaan kevyemmin sen sijaan, että he tulisivat raskaampaan palveluun.\n"
        f"[[shifts]]\nname = {words('Kotiin viety tuki', 'Stöd i hemmet', 'Support at home')}\n"
        'from = "sijaishuolto"\nto = "tehostettu_perhetyo"\nunit = "families"\n',
        *(_number(key, number) for key, number in shift.items()),
    ])  # fmt: skip


def _prices_rise() -> str:
    tender = Assumed(
        5.5, 2.6, 8.3,
        ("Kilpailutus joka kolmas vuosi: 8–27 % kerralla on 2,6–8,3 % vuodessa",
         "Upphandling vart tredje år: 8–27 % på en gång är 2,6–8,3 % om året",
         "A tender every third year: 8–27% at once is 2.6–8.3% a year"), TENDERS)  # fmt: skip
    other = Assumed(
        4, 2, 6,
        ("Muut ostopalvelut nousevat palkkojen tahtia tai hieman enemmän",
         "Övriga köpta tjänster stiger i takt med lönerna eller något mer",
         "Other purchased services rise with wages or a little more"), FINANCE)  # fmt: skip
    wages = {
        "wages.percent_a_year": Assumed(
            2.8, 2, 4,
            ("Sovitut korotukset ja niiden jatko", "De avtalade höjningarna och deras fortsättning",
             "The agreed rises, going on"), FINANCE),
        "wages.share_percent": Assumed(
            75, 70, 80,
            ("Palkkojen osuus omien palvelujen kustannuksista", "Lönernas andel av kostnaderna för egna tjänster",
             "The share of wages in the cost of own services"), FINANCE),
    }  # fmt: skip
    prices = {"sijaishuolto": tender, "tehostettu_perhetyo": other, "puheterapia": other}
    return "".join([
        _head(
            "# Skenaario: ostopalvelujen hinnat ja palkat nousevat, määrät pysyvät nykyisellä uralla.\n",
            ("Hinnat nousevat", "Priserna stiger", "Prices rise"),
            ("Ostopalvelujen hinnat ja palkat nousevat, asiakkaiden määrä kehittyy kuten nyt.",
             "Priserna på köpta tjänster och lönerna stiger, antalet klienter utvecklas som nu.",
             "Prices of purchased services and wages rise, the number of clients develops as now."),
        ),
        *(f'\n[[prices]]\nservice = "{service}"\nproduction = "purchased"\n' + _number("prices.percent_a_year", number)
          for service, number in prices.items()),
        "\n[wages]\n",
        *(_number(key, number) for key, number in wages.items()),
    ])  # fmt: skip


def _tighter_law() -> str:
    numbers = {
        "law.now": Assumed(
            30, None, None, ("Voimassa oleva raja", "Den gällande gränsen", "The limit in force"), LAW),
        "law.then": Assumed(
            25, None, None,
            ("Jos raja tiukkenisi viidellä lapsella; päätöstä ei ole",
             "Om gränsen skärptes med fem barn; inget är beslutat",
             "If the limit fell by five children; nothing has been decided"), WORKSHOP),
        "law.worker_eur_a_year": Assumed(
            68_000, 64_000, 73_000,
            ("Sosiaalityöntekijän palkka, sivukulut, tilat ja matkat",
             "Socialarbetarens lön, bikostnader, lokaler och resor",
             "A social worker's wage, side costs, premises and travel"), FINANCE),
    }  # fmt: skip
    return "".join([
        _head(
            "# Skenaario: mitä maksaisi, jos sosiaalityöntekijällä saisi olla enintään 25 lasta.\n",
            ("Enintään 25 lasta", "Högst 25 barn", "At most 25 children"),
            ("Lastensuojelun sosiaalityöntekijällä olisi enintään 25 lasta vuoden 2027 alusta.",
             "Barnskyddets socialarbetare skulle ha högst 25 barn från början av 2027.",
             "A social worker of child welfare would have at most 25 children from the beginning of 2027."),
        ),
        '\n[[law]]\nparameter = "children_per_worker"\n'
        'services = ["avohuolto", "tehostettu_perhetyo", "sijaishuolto"]\nvalid_from = 2027-01-01\n',
        *(_number(key, number) for key, number in numbers.items()),
    ])  # fmt: skip

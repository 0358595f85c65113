"""The row account on the page: one chart, a sentence for what was lost, accepted findings with their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from lxml import html

from kumppanuus import pipeline
from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.drawing import StackedBars, figure, lint_figure
from kumppanuus.intake.account import FileAccount, Finding
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.account import PARTS, AccountResult
from kumppanuus.report.account import Account, account_of
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import render_page
from kumppanuus.study import Study

Fates = Mapping[str, int]
WORDS = {"KU309": "päättyy ennen alkamistaan", "KU305": "pakollinen tieto puuttuu", "KU401": "Sarakkeen {column} koodi"}


def account(
    tables: Mapping[str, Fates],
    reasons: Sequence[tuple[str, str, int]] = (),
    accepted: Sequence[tuple[str, str, int]] = (),
) -> Released:
    rows = [
        {"table": table, "read": sum(fates.values()), **{part: fates.get(part, 0) for part in PARTS}}
        for table, fates in tables.items()
    ]
    result = AccountResult(
        pd.DataFrame(rows, columns=["table", "read", *PARTS]),
        pd.DataFrame(reasons, columns=["table", "rule", "rows"]),
        pd.DataFrame(accepted, columns=["table", "rule", "found"]),
    )
    return release({"data.account": result}, pipeline_study().disclosure)


def pipeline_study(**check: object) -> Study:
    return Study.model_validate(
        {
            "study": {"organiser": "Esimerkkilä"},
            "window": {"from": "2021-01-01", "to": "2025-12-31"},
            "sources": [{"table": "relationships", "files": ["a.csv"], "columns": {"client": "A"}}],
            "services": [{"code": "a", "name": {"fi": "Ä"}, "level": "early"}],
            "check": check,
        }
    )


def told(released: Released, language: str = "fi", **check: object) -> Account:
    study = pipeline_study(**check)
    found = account_of(released, study, speaker(study, language), WORDS)  # type: ignore[arg-type]
    assert found is not None
    return found


TOWN = {
    "relationships": {"used": 9000, "merged": 900, "quarantined": 102, "outside_window": 30, "blank": 12},
    "clients": {"used": 4000, "quarantined": 3},
    "visits": {"used": 50_000},
}


def test_every_table_is_a_bar_of_one_length_and_every_part_a_piece_of_it() -> None:
    chart = told(account(TOWN)).chart
    assert chart is not None
    assert isinstance(chart.form, StackedBars)
    assert [label for label, _, _ in chart.form.rows] == ["Asiakkuudet", "Asiakkaat", "Käynnit"]
    for _, parts, _ in chart.form.rows:
        assert sum(part.value or 0 for part in parts) == pytest.approx(1)
    relationships = chart.form.rows[0][1]
    assert [part.label for part in relationships] == [
        "Käytetty", "Yhdistetty", "Karanteenissa", "Ajanjakson ulkopuolella", "Tyhjä",
    ]  # fmt: skip
    # 9 000 → 8 997, 900 → 897, 102 → 99, 30 → 27, 12 → 9: 10 029 in all.
    assert relationships[1].value == pytest.approx(897 / 10_029)
    # A part thinner than a hair is drawn as a hair, at the cost of the largest.
    assert relationships[4].value == pytest.approx(0.004)
    assert relationships[0].value == pytest.approx(8997 / 10_029 - (0.004 - 9 / 10_029) - (0.004 - 27 / 10_029))
    assert chart.form.rows[0][2] == "10\xa0041 riviä, karanteenissa 1\xa0%"
    assert [label for label, _, _ in chart.form.key] == [part.label for part in relationships]
    # 99 and a hidden number of 1 to 6, which counts as 3.
    assert chart.headline == "Karanteeniin jäi noin 102 riviä, alle 1\xa0% luetuista"


def test_exact_numbers_are_nowhere_on_the_chart() -> None:
    chart = told(account(TOWN)).chart
    assert chart is not None
    assert isinstance(chart.form, StackedBars)
    texts = [part.text for _, parts, _ in chart.form.rows for part in parts]
    assert "peitetty" in texts
    assert not {"9\xa0000", "900", "102", "30", "12", "3"} & set(texts)


def test_a_clean_account_says_so() -> None:
    chart = told(account({"relationships": {"used": 900, "blank": 30}})).chart
    assert chart is not None
    assert chart.headline == "Yhtään luettua riviä ei tarvinnut siirtää karanteeniin"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_is_legible(language: str) -> None:
    many = dict.fromkeys(("relationships", "clients", "visits", "contacts", "goals"), TOWN["relationships"])
    many |= {table: {"outside_window": 5} for table in ("identities", "needs", "answers", "costs", "capacity")}
    chart = told(account(many), language).chart
    assert chart is not None
    assert not lint_figure(figure(chart))


@pytest.mark.parametrize(
    ("fates", "reasons", "sentence"),
    [
        ({"outside_window": 400, "blank": 30}, (), "koska rivit ovat tarkastellun ajanjakson ulkopuolella (noin 399)."),
        ({"blank": 40}, (), "koska rivit ovat tyhjiä (noin 39)."),
        ({"merged": 40}, (), "koska rivit toistavat muita rivejä (noin 39)."),
        ({}, (), "koska tiedostossa on vain otsikko."),
        (
            {"quarantined": 300, "blank": 30},
            (("KU305", 200), ("KU309", 100)),
            "koska rivit ovat karanteenissa (noin 297); yleisin syy: pakollinen tieto puuttuu.",
        ),
        (
            {"quarantined": 30, "blank": 6},
            (("KU777", 30),),
            "koska rivit ovat karanteenissa (noin 27); yleisin syy: tuntematon koodi.",
        ),
        ({"quarantined": 4}, (), "koska rivit ovat karanteenissa (peitetty)."),
    ],
)
def test_nothing_usable_is_said_with_its_greatest_reason(
    fates: Fates, reasons: Sequence[tuple[str, int]], sentence: str
) -> None:
    found = told(account({"visits": fates, "clients": {"used": 50}}, [("visits", *reason) for reason in reasons]))
    assert found.unusable == (f"Käynnit: 0 käyttökelpoista riviä, {sentence}",)
    if fates:
        assert found.chart is not None
        assert found.chart.headline == "Käynnit: yhtään riviä ei voitu käyttää"


def test_a_hidden_number_of_used_rows_is_not_none() -> None:
    assert told(account({"visits": {"used": 2, "blank": 400}})).unusable == ()


def test_an_empty_run_has_no_chart() -> None:
    found = told(account({"visits": {}}))
    assert found.chart is None
    assert len(found.unusable) == 1


def test_accepted_findings_stand_with_the_reason_that_was_given() -> None:
    released = account(
        TOWN, accepted=[("relationships", "KU401", 15), ("clients", "KU401", 2), ("visits", "KU309", 900)]
    )
    found = told(released, accept={"KU401": "Kesäleiri", "KU309": "Sovittu", "KU402": "Ei löytynyt"})
    assert [(each.rule, each.found, each.reason) for each in found.accepted] == [
        ("päättyy ennen alkamistaan (KU309)", "Käynnit: noin 897", "Sovittu"),
        ("Sarakkeen … koodi (KU401)", "Asiakkuudet: noin 15; Asiakkaat: peitetty", "Kesäleiri"),
    ]


def test_a_reason_cannot_become_markup(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
) -> None:
    reason = '<script>alert("x")</script>\u202e{k}'
    judged = study.model_copy(update={"check": study.check.model_copy(update={"accept": {"KU309": reason}})})
    given = account(TOWN, accepted=[("relationships", "KU309", 900)]).results["data.account"]
    both = {**released.results, "data.account": given}
    merged = replace(released, results=both, seal=_seal())
    shown = exhibits(merged, analyses, say)
    page = render_page(merged, shown, judged, say=say, facts=facts, rule_words=WORDS)
    (told_reason,) = html.fromstring(page).xpath("//dl[@class='accepted']/dd")
    assert told_reason.text_content().split("Perustelu: ")[1] == '<script>alert("x")</script>{k}'
    assert "alert" not in "".join(html.fromstring(page).xpath("//script/text()"))


def test_the_page_shows_the_account_as_a_picture(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
) -> None:
    shown = exhibits(released, analyses, say)
    page = render_page(released, shown, study, say=say, facts=facts, rule_words=WORDS)
    (section,) = html.fromstring(page).xpath("//section[@aria-labelledby='account']")
    assert section.xpath("string(.//figure/h3)") == "Yhtään luettua riviä ei tarvinnut siirtää karanteeniin"
    assert section.xpath(".//figure//*[local-name()='svg']/@role") == ["img"]


def _seal() -> object:
    from kumppanuus.disclosure import released as stamped

    return stamped._SEAL


def test_the_pipeline_sums_what_was_accepted_by_table_and_code() -> None:
    files = (
        FileAccount("clients", "a.csv", read=10, used=7, quarantined={"KU305": 3}),
        FileAccount("clients", "b.csv", read=10, used=8, quarantined={"KU305": 1, "KU309": 1}),
    )
    findings = (
        Finding("KU401", "warning", "clients", "a.csv", 4, accepted=True),
        Finding("KU401", "warning", "clients", "b.csv", 5, accepted=True),
        Finding("KU402", "warning", "clients", "b.csv", 9),
    )
    totals = {"clients": {"read": 20, "used": 15, "merged": 0, "quarantined": 5, "outside_window": 0, "blank": 0}}
    intake = SimpleNamespace(account=files, findings=findings, totals=lambda: totals)
    found = pipeline.account(intake)  # type: ignore[arg-type]
    assert found.accepted.to_numpy().tolist() == [["clients", "KU401", 9]]
    assert found.reasons.to_numpy().tolist() == [["clients", "KU305", 4], ["clients", "KU309", 1]]
    assert found.account["used"].tolist() == [15]

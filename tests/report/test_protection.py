"""What is hidden is told: under every chart, in a section of its own, on a sheet of the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from kumppanuus.analysis import Analysis, Column, Table
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released, ReleasedTable
from kumppanuus.errors import DeclarationError
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import render_page
from kumppanuus.report.protection import TOLD, line_of, protected, rules_of, told_of
from kumppanuus.report.workbook import write_workbook
from kumppanuus.study import Study


def done(released: Released, **told: tuple[str, ...]) -> Released:
    """The run with words of what was done to the tables of its first analysis."""
    result = released.results["lifecycle.durations"]
    tables = {name: replace(table, told=told.get(name, ())) for name, table in result.tables.items()}
    results = {**released.results, "lifecycle.durations": replace(result, tables=tables)}
    return replace(released, results=results, seal=stamped._SEAL)


def page_of(released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts) -> str:
    return render_page(released, exhibits(released, analyses, say), study, say=say, facts=facts, rule_words={})


@pytest.mark.parametrize(
    ("hidden", "told", "line"),
    [
        (0, (), "Yhtään lukua ei ole peitetty."),
        (1, (), "1 luku on peitetty, jotta ketään ei voi tunnistaa."),
        (4, (), "4 lukua on peitetty, jotta ketään ei voi tunnistaa."),
        (0, ("points",), "Yhtään lukua ei ole peitetty. Käyrästä näytetään vain osa pisteistä."),
        (
            1200,
            ("left_out", "merged"),
            "1\xa0200 lukua on peitetty, jotta ketään ei voi tunnistaa."
            " Pienimmät ryhmät on laskettu yhteen ryhmäksi ”muut”. Harvinaisimmat rivit on jätetty pois.",
        ),
    ],
)
def test_the_line_tells_how_many_and_what_else(
    hidden: int, told: tuple[str, ...], line: str, tables: dict[str, ReleasedTable], say: Say
):
    assert line_of([replace(tables["levels"], hidden=hidden, told=told)], say) == line


def test_a_table_made_of_published_numbers_never_says_that_nothing_is_hidden(
    tables: dict[str, ReleasedTable], say: Say
):
    made = Table("counts", {"level": Column("dimension", codes="levels"), "cost_eur": Column("released", unit="EUR")})
    gathered = replace(tables["levels"], declaration=made, hidden=0, told=())
    assert line_of([gathered], say) == "Luvut on laskettu julkaistuista luvuista."
    assert line_of([gathered, replace(tables["levels"], hidden=2, told=())], say).startswith("2 lukua on peitetty")


def test_numbers_of_all_tables_behind_a_chart_are_added_and_words_said_once(tables: dict[str, ReleasedTable], say: Say):
    one, other = replace(tables["services"], told=("cut", "merged")), replace(tables["levels"], hidden=2, told=("cut",))
    assert told_of([one, other]) == ("merged", "cut")
    line = line_of([one, other], say)
    assert line.startswith("8 lukua")
    assert line.count("polut") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_gate_is_told_in_every_language(
    language: str, tables: dict[str, ReleasedTable], study: Study
):
    say = speaker(study, language)  # type: ignore[arg-type]
    bare = line_of([tables["levels"]], say)
    lines = {line_of([replace(tables["levels"], told=(word,))], say) for word in TOLD}
    assert len(lines) == len(TOLD)
    assert all(line.startswith(bare) and line.endswith(".") for line in lines)


def test_what_has_no_word_is_not_passed_over(tables: dict[str, ReleasedTable], say: Say):
    with pytest.raises(DeclarationError, match="KU903"):
        line_of([replace(tables["levels"], told=("swapped",))], say)


def test_a_chart_without_tables_has_no_line(say: Say):
    assert line_of([], say) == ""


def test_every_chart_with_numbers_has_its_line(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    page = page_of(done(released, levels=("points",)), analyses, study, say, facts)
    lines = [line.text_content() for line in html.fromstring(page).xpath("//article//*[@class='protected']")]
    assert lines == [
        "6 lukua on peitetty, jotta ketään ei voi tunnistaa. Miksi?",
        "Yhtään lukua ei ole peitetty. Käyrästä näytetään vain osa pisteistä.",
    ]


def test_the_section_lists_what_is_hidden_where(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    tree = html.fromstring(page_of(done(released, levels=("points",)), analyses, study, say, facts))
    rows = tree.xpath("//table[caption='Peitetyt luvut kuvioittain']/tbody/tr")
    cells = [[cell.text_content() for cell in row] for row in rows]
    assert [row[1:] for row in cells] == [["6", "–"], ["0", "Käyrästä näytetään vain osa pisteistä."]]
    assert cells[1][0] == "Kuvio 2 Asiakkuuksien kesto"
    section = tree.xpath("string(//section[@aria-labelledby='protection'])")
    assert "Muissa kuvioissa ei ole peitetty mitään." in section
    assert section.index("Pieni luku voi paljastaa perheen") < section.index("Peitettyjä lukuja on tässä raportissa 6.")


def test_numbers_of_an_analysis_that_is_not_shown_are_not_counted(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    unseen = replace(released.results[analyses[0].key], key="not.shown")
    run = replace(released, results={**released.results, "not.shown": unseen}, seal=stamped._SEAL)
    assert run.hidden == 12
    text = html.fromstring(page_of(run, analyses, study, say, facts)).text_content()
    assert "Peitettyjä lukuja on tässä raportissa 6." in text


def test_hidden_numbers_of_the_row_account_are_told_as_well(released: Released, analyses: Sequence[Analysis], say: Say):
    account = released.results["data.account"]
    tables = {**account.tables, "reasons": replace(account.tables["reasons"], hidden=3)}
    results = {**released.results, "data.account": replace(account, tables=tables)}
    changed = replace(released, results=results, seal=stamped._SEAL)
    first = protected(changed, exhibits(changed, analyses, say), say)[0]
    assert (first.exhibit, first.title, first.hidden) == (None, "Mihin luvut perustuvat", 3)


def test_about_is_explained_once(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    text = html.fromstring(page_of(released, analyses, study, say, facts)).text_content()
    assert text.count("”noin 9” tarkoittaa 7–12") == 1
    assert text.count("7–12") == 1


def test_thresholds_are_those_of_the_run(released: Released, say: Say):
    stricter = replace(released, rules=replace(released.rules, k=11, f=4, n_min=31), seal=stamped._SEAL)
    text = " ".join(rules_of(stricter, say))
    assert "alle 11 henkilöä tai alle 4 perhettä" in text
    assert "Alle 31 henkilön" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_was_not_audited_is_never_said_to_be(
    language: str, released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts, tmp_path: Path
):
    say = speaker(study, language)  # type: ignore[arg-type]
    yes = {"fi": "Tarkistettu: ", "sv": "Kontrollerat: ", "en": "Checked: "}[language]
    for audited in (False, True):
        run = replace(released, audited=audited, seal=stamped._SEAL)
        shown = exhibits(run, analyses, say)
        page = page_of(run, analyses, study, say, facts)
        path = tmp_path / f"{audited}.xlsx"
        write_workbook(path, run, analyses, shown, study, say=say, facts=facts, rule_words={})
        cells = [str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
        assert (yes in page) is audited
        assert any(cell.startswith(yes) for cell in cells) is audited


def test_the_workbook_tells_the_same_as_the_page(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts, tmp_path: Path
):
    run = done(released, levels=("points",))
    path = tmp_path / "tables.xlsx"
    write_workbook(path, run, analyses, exhibits(run, analyses, say), study, say=say, facts=facts, rule_words={})
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Mitä on peitetty ja miksi"]]
    rules = rules_of(run, say)
    assert [row[0] for row in rows[: len(rules)]] == list(rules)
    assert rows[len(rules)] == [None] * 3
    assert rows[len(rules) + 1] == ["Kuvio", "Peitettyjä lukuja", "Mitä muuta on tehty"]
    assert [row[1:] for row in rows[len(rules) + 2 :]] == [[6, "–"], [0, "Käyrästä näytetään vain osa pisteistä."]]
    assert str(rows[-1][0]).startswith("Kuvio 2: ")

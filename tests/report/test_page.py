from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from lxml import html

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released, ReleasedTable
from kumppanuus.errors import DisclosureError
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import render_page
from kumppanuus.report.words import plain
from kumppanuus.study import Study, Words

RULES = {"KU303": "Päättymispäivä ennen alkupäivää <i>"}


@pytest.fixture
def page(released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts) -> str:
    return rendered(released, analyses, study, say, facts)


def rendered(
    released: Released,
    analyses: Sequence[Analysis],
    study: Study,
    say: Say,
    facts: RunFacts,
    rules: Mapping[str, str] = RULES,
) -> str:
    shown = exhibits(released, analyses, say)
    return render_page(released, shown, study, say=say, facts=facts, rule_words=rules)


def without_fonts(page: str) -> str:
    return re.sub(r"data:font[^)]*", "", page)


def test_only_what_passed_the_gate_is_rendered(
    unstamped: Released, released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    shown = exhibits(released, analyses, say)
    with pytest.raises(DisclosureError, match="KU501"):
        render_page(unstamped, shown, study, say=say, facts=facts, rule_words=RULES)


def test_nothing_is_loaded_and_nothing_runs_but_our_own_script(page: str):
    tree = html.fromstring(page)
    assert tree.xpath("//script/@* | //link | //iframe | //object | //form | //base | //img") == []
    assert len(tree.xpath("//script")) == 1
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    addresses = [str(value) for value in tree.xpath("//@href | //@src | //*/@*[local-name() = 'href']")]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert set(re.findall(r"url\(([^)]{1,12})", page)) <= {"data:font/wo", "#"}
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    script = page[page.index("<script>") + len("<script>") : page.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["script-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


def test_addresses_inside_the_page_lead_somewhere(page: str):
    tree = html.fromstring(page)
    names = tree.xpath("//@id")
    assert len(names) == len(set(names))
    assert {address[1:] for address in tree.xpath("//a/@href")} <= set(names)


def test_labels_cannot_become_markup(page: str, labels: SimpleNamespace):
    text = without_fonts(page)
    assert labels.script not in text
    assert "&lt;script&gt;" in text
    assert "<b>" not in text
    assert "ennen alkupäivää &lt;i&gt;" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    cells = [cell.text_content() for cell in html.fromstring(page).xpath("//tbody//th")]
    for label in (labels.script, labels.formula, labels.mathtext, labels.longest):
        assert label in cells


def test_headings_stand_in_order(page: str):
    levels = [int(heading.tag[1]) for heading in html.fromstring(page).xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_scopes(page: str):
    tables = html.fromstring(page).xpath("//table")
    assert len(tables) == 6  # account, reasons, two behind charts, hidden numbers by chart, catalogue of services
    for table in tables:
        assert table.xpath("./caption")[0].text_content().strip()
        assert all(head.get("scope") == "col" for head in table.xpath("./thead//th"))
        assert all(row.xpath("./th[1]/@scope") == ["row"] for row in table.xpath("./tbody/tr"))
        scroller = table.getparent()
        assert scroller.get("tabindex") == "0"
        assert scroller.get("aria-label")


def test_a_hidden_cell_is_the_neutral_word_and_a_missing_one_a_dash(page: str):
    table = html.fromstring(page).xpath("//table[caption='Asiakkuuksien kesto: Palvelu']")[0]
    rows = [[cell.text_content() for cell in row] for row in table.xpath("./tbody/tr")]
    assert rows[0][1:] == ["1\xa0305", "603", "27\xa0%", "1\xa0240\xa0000", "8,1"]
    assert rows[2][1:] == ["peitetty"] * 5
    assert rows[3][1:] == ["0", "0", "–", "0", "–"]
    assert rows[4][1:] == ["9", "9", "100\xa0%", "peitetty", "0,3"]
    heads = [head.text_content() for head in table.xpath("./thead//th")]
    assert heads == ["Palvelu", "Asiakkaita, noin", "Perheitä, noin", "Osuus", "Kustannus, €", "Kesto, kk"]


def test_a_masked_number_is_never_printed_even_if_the_frame_held_one(
    tables: dict[str, ReleasedTable],
    released: Released,
    analyses: Sequence[Analysis],
    study: Study,
    say: Say,
    facts: RunFacts,
):
    frame = tables["services"].frame.assign(persons=[1305.0, 63.0, 7777.0, 0.0, 9.0])
    tables["services"] = replace(tables["services"], frame=frame)
    result = replace(released.results["lifecycle.durations"], tables=tables)
    page = rendered(
        replace(released, results={"lifecycle.durations": result}, seal=stamped._SEAL), analyses[:1], study, say, facts
    )
    rows = html.fromstring(page).xpath("//table[caption='Asiakkuuksien kesto: Palvelu']/tbody/tr[3]/td")
    assert [cell.text_content() for cell in rows] == ["peitetty"] * 5


def test_the_account_is_shown_with_reasons_in_words(page: str):
    tree = html.fromstring(page)
    rows = tree.xpath("//table[caption='Luetut rivit taulukoittain']/tbody/tr/*")
    assert [cell.text_content() for cell in rows] == ["Asiakkuudet", "3\xa0735", "2\xa0829", "909", "0", "0", "0"]
    reason = tree.xpath("//table[caption='Miksi rivejä on karanteenissa']/tbody/tr/*")
    assert [cell.text_content() for cell in reason] == ["Asiakkuudet", f"{RULES['KU303']} (KU303)", "9"]


def test_a_rule_without_words_is_an_unknown_code(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    reasons = released.results["data.account"].tables["reasons"].frame
    reasons["rule"] = "KU3999"
    page = rendered(replace(released, seal=stamped._SEAL), analyses, study, say, facts, rules={})
    assert "tuntematon koodi" in page
    assert "KU3999" not in page


def test_synthetic_and_not_audited_are_said_only_when_true(
    page: str, released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    assert "Synteettinen aineisto" in page
    assert "(auditointia) ei ole vielä tehty" in page
    real = study.model_copy(update={"about": study.about.model_copy(update={"synthetic": False})})
    other = rendered(replace(released, audited=True, seal=stamped._SEAL), analyses, real, say, facts)
    assert "Synteettinen aineisto" not in other
    assert "ei ole vielä tehty" not in other


def test_exhibits_have_questions_reading_and_a_drawing_with_a_name(page: str):
    first = html.fromstring(page).xpath("//article")[0]
    assert first.xpath("string(.//*[@class='kicker'])").startswith("Kuvio 1/4")
    assert [item.text_content() for item in first.xpath(".//*[@class='discuss']//li")] == [
        "Mistä ero johtuu?",
        "Mitä muuttaisimme?",
    ]
    assert first.xpath(".//*[local-name()='svg']/@role") == ["img"]
    assert [summary.text_content() for summary in first.xpath(".//summary")] == [
        "Miten kuviota luetaan ja miten se on tehty",
        "Luvut taulukkona",
    ]


def test_the_glossary_explains_what_is_used_and_nothing_else(page: str):
    terms = [term.text for term in html.fromstring(page).xpath("//dl[@class='glossary']/dt")]
    assert {"asiakas", "Kaplan–Meier", "peitetty", "varhainen tuki"} <= set(terms)
    assert "nostekerroin" not in terms


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_speaks_one_language(
    language: str, released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
):
    page = rendered(released, analyses, study, speaker(study, language), facts)  # type: ignore[arg-type]
    assert html.fromstring(page).get("lang") == language
    for finnish in ("Keskustelkaa", "Sisällys", "peitetty", "Kuvio", "Asiakk"):
        assert finnish not in without_fonts(page)


def test_a_run_without_an_account_or_findings_still_makes_a_page(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    results = {key: result for key, result in released.results.items() if result.status != "ok"}
    page = rendered(replace(released, results=results, seal=stamped._SEAL), analyses, study, say, facts)
    assert "Rivien tilinpitoa ei ole" in page
    assert "ei voitu julkaista yhtään havaintoa" in page


def test_unit_costs_stand_with_what_they_include(page: str, study: Study):
    table = html.fromstring(page).xpath("//table[contains(caption, 'Palveluluettelo')]")[0]
    rows = [[cell.text_content() for cell in row] for row in table.xpath("./tbody/tr")]
    assert [row[0] for row in rows] == [plain(service.name.fi) for service in study.services]
    assert all(row[2] and row[3] for row in rows)


def test_a_title_may_be_given_in_each_language(
    released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
):
    words = Words(fi="Lapset", sv="Barnen", en="Children")
    named = study.model_copy(update={"about": study.about.model_copy(update={"title": words})})
    for language, title in (("fi", "Lapset"), ("sv", "Barnen"), ("en", "Children")):
        say = speaker(named, language)  # type: ignore[arg-type]
        shown = exhibits(released, analyses, say)
        text = render_page(released, shown, named, say=say, facts=facts, rule_words={})
        assert f"<h1>{title}</h1>" in text

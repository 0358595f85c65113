"""Every page we write is sound HTML that everybody can use; seen without a browser."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.language.say import speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import render_page
from kumppanuus.study import Language, Study
from tests.pages import KINDS, Pages, town_pages
from tests.report.html_check import RULES, faults

GOOD = """<!DOCTYPE html>
<html lang="fi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>Sivu</title>
<style>@font-face { src: url(data:font/woff2;base64,AA) } a { fill: url(#b) }</style></head>
<body><main><h1 id="a">Otsikko</h1><h2>Toinen</h2><a href="#a">linkki</a>
<svg role="img" aria-labelledby="b" viewBox="0 0 1 1"><title id="b">Kuvio</title><path d="M0 0"/></svg>
<table><caption>Luvut</caption><tr><th scope="col">x</th><th scope="col">y</th></tr>
<tr><th scope="row">1</th><td>2</td></tr></table>
<label for="c">Nimi</label><input id="c"><button type="button">Paina</button>
<template><h4>Malli</h4></template></main></body></html>
"""
SPOILT = [
    ("syntax", "</h2>", "</h3>"),
    ("syntax", '<input id="c">', '<input id="c" id="d">'),
    ("syntax", "<!DOCTYPE html>", ""),
    ("document", ' lang="fi"', ""),
    ("document", "<title>Sivu</title>", "<title> </title>"),
    ("document", 'charset="utf-8"', 'charset="latin-1"'),
    ("document", "width=device-width", "width=device-width, maximum-scale=1"),
    ("document", ' http-equiv="Content-Security-Policy"', ' name="x"'),
    ("document", "main>", "div>"),
    ("names", '<input id="c">', '<input id="c"><p id="a"></p>'),
    ("references", 'for="c"', 'for="d"'),
    ("references", '<path d="M0 0"/>', '<path fill="url(#nowhere)"/>'),
    ("headings", "<h2>Toinen</h2>", "<h3>Toinen</h3>"),
    ("headings", "<h2>Toinen</h2>", "<h1>Toinen</h1>"),
    ("headings", "<h2>Toinen</h2>", "<h2></h2>"),
    ("pictures", ' role="img"', ""),
    ("pictures", '<title id="b">Kuvio</title>', '<title id="b"></title>'),
    ("pictures", "<h2>", '<img src="data:,"><h2>'),
    ("tables", "<caption>Luvut</caption>", ""),
    ("tables", '<th scope="row">', "<th>"),
    ("tables", "<td>2</td>", "<td>2</td><td>3</td>"),
    ("links", 'href="#a"', 'href="#z"'),
    ("links", ">linkki<", "><"),
    ("controls", ' for="c"', ""),
    ("controls", "</main>", "<textarea></textarea></main>"),
    ("controls", ' type="button"', ""),
    ("controls", ">Paina<", "><"),
    ("controls", "<h2>", '<h2 tabindex="3">'),
    ("scripts", "<h2>", '<h2 onclick="x()">'),
    ("scripts", 'href="#a"', 'href="javascript:x()"'),
    ("addresses", "url(data:font/woff2;base64,AA)", "url(font.woff2)"),
    ("addresses", "<h2>", '<h2 style="background: url(http://a.example/)">'),
    ("addresses", "<h2>", '<img alt="" src="//a.example/x.png"><h2>'),
    ("addresses", "<h2>", '<iframe title="x"></iframe><h2>'),
]


def test_a_good_page_has_no_faults() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(("rule", "right", "wrong"), SPOILT, ids=[f"{each[0]}-{n}" for n, each in enumerate(SPOILT)])
def test_every_rule_finds_its_fault(rule: str, right: str, wrong: str) -> None:
    assert right in GOOD
    found = faults(GOOD.replace(right, wrong))
    assert found
    assert any(fault.startswith(rule) for fault in found), found


def test_every_rule_has_a_fault_to_find() -> None:
    assert {rule for rule, *_ in SPOILT} == {"syntax", *RULES}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Pages:
    return town_pages(tmp_path_factory, worker_id)


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_of_a_town_is_sound(kind: str, pages: Pages) -> None:
    assert faults(pages.page(kind).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_labels_that_try_to_break_it_do_not(
    language: Language, released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
) -> None:
    say = speaker(study, language)
    shown = exhibits(released, analyses, say)
    page = render_page(released, shown, study, say=say, facts=facts, rule_words={"KU303": "Päättymispäivä <i>"})
    assert faults(page) == []

"""The report in a workshop: clickers, notes that stay, files that go round, nothing that keeps people out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from tests.browser.conftest import Context
from tests.browser.looking import ACCESSIBLE, COLOURED, SCREENS, faults_of_access, sideways, sizes_of_pictures
from tests.conftest import Shell
from tests.pages import Pages

Open = Callable[..., Page]
FIELDS = ("notes", "votes", "priority", "action", "owner")
CODE = "010101" + "-901S"  # made up: numbers from 900 on are given to nobody


@pytest.fixture
def shown(opened: Open) -> Open:
    """Open a page and start the workshop."""

    def show(*arguments: Any, **more: Any) -> Page:
        page = opened(*arguments, **more)
        page.locator("#workshop-start").click()
        return page

    return show


def current(page: Page) -> str:
    """Return the exhibit on the screen; there must be exactly one."""
    (name,) = page.locator("article:visible").evaluate_all("(all) => all.map((each) => each.dataset.exhibit)")
    return str(name)


def exhibits(page: Page) -> list[str]:
    return list(page.locator("article.exhibit").evaluate_all("(all) => all.map((each) => each.dataset.exhibit)"))


def noted(page: Page, exhibit: str, **fields: str) -> None:
    """Write into the fields of an exhibit's notes; the panel must be open."""
    for name, text in fields.items():
        field = page.locator(f'[data-exhibit="{exhibit}"] [data-field="{name}"]')
        if name == "priority":
            field.select_option(text)
        else:
            field.fill(text)


def exported(page: Page, folder: Path) -> Path:
    """Save the notes as a file, as a person does, and return where it lies."""
    with page.expect_download() as download:
        page.locator("#notes-export").click()
    folder.mkdir(parents=True, exist_ok=True)
    download.value.save_as(folder / download.value.suggested_filename)
    return folder / download.value.suggested_filename


def items(path: Path) -> dict[str, dict[str, Any]]:
    return {item["exhibit"]: item for item in json.loads(path.read_text(encoding="utf-8"))["items"]}


def test_keys_and_clickers_turn_the_charts(shown: Open) -> None:
    page = shown()
    all_of_them = exhibits(page)
    assert current(page) == all_of_them[0]
    for key, place in [("ArrowRight", 1), ("PageDown", 2), ("PageDown", 3), ("ArrowLeft", 2), ("PageUp", 1),
                       ("End", -1), ("Home", 0), ("ArrowLeft", 0)]:  # fmt: skip
        page.keyboard.press(key)
        assert current(page) == all_of_them[place], key
    for place in range(1, len(all_of_them)):
        page.keyboard.press("PageDown")
        assert current(page) == all_of_them[place]
    page.keyboard.press("Escape")
    assert page.locator("article.exhibit:visible").count() == len(all_of_them)


def test_keys_with_another_key_held_are_the_browsers(shown: Open) -> None:
    page = shown()
    for key in ("Alt+ArrowRight", "Control+End", "Shift+ArrowRight", "n", "f", " "):
        page.keyboard.press(key)
        assert current(page) == exhibits(page)[0], key


def test_buttons_turn_the_charts_and_the_place_is_told(shown: Open) -> None:
    page = shown()
    total = len(exhibits(page))
    place = page.locator("#workshop-place")
    assert place.get_attribute("role") == "status" or place.get_attribute("aria-live") == "polite"
    expect(place).to_contain_text(f"Kuvio 1/{total}")
    page.locator("#workshop-next").click()
    expect(place).to_contain_text(f"Kuvio 2/{total}")
    page.locator("#workshop-previous").click()
    expect(place).to_contain_text(f"Kuvio 1/{total}")
    page.locator("#workshop-end").click()
    assert page.locator("article.exhibit:visible").count() == total


@pytest.mark.parametrize("kind", ["fi", "gallery"])
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_chart_fills_the_screen_and_none_is_cut(kind: str, width: int, height: int, shown: Open) -> None:
    page = shown(kind, width=width, height=height)
    for _ in exhibits(page):
        (size,) = [each for each in sizes_of_pictures(page) if each["width"]]
        box = page.locator("article.current svg").first.bounding_box()
        assert box
        assert box["x"] >= 0, size
        assert box["x"] + box["width"] <= width, size
        assert box["y"] + box["height"] <= height, size
        assert box["width"] > width / 2 or box["height"] > height / 2, size
        heading = page.locator("article.current h3").bounding_box()
        assert heading
        assert 0 <= heading["y"] < box["y"]
        page.keyboard.press("PageDown")


def test_a_link_to_a_chart_in_the_workshop_survives_a_reload(shown: Open) -> None:
    page = shown()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    there, address = current(page), page.url
    assert page.evaluate("document.querySelector(location.hash).dataset.exhibit") == there
    page.reload()
    assert current(page) == there
    assert page.url == address


def test_a_link_to_a_chart_leads_to_it_when_the_workshop_begins(opened: Open) -> None:
    first = opened()
    name, anchor = first.locator("article.exhibit").nth(7).evaluate("(each) => [each.dataset.exhibit, each.id]")
    page = opened(place=f"#{anchor}")
    page.locator("#workshop-start").click()
    assert current(page) == name


def test_typing_does_not_turn_the_charts(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    field = page.locator("article.current [data-field=notes]")
    field.fill("Sovittiin")
    field.focus()
    first = exhibits(page)[0]
    for key in ("ArrowLeft", "ArrowRight", "PageDown", "PageUp", "End", "Home", "x", " "):
        page.keyboard.press(key)
        assert current(page) == first, key
    assert sorted(field.input_value()) == sorted("Sovittiinx ")
    page.keyboard.press("Escape")
    assert current(page) == first
    assert page.evaluate("document.activeElement.closest('input, textarea, select')") is None
    page.keyboard.press("ArrowRight")
    assert current(page) == exhibits(page)[1]


def test_votes_are_counted_and_never_below_none(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    chart = page.locator("article.current")
    for step, wanted in [("1", "1"), ("1", "2"), ("-1", "1"), ("-1", "0"), ("-1", "0")]:
        chart.locator(f'[data-vote="{step}"]').click()
        assert chart.locator("[data-field=votes]").input_value() in ({wanted, ""} if wanted == "0" else {wanted})


def test_a_number_of_votes_is_seen_whole(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    needed, room = page.locator("article.current [data-field=votes]").evaluate(
        """(field) => {
          const style = getComputedStyle(field);
          const pen = Object.assign(document.createElement('canvas').getContext('2d'), {font: style.font});
          const spinner = style.appearance === 'textfield' ? 0 : 16;
          const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
          return [pen.measureText('999').width, field.clientWidth - padding - spinner];
        }"""
    )
    assert needed <= room


def test_notes_survive_a_reload_and_a_closed_window(context: Context, pages: Pages) -> None:
    profile = context()
    page = profile.new_page()
    page.goto(pages.page().as_uri())
    page.locator("#workshop-start").click()
    page.locator("#workshop-notes").click()
    first, second, *_ = exhibits(page)
    written = ["Jonot <b>&\nkasvavat", "3", "soon", "Selvitetään", "palvelupäällikkö"]
    noted(page, first, **dict(zip(FIELDS, written, strict=True)))
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    noted(page, second, notes="Toinen")
    page.reload()
    assert _read(page, first) == written
    page.close(run_before_unload=False)
    later = profile.new_page()
    later.goto(pages.page().as_uri())
    assert _read(later, first) == written
    assert _read(later, second)[0] == "Toinen"
    keys = list(later.evaluate("Object.keys(localStorage)"))
    assert keys == [f"kumppanuus.workshop/1:{pages.run.name}"]


def _read(page: Page, exhibit: str) -> list[str]:
    return [page.locator(f'[data-exhibit="{exhibit}"] [data-field="{name}"]').input_value() for name in FIELDS]


def test_another_runs_page_does_not_see_them(context: Context, pages: Pages) -> None:
    profile = context()
    page = profile.new_page()
    page.goto(pages.page().as_uri())
    page.locator("#workshop-start").click()
    page.locator("#workshop-notes").click()
    exhibit = next(each for each in exhibits(page) if each.startswith("lifecycle."))
    noted(page, exhibits(page)[0], notes="Tästä ajosta")
    other = profile.new_page()
    other.goto(pages.page("internal").as_uri())
    assert exhibit in exhibits(other)
    assert all(_read(other, each)[0] == "" for each in exhibits(other))


def test_what_is_exported_is_what_was_written(shown: Open, pages: Pages, tmp_path: Path) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    assert "unsaved" not in _states(page)
    first = exhibits(page)[0]
    finding = page.locator("article.current h3").inner_text()
    noted(page, first, notes="Åäö € “lainaus”", votes="2", priority="now", action="Korjataan", owner="johtoryhmä")
    assert "unsaved" in _states(page)
    path = exported(page, tmp_path)
    assert path.name == f"kirjaukset-{pages.run.name}.json"
    assert "unsaved" not in _states(page)
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert (whole["schema"], whole["run"], whole["language"]) == ("kumppanuus.workshop/1", pages.run.name, "fi")
    assert [{**item, "finding": " ".join(item["finding"].split())} for item in whole["items"]] == [
        {"exhibit": first, "finding": " ".join(finding.split()), "notes": "Åäö € “lainaus”", "votes": 2,
         "priority": "now", "action": "Korjataan", "owner": "johtoryhmä"}
    ]  # fmt: skip


def _states(page: Page) -> list[str]:
    return str(page.evaluate("document.documentElement.className")).split()


def test_an_exported_file_fills_another_browsers_page(shown: Open, tmp_path: Path) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    first, second, *_ = exhibits(page)
    noted(page, first, notes="Ensimmäinen\n\nkappale", votes="5", priority="later", action="Tehdään", owner="rehtori")
    page.keyboard.press("Escape")
    page.keyboard.press("PageDown")
    noted(page, second, votes="1")
    path = exported(page, tmp_path / "a")
    other = shown("sv")  # the same run in another language takes the same file
    other.locator("#workshop-notes").click()
    other.locator("#notes-file").set_input_files(path)
    expect(other.locator(f'[data-exhibit="{first}"] [data-field=notes]')).to_have_value("Ensimmäinen\n\nkappale")
    assert _read(other, first) == _read(page, first)
    assert _read(other, second) == _read(page, second)
    again = exported(other, tmp_path / "b")
    assert {name: {**item, "finding": ""} for name, item in items(again).items()} == {
        name: {**item, "finding": ""} for name, item in items(path).items()
    }


def test_a_file_that_is_brought_twice_is_counted_once(shown: Open, tmp_path: Path) -> None:
    page, other = shown(), shown("sv")
    first = exhibits(page)[0]
    for screen, votes in ((page, "5"), (other, "1")):
        screen.locator("#workshop-notes").click()
        noted(screen, first, votes=votes)
    path = exported(page, tmp_path / "a")
    nameless = tmp_path / "merged.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    nameless.write_text(json.dumps({name: whole[name] for name in whole if name not in ("sheet", "edition")}))
    votes_of = other.locator(f'[data-exhibit="{first}"] [data-field=votes]')
    for file, counted in ((path, "6"), (path, "6"), (nameless, "11"), (nameless, "11")):
        other.locator("#notes-file").set_input_files(file)
        expect(votes_of).to_have_value(counted)
        other.wait_for_timeout(100)
    noted(page, first, votes="7")
    other.reload()
    other.locator("#notes-file").set_input_files(exported(page, tmp_path / "b"))
    expect(votes_of).to_have_value("13")


def _spoilt(path: Path, **changes: Any) -> Path:
    whole = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    spoilt = path.with_name("toinen.json")
    spoilt.write_text(json.dumps(whole), encoding="utf-8")
    return spoilt


HOSTILE: dict[str, dict[str, Any]] = {
    "another run": {"run": "0123456789"},
    "another schema": {"schema": "kumppanuus.workshop/9"},
    "no items": {"items": "<img src=x onerror=alert(1)>"},
    "an identity code": {"items": [{"exhibit": "general", "finding": "", "notes": f"Äiti {CODE} soitti", "votes": 0,
                                    "priority": "", "action": "", "owner": ""}]},
}  # fmt: skip


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_does_not_belong_is_refused_and_changes_nothing(
    changes: dict[str, Any], shown: Open, tmp_path: Path
) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    first = exhibits(page)[0]
    noted(page, first, notes="Oma", votes="1")
    path = exported(page, tmp_path)
    page.locator("#notes-file").set_input_files(_spoilt(path, **changes))
    expect(page.locator("#message")).to_be_visible()
    assert len(page.locator("#message-text").inner_text()) > 20
    assert CODE not in page.locator("#message").inner_text()
    assert _read(page, first)[:2] == ["Oma", "1"]
    assert items(exported(page, tmp_path / "again")) == items(path)


def test_a_file_that_is_no_json_is_refused(shown: Open, tmp_path: Path) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    (tmp_path / "kuva.json").write_bytes(b"\x89PNG\x00\xff{")
    page.locator("#notes-file").set_input_files(tmp_path / "kuva.json")
    expect(page.locator("#message")).to_be_visible()


def test_an_identity_code_neither_stays_nor_leaves(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    first = exhibits(page)[0]
    noted(page, first, notes=f"Äiti ({CODE}) soitti", votes="1")
    expect(page.locator("article.current .warning")).to_be_visible()
    saved: list[str] = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    page.locator("#notes-export").click()
    expect(page.locator("#message")).to_be_visible()
    page.wait_for_timeout(200)
    assert saved == []
    assert CODE not in str(page.evaluate("JSON.stringify(localStorage)"))


def test_leaving_with_notes_that_are_nowhere_else_is_asked_about(shown: Open, tmp_path: Path) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    noted(page, exhibits(page)[0], notes="Tärkeää")
    page.reload()
    assert asked == ["beforeunload"]
    exported(page, tmp_path)
    page.reload()
    assert asked == ["beforeunload"]


def test_without_storage_it_works_and_says_so(context: Context, pages: Pages, tmp_path: Path) -> None:
    profile: BrowserContext = context()
    profile.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page = profile.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(pages.page().as_uri())
    page.locator("#workshop-start").click()
    page.locator("#workshop-notes").click()
    noted(page, exhibits(page)[0], notes="Muistissa")
    expect(page.locator("#message")).to_be_visible()
    assert items(exported(page, tmp_path))[exhibits(page)[0]]["notes"] == "Muistissa"
    assert faults == []


def test_what_is_said_of_no_chart_comes_after_the_last(shown: Open, tmp_path: Path) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    page.keyboard.press("Escape") if "noting" not in _states(page) else None
    page.locator("article.current h3").click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert current(page) == "general"
    noted(page, "general", notes="Palataan syksyllä")
    assert list(items(exported(page, tmp_path))) == ["general"]


def test_two_scribes_files_are_merged_and_go_back_into_a_page(
    shown: Open, pages: Pages, shell: Shell, tmp_path: Path
) -> None:
    files = []
    for scribe, votes, priority in (("a", "2", "later"), ("b", "3", "now")):
        page = shown()
        page.locator("#workshop-notes").click()
        noted(page, exhibits(page)[0], notes=f"Kirjaaja {scribe}", votes=votes, priority=priority)
        files.append(exported(page, tmp_path / scribe))
    merged = tmp_path / "merged.json"
    told = shell("workshop", "merge", *files, "-o", merged)
    assert told.returncode == 0, told.stderr
    (item,) = items(merged).values()
    assert (item["votes"], item["priority"]) == (5, "now")
    page = shown()
    page.locator("#workshop-notes").click()
    page.locator("#notes-file").set_input_files(merged)
    field = page.locator(f'[data-exhibit="{exhibits(page)[0]}"] [data-field=notes]')
    expect(field).to_have_value("Kirjaaja a\n\nKirjaaja b")
    assert _read(page, exhibits(page)[0])[1:3] == ["5", "now"]


@pytest.mark.parametrize("kind", ACCESSIBLE)
def test_nothing_keeps_anybody_out_of_the_workshop_or_the_notes(kind: str, shown: Open) -> None:
    page = shown(kind, bypass_csp=True)
    assert faults_of_access(page, contrast=kind in COLOURED) == []
    page.locator("#workshop-notes").click()
    noted(page, exhibits(page)[0], notes="Jotain", votes="2", priority="now", action="Tehdään", owner="johtaja")
    assert faults_of_access(page, contrast=kind in COLOURED) == []


def test_messages_and_warnings_keep_nobody_out(shown: Open, tmp_path: Path) -> None:
    page = shown(bypass_csp=True)
    page.locator("#workshop-notes").click()
    noted(page, exhibits(page)[0], notes=CODE)
    page.locator("#notes-export").click()
    expect(page.locator("#message")).to_be_visible()
    assert faults_of_access(page, within=["#message", "article.current"]) == []


@pytest.mark.parametrize(("width", "height"), [(320, 568), (640, 360)], ids=["320 px", "200 %"])
def test_the_workshop_scrolls_one_way_only(width: int, height: int, shown: Open) -> None:
    page = shown(width=width, height=height)
    assert sideways(page) == []
    page.locator("#workshop-notes").click()
    assert sideways(page) == []
    assert page.locator("article.current [data-field=notes]").is_visible()


def test_targets_are_large_enough_for_a_finger(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    sizes = page.locator("button:visible, select:visible, input:visible").evaluate_all(
        "(all) => all.map((each) => [each.outerHTML.slice(0, 80), ...['width', 'height'].map((side) =>"
        " each.getBoundingClientRect()[side])])"
    )
    assert len(sizes) >= 8
    assert [size for size in sizes if min(size[1:]) < 43.9] == []


def test_the_focus_can_be_seen_on_every_control(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, ring = page.evaluate(
            """() => { const style = getComputedStyle(document.activeElement);
              return [document.activeElement.outerHTML.slice(0, 60), style.outlineStyle !== 'none'
                && parseFloat(style.outlineWidth) >= 2]; }"""
        )
        if not name.startswith("<body"):  # past the last one the browser begins anew
            assert ring, name
            seen.add(name)
    assert len(seen) >= 8


def test_nothing_of_the_notes_is_printed(shown: Open) -> None:
    page = shown()
    page.locator("#workshop-notes").click()
    noted(page, exhibits(page)[0], notes="Vain kirjurille")
    page.emulate_media(media="print")
    assert page.locator("article.exhibit:visible").count() == len(exhibits(page))
    assert page.locator("button:visible, textarea:visible, select:visible").count() == 0

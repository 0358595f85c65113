"""What looks for faults finds them."""

from __future__ import annotations

from tests.browser.conftest import Context
from tests.browser.looking import faults_of_access, sideways

BAD = """<!DOCTYPE html><html><head><title>x</title></head><body><main><h1>x</h1><img src="data:,">
<p style="color: #aaa; background: #fff">pale</p><button style="width: 10px; height: 10px; padding: 0"></button>
<button style="width: 10px; height: 10px; padding: 0" aria-label="y"></button>
<div style="width: 900px">wide</div><div style="overflow-x: auto"><p style="width: 2000px">scrolled</p></div>
</main></body></html>"""


def test_faults_of_access_are_found(context: Context) -> None:
    page = context().new_page()
    page.set_content(BAD)
    found = {fault.split(":")[0] for fault in faults_of_access(page)}
    assert {"image-alt", "color-contrast", "button-name", "html-has-lang", "target-size"} <= found
    assert "color-contrast" not in {fault.split(":")[0] for fault in faults_of_access(page, contrast=False)}
    assert faults_of_access(page, within=["h1"]) == []


def test_what_sticks_out_is_named(context: Context) -> None:
    page = context(320, 400).new_page()
    page.set_content(BAD)
    wide = sideways(page)
    assert any("900px" in each for each in wide)
    assert not any("2000px" in each for each in wide)
    page.set_viewport_size({"width": 1280, "height": 400})
    assert sideways(page) == []

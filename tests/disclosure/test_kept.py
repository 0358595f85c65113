"""A release that is kept on the disk: the same numbers come back, and nothing else does."""

from __future__ import annotations

import json

import pytest

from kumppanuus.disclosure.gate import kept_text, released_again
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.errors import DisclosureError
from kumppanuus.gallery import ROOMS
from kumppanuus.gallery.cases import CASES, Case
from kumppanuus.gallery.shown import released_gallery

KEY, OTHER = bytes(range(32)), bytes(32)


def _same(one: Released, other: Released) -> None:
    assert (one.rules, one.audited, one.face, list(one.results)) == (
        other.rules, other.audited, other.face, list(other.results),
    )  # fmt: skip
    for key, result in one.results.items():
        again = other.results[key]
        assert (result.status, result.missing, list(result.tables)) == (again.status, again.missing, list(again.tables))
        for name, table in result.tables.items():
            found = again.tables[name]
            assert (table.declaration, table.hidden, table.told) == (found.declaration, found.hidden, found.told)
            assert table.frame.reset_index(drop=True).equals(found.frame)
            assert dict(table.frame.dtypes) == dict(found.frame.dtypes)
            assert table.masked.reset_index(drop=True).equals(found.masked)


@pytest.mark.parametrize("case", CASES)
def test_what_was_kept_comes_back_to_the_last_digit(case: Case) -> None:
    released = released_gallery(ROOMS, case)
    again = released_again(*kept_text(released, KEY), KEY)
    _same(released, again)
    assert demand(again) is again
    assert kept_text(again, KEY) == kept_text(released, KEY)


def test_a_changed_number_is_refused() -> None:
    text, mark = kept_text(released_gallery(ROOMS), KEY)
    changed = text.replace("411.0", "412.0", 1)
    assert changed != text
    for args in ((changed, mark, KEY), (text, mark, OTHER), (text, "", KEY), (text, mark[:-1] + "ä", KEY)):
        with pytest.raises(DisclosureError, match="KU527"):
            released_again(*args)


def test_the_text_of_another_version_is_refused() -> None:
    import hashlib

    text = json.dumps({"rules": {}, "results": {"a": {}}, "audited": True, "face": "public"})
    mark = hashlib.blake2b(text.encode(), key=KEY, person=b"kept release").hexdigest()
    with pytest.raises(DisclosureError, match="KU527"):
        released_again(text, mark, KEY)


def test_only_what_is_stamped_is_kept() -> None:
    released = released_gallery(ROOMS)
    released.results["gallery.contacts"].tables["reasons"].frame.loc[0, "persons"] = 9.0
    with pytest.raises(DisclosureError, match="KU501"):
        kept_text(released, KEY)

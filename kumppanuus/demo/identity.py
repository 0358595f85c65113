"""Finnish personal identity codes that belong to nobody: serial 900–999 only.

References
----------
Digital and Population Data Services Agency, "Henkilötunnuksen uudistus": century signs taken into use in 2023.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CHECK_CHARACTERS = np.array(list("0123456789ABCDEFHJKLMNPRSTUVWXY"))
SIGNS_1900 = np.array(list("-YXWVU"))
SIGNS_2000 = np.array(list("ABCDEF"))
# three people of five have the old sign of their century, 0
FIRST_SIGNS = np.array([0] * 15 + [1, 2, 3, 4, 5] * 2)
# 50 serials for each sex, each with six century signs
CODES_OF_A_DAY = 50 * 6

Dates = NDArray[np.datetime64]
# texts of fixed width or, where pandas joins them, Python strings
Texts = NDArray[Any]


def identity_codes(birth_date: Dates, female: NDArray[np.bool_]) -> Texts:
    """Make one valid code for each person; no two are the same.

    Even without their century signs no two are the same while at most 50 people of one sex share a birthday.

    Raises
    ------
    ValueError
        When more than 300 people of one sex share a birthday.
    """
    slot = _slot_of_birthday(birth_date, female)
    if slot.max(initial=0) >= CODES_OF_A_DAY:
        raise ValueError("too many people share a birthday")
    day_number = birth_date.astype("datetime64[D]").astype(np.int64)
    first = (day_number * 7 + 3) % 50
    serial = 900 + 2 * ((first + slot) % 50) + np.where(female, 0, 1)
    # The first sign hangs on birthday and serial alone, so that the next fifty people get the next sign.
    mixed = (day_number * 7919 + serial * 104_729) % 10_007 % len(FIRST_SIGNS)
    sign = (FIRST_SIGNS[mixed] + slot // 50) % 6
    return compose(birth_date, sign, serial)


def compose(birth_date: Dates, sign: NDArray[np.int64], serial: NDArray[np.int64]) -> Texts:
    """Write codes from birth date, sign (0 = the old sign, 1–5 = the new ones of that century) and serial number."""
    iso = np.datetime_as_string(birth_date.astype("datetime64[D]"))
    letters = iso.astype("U10").view("U1").reshape(len(iso), 10)
    ddmmyy = _joined(letters[:, [8, 9, 5, 6, 2, 3]])
    serial_text = serial.astype("U3")
    check = CHECK_CHARACTERS[(ddmmyy.astype(np.int64) * 1000 + serial) % 31]
    century = np.where(letters[:, 0] == "2", SIGNS_2000[sign], SIGNS_1900[sign])
    parts = (ddmmyy, century, serial_text, check)
    return np.char.add(np.char.add(parts[0], parts[1]), np.char.add(parts[2], parts[3]))


def with_wrong_check(codes: Texts) -> Texts:
    """Return the codes with a check character that cannot be right (the next one of the alphabet)."""
    letters = codes.astype("U11").view("U1").reshape(len(codes), 11)
    place = (letters[:, [10]] == CHECK_CHARACTERS).argmax(axis=1)
    wrong = CHECK_CHARACTERS[(place + 1) % len(CHECK_CHARACTERS)]
    return np.char.add(codes.astype("U10"), wrong)


def with_other_sign(code: str) -> str:
    """Return the code of another person who differs from this one in the century sign alone."""
    signs = "".join(SIGNS_1900 if code[6] in SIGNS_1900 else SIGNS_2000)
    return code[:6] + signs[(signs.index(code[6]) + 1) % len(signs)] + code[7:]


def _slot_of_birthday(birth_date: Dates, female: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number the people of one birthday and sex 0, 1, 2, … in their order."""
    group = birth_date.astype("datetime64[D]").astype(np.int64) * 2 + female
    order = np.argsort(group, kind="stable")
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    slot = np.empty(len(group), dtype=np.int64)
    slot[order] = np.arange(len(group)) - np.repeat(first, size)
    return slot


def _joined(letters: Texts) -> Texts:
    """Join the single letters of each row to one text."""
    rows, width = letters.shape
    return np.ascontiguousarray(letters).view(f"U{width}").reshape(rows)

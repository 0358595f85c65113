"""Damage to extracts, drawn by a seeded generator: what is done to which file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from random import Random

from tests.fuzz.town import Files
from tests.fuzz.workbooks import WORKBOOK_MUTATIONS

CANARY = "Salaliittolainen"
CANARY_CODE = "131052-308T"
"""The identity code of nobody that the population register uses in its examples."""

Mutation = Callable[[Random, bytes], bytes]
MOST_MUTATIONS = 3

_CODECS = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "cp1252": "cp1252", "iso-8859-15": "iso8859-15", "utf-16": "utf-16",
    "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "cp850": "cp850", "mac": "mac-roman", "utf-7": "utf-7",
}  # fmt: skip
_LINE_ENDS = (b"\r", b"\n", b"\r\n", b"\r\r\n", b"\n\r", b"\x0b", b"\x0c", b"\x1e", b"\x85", b"\xe2\x80\xa8")
_PIECES = (
    '"', '""', '"""', 'a"b', '"auki', 'kiinni"', '"a";"b', "\x00", "\x01", "\x1b[31m", "\x7f", "\x08", "\t", "\u00a0",
    "=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "-2+3", "+358", "<script>alert(1)</script>", "&lt;", "{n}", "{0}",
    "%s", "$\\frac{1}{0}$", "../../etc", "\U0001f469\u200d\U0001f467", "\u202e\u05d0", "\u200f", "\ufeff", "\ufffd",
    "\ufdd0", "Yhteensä", "Summa", "Totalt", "#REF!", "#VIITTAUS!", "#N/A", "NULL", "NA", "None", "nan", "inf", "-",
    "TRUE", "1.23E+09", "1,23457E+08", "9" * 30, "-1", "0", "00", "1e400", "0x10", "١٢٣", "31.2.2021", "31.12.9999",
    "1.1.0001", "00.00.0000", "2021-01-01", "1.1.21", "44197", "1.1.2021 12:30", "1.1.2021 00:00", "32.1.2021",
    "29.2.2023", "1.1.99999", CANARY, CANARY_CODE, "010199A9999", "131052+308T", "131052308T", "1 234,50", "1.234,50",
    "1,234.50", "\u22125,00", "5€", ",", ";;", " ", "", "Sijaishuolto", "Asiakasnumero", "Keskusta", "e\u0301",
    "ä" * 200, "x" * 70_000,
)  # fmt: skip
"""Texts to put into cells; {n} and %s would trip whoever takes a cell for a template."""


def mutate(dice: Random, files: Files) -> tuple[str, frozenset[str]]:
    """Damage some extracts in place.

    Returns
    -------
    tuple
        What was done, without values, and the names of the files it was done to.
    """
    told, touched = [], set()
    for _ in range(dice.choice([1, 1, 1, 2, MOST_MUTATIONS])):
        name = dice.choice(sorted(files))
        if dice.random() < 0.04:
            other = dice.choice(sorted(files))
            files[name], files[other] = files[other], files[name]
            told.append(f"swap {name} and {other}")
            touched |= {name, other}
            continue
        known = BYTE_MUTATIONS + (WORKBOOK_MUTATIONS * 2 if name.endswith(".xlsx") else TEXT_MUTATIONS * 3)
        change = dice.choice(known)
        files[name] = change(dice, files[name])
        told.append(f"{change.__name__.strip('_')} in {name}")
        touched.add(name)
    return "; ".join(told), frozenset(touched)


def _cut(dice: Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _flip_bytes(dice: Random, content: bytes) -> bytes:
    damaged = bytearray(content)
    for _ in range(dice.choice([1, 3, 30]) if damaged else 0):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def _put_bytes_in(dice: Random, content: bytes) -> bytes:
    at, n = dice.randrange(len(content) + 1), dice.choice([1, 2, 5, 300])
    return content[:at] + dice.randbytes(n) + content[at:]


def _take_bytes_out(dice: Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + content[at + dice.choice([1, 2, 50, 4000]) :]


def _repeat_bytes(dice: Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) + 1)
    piece = content[at : at + dice.choice([1, 20, 3000])]
    return content[:at] + piece * dice.choice([2, 3, 10]) + content[at:]


def _empty(dice: Random, content: bytes) -> bytes:
    return dice.choice([b"", b"", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b" ", b";;;\r\n", content[:1]])


def _drop_lines(dice: Random, content: bytes) -> bytes:
    share = dice.choice([0.01, 0.3, 0.99])
    return b"\n".join(line for line in content.split(b"\n") if dice.random() > share)


def _double_lines(dice: Random, content: bytes) -> bytes:
    share = dice.choice([0.01, 0.3, 1.0])
    lines = content.split(b"\n")
    return b"\n".join(copy for line in lines for copy in [line] * (2 if dice.random() < share else 1))


def _shuffle_lines(dice: Random, content: bytes) -> bytes:
    header, *lines = content.split(b"\n")
    everything = dice.random() < 0.2
    mixed = [header, *lines] if everything else lines
    dice.shuffle(mixed)
    return b"\n".join(mixed if everything else [header, *mixed])


def _break_lines(dice: Random, content: bytes) -> bytes:
    at = sorted(dice.sample(range(len(content)), min(len(content), dice.choice([1, 5, 50]))))
    parts = [content[first:last] for first, last in zip([0, *at], [*at, len(content)], strict=True)]
    return dice.choice([b"\n", b"\r", b"\r\n"]).join(parts)


def _join_lines(dice: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    return b"".join(line + (b"" if dice.random() < 0.05 else b"\n") for line in lines)


def _delete_header(_dice: Random, content: bytes) -> bytes:
    return content.partition(b"\n")[2]


def _header_again(dice: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    lines.insert(dice.choice([0, 1, dice.randrange(len(lines) + 1)]), lines[0])
    return b"\n".join(lines)


def _title_rows(dice: Random, content: bytes) -> bytes:
    titles = [b"Poiminta 1.1.2026", b"", b";;;", b"Kaupunki;;", CANARY.encode()]
    return b"\r\n".join([*dice.choices(titles, k=dice.choice([1, 3, 25])), content])


def _blank_lines(dice: Random, content: bytes) -> bytes:
    blank = dice.choice([b"\n", b";;;;\n", b" \n", b"\t;\n", b'"";""\n'])
    return b"".join(line + b"\n" + (blank if dice.random() < 0.1 else b"") for line in content.split(b"\n"))


def _totals_rows(dice: Random, content: bytes) -> bytes:
    total = dice.choice(["Yhteensä", "YHTEENSÄ:", "Summa", "Totalt", "Total", '"Yhteensä"', " yht. "])
    row = total + dice.choice(["", ";;;;;;;12", ";" * 4, ";;12345,00;;", ";" * 7])
    lines = content.split(b"\n")
    lines.insert(dice.randrange(len(lines) + 1), row.encode(dice.choice(["cp1252", "utf-8"])))
    return b"\n".join(lines)


def _line_ends(dice: Random, content: bytes) -> bytes:
    ends = dice.choice([[end] for end in _LINE_ENDS] + [list(_LINE_ENDS[:3]), list(_LINE_ENDS)])
    return b"".join(line + dice.choice(ends) for line in re.split(rb"\r\n|\n", content))


def _delimiter(dice: Random, content: bytes) -> bytes:
    return content.replace(b";", dice.choice([b",", b"\t", b"|", b":", b" ", b";;", b"\x1f", "§".encode()]))


def _recode(dice: Random, content: bytes) -> bytes:
    return _text(content).encode(_CODECS[dice.choice(sorted(_CODECS))], errors="replace")


def _mixed_encodings(dice: Random, content: bytes) -> bytes:
    share = dice.choice([0.02, 0.5, 0.98])
    codecs = dice.sample(["utf-8", "cp1252", "cp850", "utf-16-le"], 2)
    lines = _text(content).split("\n")
    return b"\n".join(line.encode(codecs[dice.random() < share], errors="replace") for line in lines)


def _mojibake(dice: Random, content: bytes) -> bytes:
    return (
        _text(content).encode().decode("cp1252", errors="replace").encode(dice.choice(["utf-8", "cp1252"]), "replace")
    )


def _accents_apart(_dice: Random, content: bytes) -> bytes:
    return unicodedata.normalize("NFD", _text(content)).encode()


def _shuffle_columns(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    order = list(range(len(rows[0])))
    dice.shuffle(order)
    return _written([[row[at] for at in order] if len(row) == len(order) else row for row in rows], content)


def _shuffle_header(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    dice.shuffle(rows[0])
    return _written(rows, content)


def _same_header_twice(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    rows[0][dice.randrange(len(rows[0]))] = dice.choice([dice.choice(rows[0]), "", " ", "Muuta", "asiakasnumero"])
    return _written(rows, content)


def _drop_column(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    at = dice.randrange(len(rows[0]))
    return _written([row[:at] + row[at + 1 :] for row in rows], content)


def _more_columns(dice: Random, content: bytes) -> bytes:
    rows, at = _cells(content), dice.choice([0, -1])
    for number, row in enumerate(rows):
        row.insert(len(row) if at else 0, dice.choice(["Lisä", "Puhelin", ""]) if number == 0 else CANARY)
    return _written(rows, content)


def _copy_column(dice: Random, content: bytes) -> bytes:
    """Put the values of one column under the header of another: client numbers where services should be."""
    rows = _cells(content)
    source, target = dice.randrange(len(rows[0])), dice.randrange(len(rows[0]))
    for row in rows[1:]:
        if len(row) == len(rows[0]):
            row[target] = row[source]
    return _written(rows, content)


def _inject(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    piece, share = dice.choice(_PIECES), dice.choice([0.0, 0.002, 0.05])
    column = dice.randrange(len(rows[0]))
    for at, row in enumerate(rows):
        if dice.random() < share or at == len(rows) // 2:
            place = min(column, len(row) - 1)
            row[place] = dice.choice([piece, row[place] + piece, piece + row[place], f'"{piece}"'])
    return _written(rows, content)


def _inject_header(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    place = dice.randrange(len(rows[0]))
    piece = dice.choice([piece for piece in _PIECES if CANARY not in piece])
    rows[0][place] = dice.choice([piece, rows[0][place] + piece])
    return _written(rows, content)


def _long_field(dice: Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.choice([b"x", b'"', b";", b"\n", "ä".encode(), b" "]) * 300_000 + content[at:]


def _lost_zeros(_dice: Random, content: bytes) -> bytes:
    return re.sub(rb"(?m)(^|;)0+(?=\d)", rb"\1", content)


def _quote_everything(dice: Random, content: bytes) -> bytes:
    rows = [['"' + cell.strip('"').replace('"', '""') + '"' for cell in row] for row in _cells(content)]
    if dice.random() < 0.3:
        rows[dice.randrange(len(rows))][0] += dice.choice(['"', "x", '"x'])
    return _written(rows, content)


def _lines_in_fields(dice: Random, content: bytes) -> bytes:
    rows = _cells(content)
    for row in dice.sample(rows[1:], min(len(rows) - 1, dice.choice([1, 20]))):
        at = dice.randrange(len(row))
        row[at] = '"' + row[at].strip('"') + dice.choice(["\n", "\r\n", "\r", "\n\n"]) + '"'
    return _written(rows, content)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _cells(content: bytes) -> list[list[str]]:
    text = _text(content)
    sign = "\t" if "\t" in text.partition("\n")[0] else ";"
    return [line.split(sign) for line in text.splitlines() or [""]]


def _written(rows: Sequence[Sequence[str]], like: bytes) -> bytes:
    sign = "\t" if b"\t" in like.partition(b"\n")[0] else ";"
    text = "\r\n".join(sign.join(row) for row in rows) + "\r\n"
    try:
        return text.encode("cp1252") if sign == ";" else text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


BYTE_MUTATIONS: tuple[Mutation, ...] = (_cut, _flip_bytes, _put_bytes_in, _take_bytes_out, _repeat_bytes, _empty)
TEXT_MUTATIONS: tuple[Mutation, ...] = (
    _drop_lines, _double_lines, _shuffle_lines, _break_lines, _join_lines, _delete_header, _header_again, _title_rows,
    _blank_lines, _totals_rows, _line_ends, _delimiter, _recode, _recode, _mixed_encodings, _mojibake, _accents_apart,
    _shuffle_columns, _shuffle_header, _same_header_twice, _drop_column, _more_columns, _copy_column, _inject, _inject,
    _inject, _inject, _inject_header, _long_field, _lost_zeros, _quote_everything, _lines_in_fields,
)  # fmt: skip

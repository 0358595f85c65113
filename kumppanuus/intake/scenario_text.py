"""A scenario to fill in: every kind of assumption commented out, with a place for the grounds of every number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kumppanuus.errors import StudyError
from kumppanuus.study_scenarios import FOLDER, MOST_SCENARIOS, TODAY

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.study import Study

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_WIDTH = 120
Limits = tuple[float, float, float]
_NUMBERS: dict[str, dict[str, Limits]] = {
    "discount_percent": {"": (3, 2, 4)},
    "prices": {"percent_a_year": (5, 2, 8)},
    "wages": {"percent_a_year": (3, 2, 4), "share_percent": (75, 70, 80)},
    "arrivals": {"change_percent": (10, 0, 20)},
    "effects": {
        "reduction_percent": (20, 5, 35), "cover_percent": (40, 25, 60), "lag_months": (9, 6, 15),
        "cashable_percent": (70, 50, 85), "cost_eur_a_year": (200_000, 150_000, 250_000),
    },
    "shifts": {
        "a_year": (10, 5, 15), "succeeds_percent": (50, 30, 70), "lag_months": (3, 1, 6),
        "cashable_percent": (70, 50, 85),
    },
    "law": {"now": (30, 30, 30), "then": (25, 25, 25), "worker_eur_a_year": (68_000, 62_000, 74_000)},
}  # fmt: skip
"""Section → number → an example of value, lower and upper; equal ones are certain."""


def write_scenario(study: Study, code: str, say: Say, like: str | None = None) -> Path:
    """Write a new scenario beside the study file: one to fill in, or a copy of another one.

    Parameters
    ----------
    say : speaks the texts of the commands about scenarios, in the language of the comments.
    like : code of the scenario to copy.

    Raises
    ------
    StudyError
        KU983 there is one of this name, or as many as there may be; KU984 the name will not do; KU981 no scenario to
        copy. Nothing is ever written over.
    """
    if not _CODE.fullmatch(code) or code == TODAY:
        raise StudyError("KU984", scenario=code)
    folder = study.root / FOLDER
    file = folder / f"{code}.toml"
    if file.exists() or len(study.scenarios) >= MOST_SCENARIOS:
        raise StudyError("KU983", file=f"{FOLDER}/{file.name}", most=MOST_SCENARIOS)
    text = _new(study, code, say) if like is None else _copy(folder, code, like, say)
    folder.mkdir(exist_ok=True)
    with file.open("x", encoding="utf-8", newline="\n") as made:
        made.write(text)
    return file


def _new(study: Study, code: str, say: Say) -> str:
    heavy, light = _services(study)
    comments = [say("new.head"), say("new.grounds"), say("new.limits"), say("new.then", code=code)]
    lines = [
        *_comment(*comments),
        "schema = 1",
        f"horizon_months = 36    # {say('new.horizon')}",
        "",
        f"[name]    # {say('new.name')}",
        f'fi = "{_title(code)}"',
        "",
        f"# [description]    # {say('new.description')}",
        '# fi = ""',
    ]
    heads = {
        "discount_percent": (),
        "prices": ("[[prices]]", f'service = "{heavy}"', 'production = "purchased"'),
        "wages": ("[wages]",),
        "arrivals": ("[[arrivals]]", f'service = "{light}"', "from_month = 1"),
        "effects": ("[[effects]]", 'code = "toimi"', 'name = { fi = "" }', f'service = "{heavy}"', "ramp_months = 6",
                    "from_month = 1"),
        "shifts": ("[[shifts]]", f'from = "{heavy}"', f'to = "{light}"', 'unit = "families"', "from_month = 1"),
        "law": ("[[law]]", 'parameter = "children_per_worker"', f'services = ["{heavy}"]', "valid_from = 2027-01-01"),
    }  # fmt: skip
    for section, head in heads.items():
        lines += ["", *_comment(say(f"new.{section}")), *(f"# {line}" for line in head)]
        lines += [f"# {line}" for name, limits in _NUMBERS[section].items() for line in _number(section, name, limits)]
    return "\n".join([*lines, ""])


def _number(section: str, name: str, limits: Limits) -> Iterator[str]:
    yield f"[{section}.{name}]" if name else f"[{section}]"
    for key, value in zip(("value", "lower", "upper"), limits, strict=True):
        if key == "value" or len(set(limits)) > 1:
            yield f"{key} = {value:.10g}"
    yield 'rationale = ""'
    yield 'source = ""'


def _services(study: Study) -> tuple[str, str]:
    """Return the codes of a heavy and a light service of the study, as examples."""
    levels = study.service_levels()
    by_weight = sorted(levels, key=lambda code: _WEIGHTS.get(levels[code], 0))
    return (by_weight[-1], by_weight[0]) if len(by_weight) > 1 else ("sijaishuolto", "perhetyo")


_WEIGHTS = {"early": -1, "universal": 0, "special": 1, "corrective": 2}


def _copy(folder: Path, code: str, like: str, say: Say) -> str:
    """Return the text of another scenario under a new name, with its comments and numbers."""
    try:
        text = (folder / f"{like}.toml").read_text(encoding="utf-8-sig")
    except OSError:
        raise StudyError("KU981", scenario=like, near="-") from None
    lines: list[str] = []
    name = False
    for line in text.splitlines():
        if line.startswith("["):
            name = bool(re.match(r"\[name\]", line))
        if re.match(r"code\s*=", line) and not any(each.startswith("[") for each in lines):
            continue  # the code is the name of the file
        if re.match(r"name\s*=", line) and not any(each.startswith("[") for each in lines):
            line = f'name = {{ fi = "{_title(code)}" }}'
        if name and re.match(r"(fi|sv|en)\s*=", line):
            if not line.startswith("fi"):
                continue
            line = f'fi = "{_title(code)}"'
        lines.append(line)
    return "\n".join([*_comment(say("new.copied", like=like)), *lines, ""])


def _title(code: str) -> str:
    words = re.sub(r"[-_.]+", " ", code).strip() or code
    return words[:1].upper() + words[1:]


def _comment(*texts: str) -> Iterator[str]:
    """Yield texts as comments, broken between words."""
    for text in texts:
        line = "#"
        for word in text.split():
            if len(line) + 1 + len(word) > _WIDTH:
                yield line
                line = "#"
            line += f" {word}"
        yield line

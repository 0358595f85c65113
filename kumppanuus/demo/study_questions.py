"""The parts of the study file that name reasons for support and the statements of the questionnaire."""

from __future__ import annotations

from kumppanuus.demo.casework import NEEDS, Need
from kumppanuus.demo.planning import NEED_SERVICES
from kumppanuus.demo.questionnaire import CODE, GROUPS, HIGHEST, ITEMS, LOWEST, THEMES, Item
from kumppanuus.demo.study_toml import quoted, words

NEEDS_HEAD = """
# --- Tuen tarpeet: syiden nimet raportissa, ja mitkä palvelut tarpeeseen vastaavat ------------------------
"""
QUESTIONNAIRE_HEAD = """
# --- Itsearviointikysely: teemat, väittämät ja montako kutsuttiin vastaamaan ----------------------------
# reversed = true: väittämä on kielteinen, ja sen vastaukset käännetään teeman keskiarvossa.
[[questionnaires]]
"""


def needs_text() -> str:
    """Return the names of the reasons for support, and what answers them."""
    return NEEDS_HEAD + "\n".join(_need_text(need) for need in NEEDS)


def _need_text(need: Need) -> str:
    answered = ", ".join(map(quoted, NEED_SERVICES[need.code]))
    name = words(need.fi, need.sv, need.en)
    return f"[[needs]]\ncode = {quoted(need.code)}\nname = {name}\nservices = [{answered}]\n"


def questionnaire_text() -> str:
    """Return the questionnaire: its scale, themes and statements, and how many were asked."""
    invited = ", ".join(f"{group.code} = {group.invited}" for group in GROUPS)
    name = words("Itsearviointi", "Självvärdering", "Self-assessment")
    lines = [
        f"code = {quoted(CODE)}\nname = {name}",
        f"scale = [{LOWEST}, {HIGHEST}]                        # 1 = täysin eri mieltä, 5 = täysin samaa mieltä",
        f"invited = {{ {invited} }}\n",
        *(f"[[questionnaires.themes]]\ncode = {quoted(t.code)}\nname = {words(t.fi, t.sv, t.en)}\n" for t in THEMES),
        *(_item_text(item) for item in ITEMS),
    ]
    return QUESTIONNAIRE_HEAD + "\n".join(lines)


def _item_text(item: Item) -> str:
    faulty = "reversed = true\n" if item.reversed else ""
    head = f"[[questionnaires.items]]\ncode = {quoted(item.code)}\ntheme = {quoted(item.theme)}\n"
    return f"{head}text = {words(item.fi, item.sv, item.en)}\n{faulty}"

"""Combinations, flows, networks, answers and waterfalls for the drawing tests: ordinary ones, and nasty ones."""

from __future__ import annotations

import random

from kumppanuus.drawing import (
    AnswerPart,
    Combination,
    Combinations,
    Edge,
    Flow,
    Item,
    Likert,
    Member,
    NetworkCircle,
    Node,
    Stage,
    Stop,
    Stream,
    Waterfall,
)
from tests.drawing.drawing_specs import LEVEL, LONG, name


def _name(place: int, names: str) -> str:
    return LONG if names == "widest" else name(place) if names == "long" else f"P{place}"


def combinations(rows: int, columns: int, names: str, *, hidden: bool = False, most: int = 999) -> Combinations:
    dice = random.Random(rows + columns)
    keys = [str(place) for place in range(rows)]

    def number() -> tuple[float | None, str]:
        value = dice.randint(7, most)
        return (None, "peitetty") if hidden else (float(value), f"{value:,}".replace(",", "\N{NO-BREAK SPACE}"))

    members = tuple(Member(key, _name(place, names), *number()) for place, key in enumerate(keys))
    sets = [tuple(sorted(dice.sample(keys, min(rows, dice.randint(1, 4))))) for _ in range(columns - 1)]
    rest = (Combination((), *number(), "Muut yhdistelmät"),) if columns else ()
    return Combinations(
        members, (*(Combination(each, *number()) for each in sets), *rest), keys[-1], "corrective",
        f"Mukana {name(columns % 8)}", "Muut yhdistelmät", "Perheitä näissä yhteensä", "Perheitä, joilla juuri nämä",
    )  # fmt: skip


def flow(steps: int, count: int, names: str) -> Flow:
    dice = random.Random(steps * count)
    stops = tuple(
        Stop(step, str(place), _name(place, names), str(dice.randint(7, 9999)), LEVEL[place % 4])
        for step in range(steps)
        for place in range(count)
    )
    streams = tuple(
        Stream(step, str(a), str(b), float(dice.choice((7, 15, 100, 400))), str(dice.randint(7, 999)))
        for step in range(steps - 1)
        for a in range(count)
        for b in range(count)
        if dice.random() < 0.6
    )
    return Flow(tuple(f"{step + 1}. palvelu" for step in range(steps)), stops, streams, "1" if count > 1 else "")


def circle(count: int, names: str, *, force: bool) -> NetworkCircle:
    dice = random.Random(count)
    hub = count // 2
    nodes = tuple(
        Node(str(place), _name(place, names), place % 4, float(dice.randint(0, 1500)), LEVEL[place % 4], place == hub)
        for place in range(count)
    )
    edges = tuple(
        Edge(str(a), str(b), dice.random(), hub in (a, b), "3,2" if hub in (a, b) else "")
        for a in range(count)
        for b in range(a + 1, count)
        if dice.random() < 0.15
    )
    places = tuple((dice.random(), dice.random()) for _ in range(count)) if force else ()
    return NetworkCircle(tuple((name(place), LEVEL[place]) for place in range(4)), nodes, edges, places)


def likert(rows: int, answers: int, names: str) -> Likert:
    dice = random.Random(rows * answers)
    items = []
    for place in range(rows):
        ends = [0, *sorted(dice.sample(range(1, answers), dice.randint(0, answers - 1))), answers]
        weights = [dice.random() ** 2 for _ in ends[1:]]
        shares = [weight / sum(weights) for weight in weights]
        parts = tuple(
            AnswerPart(first, after - 1, share, f"{share:.0%}")
            for first, after, share in zip(ends[:-1], ends[1:], shares, strict=True)
        )
        shown = parts if place % 5 else ()
        items.append(Item(_name(place, names), shown, "34 %", "56 %", "3,4" if shown else "peitetty", place == 1))
    words = tuple(_name(place, names if names == "long" else "short") for place in range(answers))
    return Likert(tuple(items), words, "Yhdistetty", "← Eri mieltä", "Samaa mieltä →", "Keskiarvo")


def waterfall(effects: int, names: str, *, hidden: bool = False) -> Waterfall:
    dice = random.Random(effects)
    at, stages = 500.0, [Stage(_name(0, names), "total", 500.0, "500 milj. €")]
    for place in range(effects):
        value = dice.uniform(-900, 300)
        kind = "interaction" if place == effects - 1 else "effect"
        shut = hidden and place % 2 == 0
        text = "peitetty" if shut else f"{value:+.0f} milj. €"
        stages.append(Stage(_name(place + 1, names), kind, None if shut else value, text, "6 480 → 6 960"))  # type: ignore[arg-type]
        at += 0 if shut else value
    return Waterfall((*stages, Stage("Loppu", "total", at, f"{at:.0f} milj. €")), "Kustannus, milj. €")


NASTY = {
    **{f"combinations {rows} {columns} {names} {most}": combinations(rows, columns, names, most=most)
       for rows, columns in ((1, 1), (5, 15), (12, 15)) for names, most in (("long", 999), ("widest", 9999))},
    "combinations hidden": combinations(5, 6, "long", hidden=True),
    "combinations none": Combinations((), ()),
    **{f"flow {steps} {count} {names}": flow(steps, count, names)
       for steps, count in ((2, 1), (2, 9), (3, 3), (4, 3), (4, 6)) for names in ("long", "widest")},
    "flow 3 9": flow(3, 9, "short"),
    "flow none": Flow(("a", "b"), (), ()),
    **{f"circle {count} {names} {force}": circle(count, names, force=force)
       for count in (1, 2, 15, 32) for names in ("long", "widest") for force in (False, True)},
    "circle none": NetworkCircle((("a", "early"),), ()),
    **{f"likert {rows} {answers} {names}": likert(rows, answers, names)
       for rows, answers in ((1, 2), (6, 5), (12, 4), (12, 7)) for names in ("long", "widest")},
    "likert none": Likert((), ("a", "b")),
    **{f"waterfall {effects} {names} {hidden}": waterfall(effects, names, hidden=hidden)
       for effects in (0, 3, 10) for names in ("long", "widest") for hidden in (False, True)},
    "waterfall none": Waterfall(()),
}  # fmt: skip

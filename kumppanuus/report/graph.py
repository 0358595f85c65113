"""Released tables of pairs as graphs for other programs: GraphML (Gephi, yEd, R, Python) and plain CSV.

Nodes are what the study's code lists name, never people. They are numbered in the order of the table; what the gate
hides or leaves out is no number here either.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.etree import ElementTree

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable, demand
from kumppanuus.language.say import Say
from kumppanuus.methods.networks import stable_communities
from kumppanuus.report.publication import harmless
from kumppanuus.report.shown import ShownColumn, show_table
from kumppanuus.report.words import faced, mark_of, plain, say_of_report, say_of_room

NETWORKS = "networks"
_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
Value = str | float
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph, ready to write: nodes are named ``n0``, ``n1`` …

    name : of its files without ending: ``lifecycle-network-pairs``. mark : of an internal run, else empty.
    meanings : name of an attribute → its title in the language of the report.
    nodes : node → its attributes; ``group`` is the number of its community among the ties that are more common than
        expected. edges : (node, node) → its attributes. A number that is not published is not there.
    """

    name: str
    mark: str
    meanings: Mapping[str, str]
    nodes: Mapping[str, Values]
    edges: Mapping[tuple[str, str], Values] = field(default_factory=lambda: MappingProxyType({}))


def graphs_of(released: Released, analyses: Sequence[Analysis], say: Say) -> tuple[Graph, ...]:
    """Return a graph for every table of pairs that has any to show.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    said = faced(say, demand(released))
    found = [
        _graph(analysis, name, released.results[analysis.key], said) for analysis, name in _pairs(released, analyses)
    ]
    return tuple(each for each in found if each.edges)


def texts_of_graphs(graphs: Sequence[Graph]) -> Mapping[str, str]:
    """Return the files of graphs: name → text, each graph as GraphML and as two CSV files."""
    return {
        f"{graph.name}{ending}": text
        for graph in graphs
        for ending, text in (
            (".graphml", graphml(graph)),
            ("-nodes.csv", _csv(["node"], {(node,): values for node, values in graph.nodes.items()}, graph)),
            ("-edges.csv", _csv(["source", "target"], _named_ends(graph), graph)),
        )
    }


def graphml(graph: Graph) -> str:
    """Return a graph as GraphML; attributes carry their titles as descriptions."""
    root = ElementTree.Element("graphml", {"xmlns": _NAMESPACE})
    keys: dict[tuple[str, str], str] = {}
    for kind, rows in (("node", graph.nodes.values()), ("edge", graph.edges.values())):
        for name, value in {name: value for row in rows for name, value in row.items()}.items():
            keys[kind, name] = f"d{len(keys)}"
            of = "string" if isinstance(value, str) else "double"
            told = {"id": keys[kind, name], "for": kind, "attr.name": name, "attr.type": of}
            ElementTree.SubElement(ElementTree.SubElement(root, "key", told), "desc").text = graph.meanings[name]
    body = ElementTree.SubElement(root, "graph", {"id": graph.name, "edgedefault": "undirected"})
    if graph.mark:
        ElementTree.SubElement(body, "desc").text = graph.mark
    for node, values in graph.nodes.items():
        _attributes(ElementTree.SubElement(body, "node", {"id": node}), "node", values, keys)
    for (one, other), values in graph.edges.items():
        _attributes(ElementTree.SubElement(body, "edge", {"source": one, "target": other}), "edge", values, keys)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _pairs(released: Released, analyses: Sequence[Analysis]) -> Iterator[tuple[Analysis, str]]:
    for analysis in analyses:
        result = released.results.get(analysis.key)
        for name, table in result.tables.items() if result and result.status == "ok" else ():
            if table.declaration.form == "edges":
                yield analysis, name


def _graph(analysis: Analysis, name: str, result: ReleasedResult, say: Say) -> Graph:
    room, pairs = say_of_room(analysis, say), result.tables[name]
    nodes = result.tables[pairs.declaration.nodes]
    first, second, *_ = pairs.declaration.dimensions
    node = nodes.declaration.dimensions[0]
    number = {str(code): f"n{place}" for place, code in enumerate(nodes.frame[node])}
    of_nodes, of_pairs = _columns(nodes, room, node), _columns(pairs, room, first, second)
    group = {number[code]: {"group": float(place)} for code, place in _groups(pairs, first, second).items()}
    names = [plain(room.label(nodes.declaration.columns[node].codes, code)) for code in nodes.frame[node]]
    ends = zip(pairs.frame[first].astype(str), pairs.frame[second].astype(str), strict=True)
    meanings = {column.name: column.title for column in (*of_nodes, *of_pairs)}
    return Graph(
        re.sub(r"[^a-z0-9]+", "-", f"{analysis.key}-{name}".lower()).strip("-"),
        mark_of(say),
        meanings | {"label": meanings.get(node) or room(f"column.{node}"), "group": say_of_report(say)("graph.group")},
        {
            number[str(code)]: {"label": names[row], **_values(of_nodes, row), **group.get(number[str(code)], {})}
            for row, code in enumerate(nodes.frame[node])
        },
        {(number[a], number[b]): _values(of_pairs, row) for row, (a, b) in enumerate(ends)},
    )


def _columns(table: ReleasedTable, room: Say, *without: str) -> list[ShownColumn]:
    return [column for column in show_table(table, room).columns if column.name not in without]


def _values(columns: Sequence[ShownColumn], row: int) -> dict[str, Value]:
    found = {column.name: column.values[row] for column in columns}
    return {name: value for name, value in found.items() if value is not None}


def _groups(pairs: ReleasedTable, first: str, second: str) -> dict[str, int]:
    """Return the number of each node's community, from 1, where pairs are marked as more common than expected."""
    marks, ratios = (pairs.declaration.names(role)[:1] for role in ("mark", "ratio"))
    if not marks or not ratios:
        return {}
    kept = pairs.frame[(pairs.frame[marks[0]] > 0) & pairs.frame[ratios[0]].notna()]
    ties = kept.assign(first=kept[first].astype(str), second=kept[second].astype(str))
    groups = stable_communities(ties, ratios[0]).groups
    return {code: place for place, members in enumerate(groups, start=1) for code in members}


def _attributes(
    element: ElementTree.Element, kind: str, values: Values, keys: Mapping[tuple[str, str], str]
) -> None:  # fmt: skip
    for name, value in values.items():
        ElementTree.SubElement(element, "data", {"key": keys[kind, name]}).text = _written(value)


def _csv(ends: Sequence[str], rows: Mapping[tuple[str, ...], Values], graph: Graph) -> str:
    """Return rows as CSV with commas, decimal points and the names of the columns, as other programs expect it."""
    names = list(dict.fromkeys(name for values in rows.values() for name in values))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*ends, *names, *(["mark_of_run"] if graph.mark else [])])
    for key, values in rows.items():
        writer.writerow([*key, *(_cell(values.get(name, "")) for name in names), *([graph.mark] if graph.mark else [])])
    return written.getvalue()


def _named_ends(graph: Graph) -> dict[tuple[str, ...], Values]:
    """Return the edges with the names of their ends."""
    return {
        (a, b): {"source_label": graph.nodes[a]["label"], "target_label": graph.nodes[b]["label"], **values}
        for (a, b), values in graph.edges.items()
    }


def _cell(value: Value) -> str:
    return harmless(value) if isinstance(value, str) else _written(value)


def _written(value: Value) -> str:
    """Write a number as programs read it: 129, 1.9."""
    return value if isinstance(value, str) else f"{value:.12g}"

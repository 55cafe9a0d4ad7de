"""A process without its inner borders, as people read it: sub-processes and calls stand for what they contain."""

from dataclasses import replace

from tongban.platform.workflow.rules.graphs import Flow, Graph, Node


def flat(graph: Graph) -> Graph:
    """Return a graph of one level; what is called a second time stays one box, so that nothing stands there twice."""
    if not any(node.parent or node.attached_to for node in graph.nodes.values()):
        return graph
    return _Flattening(graph).graph()


class _Flattening:
    def __init__(self, source: Graph) -> None:
        self.source = source
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}
        # Where a flow to an element leads, and from where flows out of it come.
        self.entries: dict[str, str] = {}
        self.exits: dict[str, list[str]] = {}
        self.opened: set[str] = set()

    def graph(self) -> Graph:
        self._take("")
        for flow in self.source.flows.values():
            if flow.source in self.exits and flow.target in self.entries:
                self._draw(flow, self.exits[flow.source], self._entry(flow.target))
        for node in self.source.of_type("boundary"):
            if node.id in self.nodes and node.attached_to in self.exits:
                flow = Flow(f"{node.attached_to}__{node.id}", node.attached_to, node.id)
                self._draw(flow, self.exits[node.attached_to], node.id)
        for key, node in self.nodes.items():
            incoming = tuple(flow.id for flow in self.flows.values() if flow.target == key)
            outgoing = tuple(flow.id for flow in self.flows.values() if flow.source == key)
            self.nodes[key] = replace(node, parent="", incoming=incoming, outgoing=outgoing)
        return Graph(self.source.key, self.source.name, self.nodes, self.flows)

    def _take(self, scope: str) -> None:
        for node in self.source.inside(scope):
            contents = self.source.contents(node)
            if node.type in {"subprocess", "call"} and contents in self.source.starts and contents not in self.opened:
                self.opened.add(contents)
                self._take(contents)
                start = self.source.starts[contents]
                ends = [inner for inner in self.source.inside(contents) if inner.type == "end"]
                self.entries[node.id] = self.source.flows[start.outgoing[0]].target if start.outgoing else ""
                self.exits[node.id] = [
                    self.source.flows[flow].source for end in ends for flow in end.incoming if end.event != "error"
                ]
            elif not (scope and node.type in {"start", "end"}):
                self.nodes[node.id] = node
                self.entries[node.id] = node.id
                self.exits[node.id] = [node.id]

    def _entry(self, key: str) -> str:
        """Return the element a flow leads to in the end: a sub-process may begin with another."""
        seen: set[str] = set()
        while key not in self.nodes and key in self.entries and key not in seen:
            seen.add(key)
            key = self.entries[key]
        return key

    def _exits(self, keys: list[str]) -> list[str]:
        found: list[str] = []
        for key in keys:
            found += [key] if key in self.nodes else self._exits(self.exits.get(key, []))
        return list(dict.fromkeys(found))

    def _draw(self, flow: Flow, sources: list[str], target: str) -> None:
        if target not in self.nodes:
            return
        exits = self._exits(sources)
        for number, source in enumerate(exits):
            key = flow.id if len(exits) == 1 else f"{flow.id}__{number}"
            self.flows[key] = replace(flow, id=key, source=source, target=target)

"""What a process must do, said a second time and in another way: not tokens in a graph, but what is left to be done.

A piece of a process is a nested tuple. `Writer` writes it as a drawing and, at the same time, as a term: a term knows
what may happen next, and what is left to be done afterwards. Slow, and of well-nested processes only.
"""

from hypothesis import strategies as st

from tongban.platform.workflow.tests.terms import Act, Done, First, bound, inside, limited, reminded, scoped, together

PIECES = st.recursive(
    st.sampled_from([("task",), ("wait",), ("first",)]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["then", "both", "either", "some"]), inner, inner),
        st.tuples(st.sampled_from(["sub", "call", "again"]), inner),
        st.tuples(st.sampled_from(["limited", "beside", "caught"]), inner, inner),
        st.tuples(st.just("several"), st.integers(0, 3), st.booleans(), st.booleans(), st.none() | inner),
    ),
    max_leaves=6,
)


class Writer:
    """Write a piece as lines of a drawing; what it returns makes the term, once the scope is known."""

    def __init__(self):
        self.count, self.inside, self.calls = 0, {}, {}
        self.lines = []

    def process(self, piece):
        make = self._scope(piece, "start")
        return "\n".join(self.lines), lambda: scoped(make(""))

    def new(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def _scope(self, piece, start, error=""):
        """Write a whole scope: a task, the piece, an end; `error`: the task may bring about an error."""
        self.lines.append(start if start == "start" else f"{start} start 始")
        gate, last, before = self.new("g"), self.new("e"), self.new("t")
        make = self._add(piece, start)
        if not error:
            self.lines += [f"{last} end 完", f"{self.last}>{last} {self.new('f')}"]
            return lambda scope: bound(make(scope), lambda _value: Done(last))
        bad, on = self.new("e"), self.new("f")
        self.lines += [f"{before} task 办 review r", f"{self.last}>{before} {self.new('f')}"]
        self.lines += [f"{gate} exclusive default={on}", f"{before}>{gate} {self.new('f')}"]
        self.lines += [f"{last} end 完", f"{bad} end 错 error={error}", f"{gate}>{last} {on}"]
        self.lines += [f'{gate}>{bad} {self.new("f")} [{before} = "fail"]']
        ends = {"fail": "raised", "pass": last}
        return lambda scope: bound(
            make(scope), lambda _v: bound(Act(("do", inside(scope, before))), lambda value: Done(ends[value]))
        )

    def _flow(self, target, condition=""):
        flow = self.new("f")
        self.lines.append(f"{self.last}>{target} {flow} {condition}")
        self.last = target
        return flow

    def _add(self, piece, source):
        self.last = source
        return getattr(self, f"_{piece[0]}")(*piece[1:])

    def _element(self, prefix, words):
        key = self.new(prefix)
        self.lines.append(f"{key} {words}")
        self._flow(key)
        return key

    def _task(self):
        key = self._element("t", "task 办 review r")
        return lambda scope: Act(("do", inside(scope, key)))

    def _wait(self):
        key = self._element("m", f"receive 等 message=m{self.count + 1}")
        return lambda scope: Act(("get", inside(scope, key)))

    def _first(self):
        gate, merge = self._element("g", "events"), self.new("x")
        one, other = self.new("m"), self.new("w")
        self.lines += [f"{one} catch 来 message={one}", f"{other} catch 到 timer=PT1H", f"{merge} exclusive"]
        for key in (one, other):
            self.last = gate
            self._flow(key)
            self._flow(merge)
        return lambda scope: First({("get", inside(scope, one)), ("time", inside(scope, other))})

    def _then(self, first, second):
        one = self._add(first, self.last)
        other = self._add(second, self.last)
        return lambda scope: bound(one(scope), lambda _value: other(scope))

    def _both(self, first, second):
        gate, merge = self._element("g", "parallel"), self.new("x")
        self.lines.append(f"{merge} parallel")
        parts = [self._branch(piece, gate, merge)[0] for piece in (first, second)]
        self.last = merge
        return lambda scope: together([part(scope) for part in parts])

    def _either(self, first, second):
        before = self._element("t", "task 办 review r")
        gate, merge = self.new("g"), self.new("x")
        self._flow(gate)
        one, _flow = self._branch(first, gate, merge, f'[{before} = "pass"]')
        other, default = self._branch(second, gate, merge)
        self.lines += [f"{gate} exclusive default={default}", f"{merge} exclusive"]
        self.last = merge
        ask = lambda scope: Act(("do", inside(scope, before)))  # noqa: E731
        return lambda scope: bound(ask(scope), lambda value: (one if value == "pass" else other)(scope))

    def _some(self, first, second):
        """Take the first, the second or both, and a third where neither is taken."""
        asked = [self._element("t", "task 办 review r") for _ in range(2)]
        gate, merge = self.new("g"), self.new("x")
        self._flow(gate)
        parts = [
            self._branch(piece, gate, merge, f'[{task} = "pass"]')[0]
            for task, piece in zip(asked, (first, second), strict=True)
        ]
        third, default = self._branch(("task",), gate, merge)
        self.lines += [f"{gate} inclusive default={default}", f"{merge} inclusive"]
        self.last = merge

        def chosen(scope, values):
            taken = [part for part, value in zip(parts, values, strict=True) if value == "pass"]
            return together([part(scope) for part in taken or [third]])

        def ask(scope, number, values):
            if number == 2:
                return chosen(scope, values)
            act = Act(("do", inside(scope, asked[number])))
            return bound(act, lambda value: ask(scope, number + 1, [*values, value]))

        return lambda scope: ask(scope, 0, [])

    def _branch(self, piece, gate, merge, condition=""):
        task = self.new("t")
        self.lines.append(f"{task} task 办 review r")
        self.last = gate
        flow = self._flow(task, condition)
        make = self._add(piece, task)
        self._flow(merge)
        return (lambda scope: bound(Act(("do", inside(scope, task))), lambda _value: make(scope))), flow

    def _again(self, piece):
        """Do it again as long as the task behind it fails."""
        merge = self._element("x", "exclusive")
        make = self._add(piece, merge)
        ask, gate, out = self.new("t"), self.new("g"), self.new("x")
        self.lines += [f"{ask} task 办 review r", f"{out} exclusive"]
        self._flow(ask)
        self._flow(gate)
        on = self._flow(out)
        self.lines += [f"{gate} exclusive default={on}", f'{gate}>{merge} {self.new("f")} [{ask} = "fail"]']

        def repeat(scope):
            act = lambda _value: Act(("do", inside(scope, ask)))  # noqa: E731
            once = bound(make(scope), act)
            return bound(once, lambda value: repeat(scope) if value == "fail" else Done())

        return repeat

    def _sub(self, piece):
        key, make = self._inner(piece)
        return lambda scope: scoped(make(inside(scope, key)))

    def _inner(self, piece, words="", error=""):
        key = self._element("s", f"sub 子 {words}")
        outer, last, self.lines = self.lines, self.last, []
        make = self._scope(piece, self.new("b"), error)
        self.inside[key] = "\n".join(self.lines)
        self.lines, self.last = outer, last
        return key, make

    def _call(self, piece):
        called = self.new("p")
        key = self._element("c", f"call 用 called={called}")
        outer, last, self.lines = self.lines, self.last, []
        make = self._scope(piece, self.new("b"))
        self.calls[called] = "\n".join(self.lines)
        self.lines, self.last = outer, last
        return lambda scope: scoped(make(inside(scope, key)))

    def _limited(self, piece, instead):
        key, make = self._inner(piece)
        late, merge, after = self.new("l"), self.new("x"), self.last
        self.lines += [f"{late} boundary 到期 at={key} timer=PT1H", f"{merge} exclusive"]
        other = self._add(instead, late)
        self._flow(merge)
        self.last = after
        self._flow(merge)
        return lambda scope: limited(
            scoped(make(inside(scope, key))), ("time", inside(scope, late)), lambda: other(scope)
        )

    def _beside(self, piece, beside):
        key, make = self._inner(piece)
        late, end, after = self.new("l"), self.new("e"), self.last
        self.lines += [f"{late} boundary 提醒 at={key} cycle=R2/PT1H stops=no", f"{end} end 完"]
        other = self._add(beside, late)
        self._flow(end)
        self.last = after
        return lambda scope: reminded(scoped(make(inside(scope, key))), ("time", inside(scope, late)), other)

    def _caught(self, piece, instead):
        key, make = self._inner(piece, error="wrong")
        caught, merge, after = self.new("l"), self.new("x"), self.last
        self.lines += [f"{caught} boundary 错 at={key} error=wrong", f"{merge} exclusive"]
        other = self._add(instead, caught)
        self._flow(merge)
        self.last = after
        self._flow(merge)
        return lambda scope: bound(
            scoped(make(inside(scope, key))), lambda value: other(scope) if value == "raised" else Done()
        )

    def _several(self, count, sequential, early, piece):
        words = f"count={count} {'sequential=yes' if sequential else ''} "
        if piece is None:
            key = self.new("t")
            early_words = f"done={key}.fail|>|0" if early else ""
            self.lines.append(f"{key} task 办 review r {words} {early_words}")
            self._flow(key)
            make = None
        else:
            early = False
            key, make = self._inner(piece, words)

        def one(scope, number):
            place = f"{inside(scope, key)}[{number}]"
            return Act(("do", place)) if make is None else scoped(make(place))

        enough = (lambda values: "fail" in values) if early else (lambda values: False)

        def following(scope, number, values):
            if number > count or enough(values):
                return Done()
            return bound(one(scope, number), lambda value: following(scope, number + 1, [*values, value]))

        if sequential:
            return lambda scope: following(scope, 1, [])
        return lambda scope: together([one(scope, number + 1) for number in range(count)], enough)

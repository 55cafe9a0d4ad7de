"""From words to a tree, by the grammar of DMN 1.5, chapter 10.3.1.2, as far as it is carried."""

from decimal import Decimal

from tongban.infrastructure.feel.rules import moments, nodes
from tongban.infrastructure.feel.rules.functions import FUNCTIONS, READERS, pattern_of
from tongban.infrastructure.feel.rules.nodes import SyntaxNode
from tongban.infrastructure.feel.rules.problems import refuse
from tongban.infrastructure.feel.rules.stream import DEFINED, Stream
from tongban.infrastructure.feel.rules.tokens import Lexeme
from tongban.infrastructure.kernel.problems import gettext_noop

DEEPEST = 40
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_CLOCKS = ("today", "now")
_CONSTANTS = {"true": True, "false": False, "null": None}


class Parser(Stream):
    """Reads one text; names are those that may be asked for, None for any."""

    # A whole text.
    def expression(self) -> SyntaxNode:
        node = self._any()
        if self.now.kind != "end":
            self.unexpected()
        return node

    def cell(self) -> nodes.Tests:
        if self.take("-") and self.now.kind == "end":
            return nodes.Tests(())
        self.at = 0
        self.local.append("?")
        if self.now.is_("not") and self.tokens[self.at + 1].is_("(") and self._closes_at_end(self.at + 1):
            self.at += 2
            tests = nodes.Tests(self._tests(), none_of_them=True)
            self.need(")")
        else:
            tests = nodes.Tests(self._tests())
        if self.now.kind != "end":
            self.unexpected()
        return tests

    def _closes_at_end(self, at: int) -> bool:
        depth = 0
        for index in range(at, len(self.tokens)):
            depth += self.tokens[index].is_("(") - self.tokens[index].is_(")")
            if not depth:
                return self.tokens[index + 1].kind == "end"
        return False

    # Tests of cells, and behind `in`.
    def _tests(self) -> tuple[nodes.Test, ...]:
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> nodes.Test:
        if sign := self.take(*_COMPARISONS):
            return nodes.Test(str(sign.value), self._sum())
        node = self._any()
        asks = any(isinstance(one, nodes.Name) and one.name == "?" for one in node.walk())
        whether = isinstance(node, nodes.And | nodes.Or | nodes.Compare | nodes.In) or (
            isinstance(node, nodes.Between) and node.subject is not None
        )
        return nodes.Test("?" if asks or whether else "", node)

    # Expressions, from what binds least to what binds most.
    def _any(self) -> SyntaxNode:
        if self.now.is_("if"):
            return self._if()
        return self._each() if self.now.is_("for", "some", "every") else self._or()

    def _if(self) -> SyntaxNode:
        self.need("if")
        condition = self._any()
        self.need("then")
        then = self._any()
        self.need("else")
        return nodes.If(condition, then, self._any())

    def _each(self) -> SyntaxNode:
        word = str(self.now.value)
        self.at += 1
        known = len(self.local)
        sources: list[tuple[str, SyntaxNode]] = []
        while True:
            name = self.now
            if name.kind != "name":
                self.unexpected()
            self.at += 1
            self.need("in")
            source = self._any()
            if self.take(".."):
                source = nodes.Steps(source, self._any())
            sources.append((str(name.value), source))
            self.local.append(str(name.value))
            if not self.take(","):
                break
        self.need("return" if word == "for" else "satisfies")
        self.rounds += 1
        body = self._any()
        self.rounds -= 1
        del self.local[known:]
        return nodes.Each(word, tuple(sources), body)

    def _or(self) -> SyntaxNode:
        node = self._and()
        while self.take("or"):
            node = nodes.Or(node, self._and())
        return node

    def _and(self) -> SyntaxNode:
        node = self._comparison()
        while self.take("and"):
            node = nodes.And(node, self._comparison())
        return node

    def _comparison(self) -> SyntaxNode:
        node = self._sum()
        if sign := self.take(*_COMPARISONS):
            node = nodes.Compare(str(sign.value), node, self._sum())
        elif self.take("between"):
            low = self._sum()
            self.need("and")
            node = nodes.Between(low, self._sum(), subject=node)
        elif self.take("in"):
            node = nodes.In(node, self._behind_in())
        elif self.now.is_("instance"):
            self.not_carried("instance of")
        if self.now.is_(*_COMPARISONS, "between", "in"):
            raise refuse(
                self.now.position,
                gettext_noop("Comparisons cannot be chained."),
                gettext_noop("Write a < b and b < c, or b between a and c."),
            )
        return node

    def _behind_in(self) -> nodes.Tests:
        """`in (tests)` or `in test`; a bracket may also begin a range: (1..5]."""
        before, known = self.at, len(self.local)
        self.local.append("?")
        if self.take("("):
            tests = self._tests()
            if self.take(")"):
                del self.local[known:]
                return nodes.Tests(tests)
            self.at = before
        if sign := self.take(*_COMPARISONS):
            test = nodes.Test(str(sign.value), self._sum())
        else:
            test = nodes.Test("", self._sum())
        del self.local[known:]
        return nodes.Tests((test,))

    def _sum(self) -> SyntaxNode:
        node = self._product()
        while sign := self.take("+", "-"):
            node = nodes.Calculate(str(sign.value), node, self._product())
        return node

    def _product(self) -> SyntaxNode:
        node = self._power()
        while sign := self.take("*", "/"):
            node = nodes.Calculate(str(sign.value), node, self._power())
        return node

    def _power(self) -> SyntaxNode:
        node = self._minus()
        while self.take("**"):
            node = nodes.Calculate("**", node, self._minus())
        return node

    def _minus(self) -> SyntaxNode:
        if not self.take("-"):
            return self._path()
        node = self._path()
        if isinstance(node, nodes.Constant) and isinstance(node.content, Decimal):
            return nodes.Constant(-node.content)
        return nodes.Minus(node)

    def _path(self) -> SyntaxNode:
        begun = self.now.position
        node = self._primary()
        while True:
            if self.take("."):
                key = self.now
                if key.kind != "name" or isinstance(node, nodes.Constant):
                    raise refuse(
                        begun,
                        gettext_noop("A value has no parts that can be named."),
                        gettext_noop("Write name.part, and ranges with two dots: [1..5]."),
                    )
                self.at += 1
                node = nodes.Path(node, str(key.value))
            elif self.now.is_("[") and not isinstance(node, nodes.Constant) and not self._closes():
                node = self._filter(node)
            else:
                return node

    def _filter(self, source: SyntaxNode) -> SyntaxNode:
        self.need("[")
        self.local.append("item")
        condition = self._any()
        self.local.pop()
        self.need("]")
        return nodes.Filter(source, condition)

    def _closes(self) -> bool:
        """Say whether this bracket is the open end of a range, ]1..limit[, and no filter."""
        after = self.tokens[self.at + 1]
        return after.kind == "end" or after.is_(",", ")", "]", "and", "or", "then", "else")

    def _primary(self) -> SyntaxNode:
        self.depth += 1
        if self.depth > DEEPEST:
            raise refuse(
                self.now.position,
                gettext_noop("The expression is nested too deeply."),
                gettext_noop("Split it into several."),
            )
        node = self._value()
        self.depth -= 1
        return node

    def _value(self) -> SyntaxNode:
        token = self.now
        opening = {
            "[": self._list_or_range,
            "(": self._bracket,
            "]": lambda: self._range(self._sum(), with_low=False),
            "{": self._context,
        }.get(str(token.value) if token.kind == "sign" else "")
        if token.kind == "end":
            self.unexpected()
        if token.is_("function"):
            self.not_carried("function", token)
        self.at += 1
        if opening:
            return opening()
        if token.kind in {"number", "text"}:
            return nodes.Constant(token.value)
        if token.kind == "moment":
            return self._moment(token)
        if token.kind == "word" and token.value in _CONSTANTS:
            return nodes.Constant(_CONSTANTS[str(token.value)])
        return self._named(token)

    def _named(self, token: Lexeme) -> SyntaxNode:
        if self.now.is_("(") and (token.kind == "name" or token.is_("not")):
            return self._call(token)
        if token.is_("?") and "?" in self.local:
            return nodes.Name("?", local=True)
        if token.kind != "name":
            self.at -= 1
            self.unexpected()
        return self._name(token)

    def _name(self, token: Lexeme) -> SyntaxNode:
        name = str(token.value)
        local = name in self.local
        if name == "partial" and self.rounds and not local:
            self.not_carried("partial", token)
        if self.names is not None and not local and name not in self.names:
            raise refuse(
                token.position,
                gettext_noop("Nothing is called “%(name)s” here."),
                gettext_noop(
                    "Correct the name; texts are written between quotation marks, members of a list are item.key."
                ),
                name=name,
            )
        return nodes.Name(name, local)

    def _moment(self, token: Lexeme) -> SyntaxNode:
        value = moments.any_of_them(str(token.value))
        if value is None:
            self.no_constant(token, "@")
        return nodes.Constant(value)

    def _bracket(self) -> SyntaxNode:
        node = self._any()
        if self.now.is_(".."):
            return self._range(node, with_low=False)
        self.need(")")
        return node

    def _list_or_range(self) -> SyntaxNode:
        items: list[SyntaxNode] = []
        if self.take("]"):
            return nodes.Listed(())
        while True:
            items.append(self._any())
            if len(items) == 1 and self.now.is_(".."):
                return self._range(items[0], with_low=True)
            if not self.take(","):
                break
        self.need("]")
        return nodes.Listed(tuple(items))

    def _range(self, low: SyntaxNode, with_low: bool) -> SyntaxNode:
        self.need("..")
        high = self._sum()
        closing = self.take("]", ")", "[")
        if closing is None:
            self.unexpected("]")
        node = nodes.Between(low, high, with_low, closing.value == "]")
        if isinstance(low, nodes.Constant) and isinstance(high, nodes.Constant):
            value = node.value(nodes.Scope({}))
            if value is None:
                raise refuse(
                    closing.position,
                    gettext_noop("The two ends of the range are of different types."),
                    gettext_noop("Write two numbers, two dates or two texts."),
                )
        return node

    def _context(self) -> SyntaxNode:
        entries: list[tuple[str, SyntaxNode]] = []
        known = len(self.local)
        while not self.take("}"):
            if entries:
                self.need(",")
            key = self.now
            if key.kind not in {"name", "text"}:
                self.unexpected()
            self.at += 1
            self.need(":")
            if key.value in dict(entries):
                raise refuse(
                    key.position,
                    gettext_noop("The context names “%(name)s” twice."),
                    gettext_noop("Give each entry its own name."),
                    name=key.value,
                )
            entries.append((str(key.value), self._any()))
            self.local.append(str(key.value))
        del self.local[known:]
        return nodes.Context(tuple(entries))

    def _call(self, token: Lexeme) -> SyntaxNode:
        name = str(token.value)
        function = FUNCTIONS.get(name)
        if function is None and name not in (*_CLOCKS, DEFINED):
            raise refuse(
                token.position,
                gettext_noop("The function “%(name)s” is not supported."),
                gettext_noop("Supported are: %(known)s."),
                name=name,
                known=", ".join(sorted([*FUNCTIONS, *_CLOCKS, DEFINED])),
            )
        arguments = self._arguments()
        if function is None:
            return self._special(token, name, arguments)
        if not function.least <= len(arguments) <= (function.most or len(arguments)):
            self.wrong_number(token, name)
        call = nodes.Call(function, arguments)
        if name == "matches":
            self._must_be_pattern(token, arguments)
        fixed = name in READERS and all(isinstance(one, nodes.Constant) for one in arguments)
        if fixed and call.value(nodes.Scope({})) is None:
            self.no_constant(token, name)
        return call

    def _must_be_pattern(self, token: Lexeme, arguments: tuple[SyntaxNode, ...]) -> None:
        texts = [one.content if isinstance(one, nodes.Constant) else None for one in arguments[1:]]
        if not all(isinstance(text, str) for text in texts) or pattern_of(*map(str, texts)) is None:
            raise refuse(
                token.position,
                gettext_noop("The pattern of matches(…) cannot be used."),
                gettext_noop("Write it as a text of at most 200 characters, without look-around and back-references."),
            )

    def _special(self, token: Lexeme, name: str, arguments: tuple[SyntaxNode, ...]) -> SyntaxNode:
        if len(arguments) != (name not in _CLOCKS):
            self.wrong_number(token, name)
        if name in _CLOCKS:
            return nodes.Clock(name)
        operand = arguments[0]
        if not isinstance(operand, nodes.Name | nodes.Path):
            self.wrong_number(token, name)
        return nodes.Defined(operand)

    def _arguments(self) -> tuple[SyntaxNode, ...]:
        self.need("(")
        arguments: list[SyntaxNode] = []
        while not self.take(")"):
            if arguments:
                self.need(",")
            if self.now.kind == "name" and self.tokens[self.at + 1].is_(":"):
                self.not_carried(f"{self.now.value}:")
            arguments.append(self._any())
        return tuple(arguments)

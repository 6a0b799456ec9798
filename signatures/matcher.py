"""The matcher: a pack compiled once, and asked about one trace after another.

Each indicator hangs on one of its conditions. Where one compares for equality the indicator is
found through a dict by field and value. Where one says how the text begins, all such beginnings
of a field are asked about in one step, which nearly every text fails. The few others are tried
one after another. Arguments are many and long: an indicator hangs on them only if it must.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from signatures.hit import Hit
from signatures.modifiers import Compare, beginning, compared, fold
from signatures.pack import Pack
from signatures.shape import STRENGTHS, Condition, Indicator, Signature
from signatures.traces import FIELDS, TRACES, ProcessImage
from signatures.words import ground
from wire.trace import Trace

REMEMBERED = 8192
"""How many traces a matcher remembers at most; only their hashes, never their text."""
SHARED_BY_MANY = frozenset({"vendor_id", "product_id", "speed_mbps", "maker", "week", "year"})


@dataclass(frozen=True, slots=True)
class _Test:
    field: str
    values: tuple[tuple[str, Compare], ...]

    def matched(self, text: str) -> str:
        """The first value that the text compares well with, or empty."""
        for value, compare in self.values:
            if compare(text):
                return value
        return ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One indicator: `order` is its place in the pack, by which hits are sorted."""

    order: tuple[int, int]
    signature: Signature
    indicator: Indicator
    tests: tuple[_Test, ...]


class _Texts(dict[str, tuple[str, ...]]):
    """A trace's fields as folded texts, each folded when first asked for."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        super().__init__()
        self.fields = fields

    def __missing__(self, field: str) -> tuple[str, ...]:
        value = self.fields.get(field)
        texts = (fold(value),) if isinstance(value, str) else tuple(_texts(value))
        self[field] = texts
        return texts


class _Kind:
    """All rules of one kind of trace."""

    def __init__(self) -> None:
        self.exact: dict[str, dict[str, list[_Rule]]] = {}
        self.begun: dict[str, tuple[str, ...]] = {}
        self.beginning: dict[str, list[tuple[_Test, _Rule]]] = {}
        self.held: dict[str, list[tuple[str, _Rule]]] = {}
        self.other: list[tuple[_Test, _Rule]] = []

    def add(self, rule: _Rule) -> None:
        condition, test = max(
            zip(rule.indicator.conditions, rule.tests, strict=True), key=lambda each: _rank(each[0])
        )
        beginnings = tuple(beginning(condition.how, value) for value in condition.values)
        if condition.how == "is":
            values = self.exact.setdefault(condition.field, {})
            for value in beginnings:
                values.setdefault(value, []).append(rule)
        elif all(beginnings):
            begun = self.begun.get(condition.field, ())
            self.begun[condition.field] = (*begun, *beginnings)
            self.beginning.setdefault(condition.field, []).append((test, rule))
        elif condition.how == "contains":
            held = self.held.setdefault(condition.field, [])
            held.extend((fold(value), rule) for value in condition.values)
        else:
            self.other.append((test, rule))

    def candidates(self, texts: _Texts) -> Iterator[_Rule]:
        """The rules whose anchor holds, some perhaps twice."""
        for field, values in self.exact.items():
            for text in texts[field]:
                yield from values.get(text, ())
        for field, begun in self.begun.items():
            for text in texts[field]:
                if text.startswith(begun):
                    yield from (rule for test, rule in self.beginning[field] if test.matched(text))
        yield from self._tried(texts)

    def _tried(self, texts: _Texts) -> Iterator[_Rule]:
        for field, held in self.held.items():
            for text in texts[field]:
                for value, rule in held:
                    if value in text:
                        yield rule
        for test, rule in self.other:
            if any(test.matched(text) for text in texts[test.field]):
                yield rule


class Matcher:
    """Says which signatures of a pack recognise a trace, on which grounds, how surely."""

    def __init__(self, pack: Pack, remembered: int = REMEMBERED) -> None:
        self._kinds = {kind: _Kind() for kind in FIELDS}
        for rule in _rules(pack.signatures):
            self._kinds[rule.indicator.kind].add(rule)
        self._sessions = {
            signature.id: tuple(_test(condition) for condition in signature.session.process)
            for signature in pack.signatures
            if signature.session.process
        }
        self._half = max(remembered // 2, 1)
        self._young: dict[int, tuple[Hit, ...]] = {}
        self._old: dict[int, tuple[Hit, ...]] = {}

    def hits(self, kind: str, fields: Mapping[str, object]) -> tuple[Hit, ...]:
        """The hits of a trace or row given by its kind and fields, in the order of the pack."""
        rules = self._kinds.get(kind)
        if rules is None:
            return ()
        texts = _Texts(fields)
        found: dict[tuple[int, int], tuple[_Rule, str]] = {}
        for rule in rules.candidates(texts):
            if rule.order not in found:
                values = _matched(rule.tests, texts)
                if values is not None:
                    found[rule.order] = rule, ground(rule.indicator, values)
        return tuple(_hits(found[order] for order in sorted(found))) if found else ()

    def hits_of(self, trace: Trace) -> tuple[Hit, ...]:
        """The hits of a trace; one seen lately is not looked at again."""
        key = hash((trace.kind, _values_of[trace.kind](trace)))
        known = self._young.get(key)
        if known is None:
            known = self._old.get(key)
            if known is None:
                known = self.hits(trace.kind, trace.fields())
            self._remember(key, known)
        return known

    def in_session(self, signature: str, trace: ProcessImage) -> bool:
        """Whether this process is one that lives only during a session of the tool."""
        tests = self._sessions.get(signature)
        return tests is not None and _matched(tests, _Texts(trace.fields())) is not None

    def _remember(self, key: int, hits: tuple[Hit, ...]) -> None:
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = hits


_values_of = {trace.kind: attrgetter(*trace.__slots__) for trace in TRACES}


def _rules(signatures: Iterable[Signature]) -> Iterator[_Rule]:
    for place, signature in enumerate(signatures):
        for nth, indicator in enumerate(signature.indicators):
            tests = tuple(_test(condition) for condition in indicator.conditions)
            yield _Rule((place, nth), signature, indicator, tests)


def _test(condition: Condition) -> _Test:
    return _Test(
        condition.field,
        tuple((value, compared(condition.how, value)) for value in condition.values),
    )


def _rank(condition: Condition) -> tuple[bool, bool, bool]:
    """How well an indicator hangs on a condition: few traces should get past it, at little cost."""
    return (
        condition.field != "arguments",
        condition.how == "is",
        condition.field not in SHARED_BY_MANY,
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, int | float):
        yield f"{value:g}"
    elif isinstance(value, Iterable):
        yield from (fold(item) for item in value if isinstance(item, str))


def _matched(tests: tuple[_Test, ...], texts: _Texts) -> tuple[str, ...] | None:
    values = []
    for test in tests:
        value = next(filter(None, map(test.matched, texts[test.field])), None)
        if value is None:
            return None
        values.append(value)
    return tuple(values)


def _hits(found: Iterable[tuple[_Rule, str]]) -> Iterator[Hit]:
    """One hit for each signature; its grounds from the strongest to the weakest."""
    by_signature: dict[str, list[tuple[_Rule, str]]] = {}
    for rule, words in found:
        by_signature.setdefault(rule.signature.id, []).append((rule, words))
    for grounds in by_signature.values():
        grounds.sort(key=lambda each: STRENGTHS.index(each[0].indicator.strength))
        best, _ = grounds[0]
        yield Hit(
            signature=best.signature.id,
            name=best.signature.name,
            role=best.signature.role,
            strength=best.indicator.strength,
            grounds=tuple(dict.fromkeys(words for _, words in grounds)),
        )

"""The loader: signatures from YAML, or every fault of every file, each with its line.

Not for the laptop, which reads pack.json.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import yaml

from signatures.faults import (
    BadPattern,
    DuplicateId,
    Fault,
    Faults,
    MatchedMiss,
    MissedMatch,
    MissingExample,
    MissingKey,
    MissingReference,
    UnknownField,
    UnknownKind,
    Unreadable,
    WrongId,
    WrongShape,
    WrongWord,
)
from signatures.hit import Role
from signatures.matcher import Matcher
from signatures.modifiers import fault as pattern_fault
from signatures.nodes import Page, line_of
from signatures.pack import Pack, packed
from signatures.shape import (
    CERTAINTIES,
    HOWS,
    SESSIONS,
    STRENGTHS,
    SYSTEMS,
    UNATTENDED,
    Certainty,
    Condition,
    Example,
    How,
    Indicator,
    Session,
    Signature,
    Unattended,
)
from signatures.traces import FIELDS, TRACES
from signatures.words import LABELS

ROLES: tuple[Role, ...] = get_args(Role)
TYPES = {trace.kind: get_type_hints(trace) for trace in TRACES}
NEEDS = ("id", "name", "role", "technique", "references", "match", "examples")
MAY = ("session", "unattended")
OF_INDICATOR = ("kind", "strength", "certainty", "os", "ground")
PORTS = range(1, 65536)


@dataclass(frozen=True)
class _Read:
    """One file's signature, with the lines of its examples for later faults."""

    signature: Signature
    file: str
    examples: tuple[int, ...]


def load_all(folder: Path) -> Pack:
    """All signatures below the folder as a pack, or raises Faults."""
    return packed(read_all(folder))


def read_all(folder: Path) -> tuple[Signature, ...]:
    """All signatures below the folder with their examples, ordered by id, or raises Faults."""
    faults: list[Fault] = []
    read: list[_Read] = []
    pages: list[Page] = []
    for path in sorted(folder.glob("*/*.yaml")):
        page = Page(path.relative_to(folder).as_posix())
        read.extend(_read(page, path))
        pages.append(page)
        faults.extend(page.faults)
    if not pages:
        faults.append(Unreadable(str(folder), 1, "no signature here: FAMILY/TOOL.yaml is expected"))
    faults.extend(_duplicates(pages))
    for each in read:
        faults.extend(_unproven(each))
    if faults:
        raise Faults(faults)
    return tuple(sorted((each.signature for each in read), key=lambda signature: signature.id))


def _duplicates(pages: Iterable[Page]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for page in pages:
        other = first.setdefault(page.id, page.file)
        if page.id and other != page.file:
            what = f"the id {page.id} is already in {other}"
            yield DuplicateId(page.file, page.id_line, what)


def _unproven(read: _Read) -> Iterator[Fault]:
    """The signature's own examples, held against it."""
    matcher = Matcher(packed([read.signature]), remembered=1)
    for example, line in zip(read.signature.examples, read.examples, strict=True):
        hits = matcher.hits(example.kind, example.fields)
        if example.matches and not hits:
            yield MissedMatch(read.file, line, "this example of a match does not match")
        elif example.matches and example.strength not in {None, hits[0].strength}:
            what = f"this example matches {hits[0].strength}, not {example.strength}"
            yield MissedMatch(read.file, line, what)
        elif hits and not example.matches:
            what = f"this example of a miss matches: {'; '.join(hits[0].grounds)}"
            yield MatchedMiss(read.file, line, what)


def _read(page: Page, path: Path) -> Iterator[_Read]:
    """The page's signature if it could be made out; what is wrong with it is noted on the page."""
    root = page.parse(path)
    if root is None:
        return
    keys = page.known_map(root, "a signature", needs=NEEDS, may=MAY)
    if not keys:
        return
    page.id, page.id_line = page.text(keys.get("id"), "id"), line_of(keys.get("id"))
    due = f"{path.parent.name}.{path.stem}"
    if "id" in keys and page.id != due:
        page.note(WrongId, keys["id"], f"the id of this file is {due}, not {page.id}")
    indicators = tuple(_indicators(page, keys.get("match")))
    examples = tuple(_examples(page, keys.get("examples"), indicators))
    signature = Signature(
        id=page.id,
        name=page.text(keys.get("name"), "name"),
        role=page.word(keys.get("role"), ROLES, "role") or "context",
        technique=page.text(keys.get("technique"), "technique"),
        references=_references(page, keys.get("references")),
        indicators=indicators,
        session=_session(page, keys.get("session")),
        unattended=_unattended(page, keys.get("unattended")),
        examples=tuple(example for example, _ in examples),
    )
    if signature.role == "control" and any(each.kind == "process.image" for each in indicators):
        for key in ("session", "unattended"):
            if key not in keys:
                page.note(MissingKey, root, f"a control tool says its {key}, if only unknown")
    if page.faults:
        return
    yield _Read(signature, page.file, tuple(line for _, line in examples))


def _references(page: Page, node: yaml.Node | None) -> tuple[str, ...]:
    references = page.texts(node, "references")
    if node is not None and not all(reference.strip() for reference in references or ("",)):
        page.note(MissingReference, node, "say where it was learnt: a URL, repo:path, or LOLRMM")
    return references


def _indicators(page: Page, node: yaml.Node | None) -> Iterator[Indicator]:
    for item in page.items(node, "match"):
        keys = page.map(item, "an indicator")
        if not keys:
            continue
        kind = _kind(page, item, keys)
        for key in ("strength", "certainty"):
            if key not in keys:
                page.note(MissingKey, item, f"an indicator has a {key}")
        conditions = tuple(_conditions(page, kind, keys)) if kind else ()
        if kind and not conditions:
            page.note(MissingKey, item, "an indicator asks for at least one field")
        systems = tuple(
            system
            for each in page.items(keys.get("os"), "os")
            if (system := page.word(each, SYSTEMS, "os"))
        )
        if kind in {"file.path", "service.unit"} and "os" not in keys:
            page.note(MissingKey, item, f"an indicator of {kind} says its os")
        ground = page.text(keys.get("ground"), "ground")
        if not ground and any(condition.how == "re" for condition in conditions):
            page.note(MissingKey, item, "an indicator with an expression says its ground in words")
        yield Indicator(
            kind=kind,
            conditions=conditions,
            strength=page.word(keys.get("strength"), STRENGTHS, "strength") or "context",
            certainty=page.word(keys.get("certainty"), CERTAINTIES, "certainty") or "recalled",
            os=systems,
            ground=ground,
        )


def _kind(page: Page, item: yaml.Node, keys: Mapping[str, yaml.Node]) -> str:
    if "kind" not in keys:
        page.note(MissingKey, item, "kind is missing")
        return ""
    kind = page.text(keys["kind"], "kind")
    if kind not in FIELDS:
        what = f"no sensor makes {kind or 'a trace without a name'}; known are {', '.join(FIELDS)}"
        page.note(UnknownKind, keys["kind"], what)
        return ""
    return kind


def _conditions(page: Page, kind: str, keys: Mapping[str, yaml.Node]) -> Iterator[Condition]:
    """`name`, `path|glob`, `interface_strings|all`: a field, and how it is compared."""
    for key, node in keys.items():
        if key in OF_INDICATOR:
            continue
        field, _, modifier = key.partition("|")
        if (kind, field) not in LABELS:
            what = f"{kind} has no {field}; it has {', '.join(sorted(FIELDS[kind]))}"
            page.note(UnknownField, node, what)
            continue
        how = _how(page, node, modifier)
        values = tuple(_values(page, how, node, field))
        if modifier == "all":
            yield from (Condition(field=field, values=(value,)) for value in values)
        elif values:
            yield Condition(field=field, how=how, values=values)


def _how(page: Page, node: yaml.Node, modifier: str) -> How:
    if modifier in {"", "all"}:
        return "is"
    for how in HOWS:
        if how == modifier:
            return how
    page.note(WrongWord, node, f"{modifier} is no way to compare: {', '.join(HOWS)}, all")
    return "is"


def _values(page: Page, how: How, node: yaml.Node, field: str) -> Iterator[str]:
    for item in page.items(node, field):
        value = page.text(item, field)
        if why := pattern_fault(how, value):
            page.note(BadPattern, item, why)
        else:
            yield value


def _session(page: Page, node: yaml.Node | None) -> Session:
    if node is None:
        return Session()
    may = ("ports", "process", "logs", "certainty", "reference")
    keys = page.known_map(node, "session", needs=("shows",), may=may)
    shows = page.word(keys.get("shows"), SESSIONS, "shows") or "unknown"
    process: tuple[Condition, ...] = ()
    if "process" in keys:
        process = tuple(
            _conditions(page, "process.image", page.map(keys["process"], "session process"))
        )
    if shows == "process" and not process:
        page.note(MissingKey, node, "a session that shows as a process says which")
    return Session(
        shows=shows,
        ports=tuple(_ports(page, keys.get("ports"))),
        process=process,
        logs=page.texts(keys.get("logs"), "logs"),
        certainty=_sure(page, node, keys, shows),
        reference=page.text(keys.get("reference"), "reference"),
    )


def _unattended(page: Page, node: yaml.Node | None) -> Unattended:
    if node is None:
        return Unattended()
    may = ("files", "line", "certainty", "reference")
    keys = page.known_map(node, "unattended", needs=("shows",), may=may)
    shows = page.word(keys.get("shows"), UNATTENDED, "shows") or "unknown"
    files = page.texts(keys.get("files"), "files")
    if shows == "file" and not files:
        page.note(MissingKey, node, "unattended access that shows as a file says which")
    return Unattended(
        shows=shows,
        files=files,
        line=page.text(keys.get("line"), "line"),
        certainty=_sure(page, node, keys, shows),
        reference=page.text(keys.get("reference"), "reference"),
    )


def _sure(page: Page, node: yaml.Node, keys: Mapping[str, yaml.Node], shows: str) -> Certainty:
    certainty = page.word(keys.get("certainty"), CERTAINTIES, "certainty")
    if shows != "unknown" and "certainty" not in keys:
        page.note(MissingKey, node, "what shows has a certainty")
    if certainty == "read" and "reference" not in keys:
        page.note(MissingReference, node, "what was read has a reference")
    return certainty or "recalled"


def _ports(page: Page, node: yaml.Node | None) -> Iterator[int]:
    for item in page.items(node, "ports"):
        text = page.text(item, "ports")
        if text.isascii() and text.isdigit() and int(text[:6]) in PORTS:
            yield int(text)
        else:
            page.note(WrongShape, item, f"a port is a number from 1 to 65535, not {text}")


def _examples(
    page: Page, node: yaml.Node | None, indicators: tuple[Indicator, ...]
) -> Iterator[tuple[Example, int]]:
    """Each example with its line; its kind may be left out where there is only one."""
    if node is None:
        return
    keys = page.known_map(node, "examples", needs=(), may=("match", "miss"))
    kinds = sorted({indicator.kind for indicator in indicators})
    for key in ("match", "miss"):
        items = tuple(page.items(keys.get(key), key))
        if not items:
            page.note(MissingExample, node, f"at least one {key} is given as an example")
        for item in items:
            fields = page.map(item, "an example")
            if not isinstance(item, yaml.MappingNode):
                continue
            kind = kinds[0] if "kind" not in fields and len(kinds) == 1 else ""
            kind = kind or _kind(page, item, fields)
            if kind:
                strength = page.word(fields.get("strength"), STRENGTHS, "strength")
                values = dict(_fields(page, kind, fields))
                matches = key == "match"
                example = Example(kind=kind, fields=values, matches=matches, strength=strength)
                yield example, line_of(item)


def _fields(
    page: Page, kind: str, keys: Mapping[str, yaml.Node]
) -> Iterator[tuple[str, str | float | tuple[str, ...]]]:
    for field, node in keys.items():
        if field in {"kind", "strength"}:
            continue
        if field not in FIELDS[kind]:
            page.note(UnknownField, node, f"{kind} has no {field}")
        elif TYPES[kind][field] == tuple[str, ...]:
            yield field, page.texts(node, field)
        elif TYPES[kind][field] is str:
            yield field, page.text(node, field)
        else:
            yield field, _number(page, node, field)


def _number(page: Page, node: yaml.Node, field: str) -> float:
    text = page.text(node, field)
    try:
        return float(text)
    except ValueError:
        page.note(WrongShape, node, f"{field} is a number, not {text}")
        return 0.0

"""Draft the message types of one OCPP version from its official JSON schemas.

The drafts are committed and from then on owned: this tool shows how they came about and helps with a new edition of the
specification. It reads names and limits from the schemas in the PyPI package ``ocpp``, never their descriptions; the
sentences are ours and stand in ``message_words.toml``. The schemas of 2.0 are those of an older ``ocpp``, which
``tools/setup test`` puts beside the environment.

Usage: ``python tools/draft_messages.py v21|v201|v20|v16 FOLDER``, where the folder is, say,
``/tmp/draft/src/pluglot/messages``; then compare with what is committed.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import message_plan as plan

Schema = dict[str, Any]
HERE = Path(__file__).parent
BASE = "pluglot.messages.base"
# Objects of 2.0 may have members that no schema names.
BASES = {"v20": "pluglot.dialects.ocpp20.wire.base"}
SCALARS = "pluglot.messages.scalars"


@dataclass
class Field:
    """One member of a message or data type, as it will be written."""

    wire: str
    name: str
    type: str
    required: bool
    shape: Any
    uses: set[str] = field(default_factory=set)
    ranged: bool = False


@dataclass
class Draft:
    """One class to be written: an enum (``values``) or a Struct (``fields``)."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    action: str = ""
    home: str = ""

    @property
    def uses(self) -> set[str]:
        """Names of the other drafted classes this one mentions."""
        return set().union(*(f.uses for f in self.fields)) if self.fields else set()


def snake(wire: str) -> str:
    """Python name of a wire name: ``evMinV2XEnergyRequest`` becomes ``ev_min_v2x_energy_request``."""
    if wire in plan.FIELD_NAMES:
        return plan.FIELD_NAMES[wire]
    plain = wire.replace("SoC", "Soc").replace("soC", "soc").replace("soH", "soh").replace("V2X", "V2x")
    plain = plain.replace("EMAIDs", "Emaids")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain).lower().replace("__", "_")


def camel(name: str) -> str:
    """What msgspec's ``rename="camel"`` makes of a Python name."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def member(value: str) -> str:
    """Name of an enum member: ``Energy.Active.Import.Register`` becomes ``ENERGY_ACTIVE_IMPORT_REGISTER``."""
    if value in plan.MEMBERS:
        return plan.MEMBERS[value]
    plain = value.replace("V2G", "V2g").replace("V2X", "V2x").replace("SoC", "Soc")
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    return re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9]", "_", plain)).upper()


def number(value: float) -> str:
    """A bound as ``Decimal`` takes it without loss."""
    return str(int(value)) if value == int(value) else f'"{value}"'


def by_case(name: str) -> tuple[int, list[str | int]]:
    """Sort as ``__all__`` is sorted: constants, classes, functions, and numbers by their size."""
    rank = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return rank, [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def schema_folder(version: str) -> Path:
    """Where the schemas of a version are."""
    if version == "v20":
        return Path(sys.prefix) / "schemas-v20" / "ocpp" / version / "schemas"
    spec = find_spec("ocpp")
    if spec is None or spec.origin is None:
        raise SystemExit("the PyPI package `ocpp` is not installed")
    return Path(spec.origin).parent / version / "schemas"


class Drafter:
    """Reads the schemas of one version and knows every class they need."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.actions = plan.ACTIONS_BY_VERSION[version]
        self.drafts: dict[str, Draft] = {}
        self.schema_names: dict[str, str] = {}
        self.reach: dict[str, set[str]] = defaultdict(set)
        self.letters: dict[str, set[str]] = defaultdict(set)
        self.folder = schema_folder(version)
        for path in sorted(self.folder.glob("*.json")):
            self._message(path)
        self._settle_homes()

    def _message(self, path: Path) -> None:
        schema: Schema = json.loads(path.read_text(encoding="utf-8-sig"))
        stem = path.stem.removesuffix("_v1p0")
        action = stem.removesuffix("Response").removesuffix("Request")
        response = stem.endswith("Response")
        name = f"{action}{'Response' if response else 'Request'}"
        draft = Draft(name, "Response" if response else "Request", action=action)
        self._fields(draft, schema, schema.get("definitions", {}))
        self.drafts[name] = draft

    def _fields(self, draft: Draft, schema: Schema, definitions: Schema) -> None:
        required = set(schema.get("required", ()))
        for wire, part in schema.get("properties", {}).items():
            one = Field(wire, snake(wire), "", wire in required, None)
            one.type, one.shape = self._type(draft.name, wire, part, definitions, one)
            draft.fields.append(one)
        draft.fields.sort(key=lambda f: (not f.required, f.wire == "customData"))

    def _type(self, owner: str, wire: str, part: Schema, definitions: Schema, one: Field) -> tuple[str, Any]:
        if "$ref" in part:
            schema_name = part["$ref"].rsplit("/", 1)[1]
            if schema_name == "CustomDataType":
                return "CustomData", "CustomData"
            return self._definition(schema_name, definitions, f"{owner}.{wire}", one)
        if "type" not in part:
            return "Any", "Any"  # DataTransfer carries whatever two vendors agreed on
        if part["type"] == "array":
            return self._array(owner, wire, part, definitions, one)
        if "enum" in part or part["type"] == "object":
            return self._register(self._inline_name(owner, wire), part, definitions, one)
        return self._scalar(wire, part, one)

    def _inline_name(self, owner: str, wire: str) -> str:
        return plan.INLINE_NAMES[self.version][f"{owner}.{wire}"]

    def _definition(self, schema_name: str, definitions: Schema, where: str, one: Field) -> tuple[str, Any]:
        default = schema_name.removesuffix("EnumType").removesuffix("Type")
        usual = default if self.version == "v16" else plan.NAMES.get(schema_name, default)
        name = plan.PLACES[self.version].get(where, usual)
        if self.schema_names.setdefault(name, schema_name) != schema_name and self.version != "v16":
            raise SystemExit(f"{schema_name} and {self.schema_names[name]} would both be {name}: name one in the plan")
        return self._register(name, definitions[schema_name], definitions, one)

    def _register(self, name: str, part: Schema, definitions: Schema, one: Field) -> tuple[str, Any]:
        one.uses.add(name)
        known = self.drafts.get(name)
        draft = Draft(name, "Enum" if "enum" in part else "DataType")
        if "enum" in part:
            draft.values = list(part["enum"])
        else:
            self._fields(draft, part, definitions)
        if known is None:
            self.drafts[name] = draft
        elif name not in plan.KNOWN_DIFFERENCES.get(self.version, ()) and self.shape(known) != self.shape(draft):
            raise SystemExit(f"two shapes for {name} in {self.version}")
        return name, ("ref", name)

    def _array(self, owner: str, wire: str, part: Schema, definitions: Schema, one: Field) -> tuple[str, Any]:
        inner, shape = self._type(owner, wire, part["items"], definitions, one)
        low, high = part.get("minItems"), part.get("maxItems")
        if low == 1 and high is None:
            text = f"OneOrMore[{inner}]"
        elif low is None and high is None:
            text = f"tuple[{inner}, ...]"
        else:
            limits = [f"min_length={low}"] if low is not None else []
            limits += [f"max_length={high}"] if high is not None else []
            text = f"Annotated[tuple[{inner}, ...], Meta({', '.join(limits)})]"
        return text, ("array", shape, low, high)

    def _scalar(self, wire: str, part: Schema, one: Field) -> tuple[str, Any]:
        kind = part["type"]
        limits = tuple(
            sorted((k, v) for k, v in part.items() if k in {"maxLength", "minimum", "maximum", "multipleOf"})
        )
        shape = (kind, part.get("format"), limits)
        bound = part.get("maxLength", part.get("minimum"))
        alias = plan.ALIASES.get((wire, kind, int(bound) if bound is not None else None))
        if alias and "maximum" not in part and self.version != "v16":
            return alias, shape
        if kind == "string":
            if part.get("format") == "date-time":
                return "Timestamp", shape
            return (f"String{part['maxLength']}" if "maxLength" in part else "str"), shape
        if kind == "integer":
            return self._integer(part), shape
        if kind == "number":
            words = {"minimum": "minimum", "maximum": "maximum", "multipleOf": "multiple_of"}
            args = [f"{words[k]}=Decimal({number(v)})" for k, v in limits]
            one.ranged = bool(args)
            return (f"Annotated[Decimal, Range({', '.join(args)})]" if args else "Decimal"), shape
        return "bool", shape

    @staticmethod
    def _integer(part: Schema) -> str:
        low, high = part.get("minimum"), part.get("maximum")
        if low is None and high is None:
            return "int"
        if (low, high) == (0, None):
            return "NonNegative"
        if (low, high) == (0, 100):
            return "Percentage"
        limits = [f"ge={low:g}"] if low is not None else []
        limits += [f"le={high:g}"] if high is not None else []
        return f"Annotated[int, Meta({', '.join(limits)})]"

    def shape(self, draft: Draft) -> Any:
        """Everything the schema says about a class, nested, to compare versions."""

        def full(part: Any) -> Any:
            if isinstance(part, tuple) and part and part[0] == "ref":
                return part[1], self.shape(self.drafts[part[1]])
            return tuple(full(p) for p in part) if isinstance(part, tuple) else part

        if draft.kind == "Enum":
            return frozenset(draft.values)
        return frozenset((f.wire, f.required, full(f.shape)) for f in draft.fields)

    def _closure(self, name: str) -> set[str]:
        seen: set[str] = set()
        todo = [name]
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += self.drafts[one].uses
        return seen

    def _module(self, letter: str, action: str) -> str:
        block = plan.BLOCKS[letter]
        if self.version != "v16":
            for part, actions in plan.PARTS.get(block, {}).items():
                if action in actions.split():
                    return f"{block}.{part}"
        return block

    def _settle_homes(self) -> None:
        for letter, senders in self.actions.items():
            for action in " ".join(senders.values()).split():
                for name in (f"{action}Request", f"{action}Response"):
                    if name in self.drafts:
                        for one in self._closure(name):
                            self.reach[one].add(self._module(letter, action))
                            self.letters[one].add(letter)
        for name, draft in self.drafts.items():
            homes = self.reach[name]
            draft.home = next(iter(homes)) if len(homes) == 1 else "types"
        for home, names in (plan.HOMES_16 if self.version == "v16" else plan.HOMES).items():
            for name in names.split():
                if name in self.drafts:
                    self.drafts[name].home = home


class Words:
    """Our own sentences for classes, fields and files."""

    def __init__(self, drafter: Drafter) -> None:
        table = tomllib.loads((HERE / "message_words.toml").read_text())
        special = table.get(drafter.version, {})
        self.drafter = drafter
        self.classes: dict[str, str] = {**table["classes"], **special.get("classes", {})}
        self.fields: dict[str, str] = {**table["fields"], **special.get("fields", {})}
        self.use_cases: dict[str, str] = special.get("use_cases", table["use_cases"])

    def sentence(self, draft: Draft) -> str:
        """The docstring of a class: what it is, and the use case or blocks it belongs to."""
        if draft.action:
            where = self.use_cases[draft.action]
        else:
            where = ", ".join(sorted(self.drafter.letters[draft.name]))
            if self.drafter.version == "v16" or len(where) > len("A, B, C"):
                where = ""
        return f"{self.classes[draft.name]} ({where})." if where else f"{self.classes[draft.name]}."

    def note(self, draft: Draft, one: Field) -> str | None:
        """The note above a field: its unit, its default, or what is easily taken wrongly."""
        return self.fields.get(f"{draft.name}.{one.name}", self.fields.get(one.name))

    def file(self, module: str) -> str:
        """The docstring of a block's file."""
        return self.classes[f"messages.{module}"]

    def package(self, name: str) -> str:
        """The docstring of a package or of its table of actions."""
        return self.classes[name.removeprefix("pluglot.").removeprefix("dialects.")]


def write_class(draft: Draft, words: Words) -> str:
    """The text of one class."""
    lines: list[str] = []
    if draft.kind == "Enum":
        lines += [f"class {draft.name}(StrEnum):", f'    """{words.sentence(draft)}"""', ""]
        lines += [f'    {member(value)} = "{value}"{plan.REMARKS.get(value, "")}' for value in draft.values]
        return "\n".join(lines)
    lines += [f"class {draft.name}({draft.kind}, frozen=True, kw_only=True):", f'    """{words.sentence(draft)}"""']
    if draft.action:
        lines += ["", f'    action: ClassVar[str] = "{draft.action}"']
    if draft.fields:
        lines.append("")
    for one in draft.fields:
        note = words.note(draft, one)
        lines += [f"    #: {note}"] if note else []
        lines.append(f"    {one.name}: {field_type(one)}")
    if any(f.ranged for f in draft.fields):
        lines += ["", "    def __post_init__(self) -> None:", "        check_ranges(self)"]
    return "\n".join(lines)


def field_type(one: Field) -> str:
    """Annotation and default of a field."""
    text = one.type if one.required or one.type == "Any" else f"{one.type} | None"
    renamed = camel(one.name) != one.wire
    if renamed:
        return (
            f'{text} = field(name="{one.wire}")' if one.required else f'{text} = field(default=None, name="{one.wire}")'
        )
    return text if one.required else f"{text} = None"


def order(drafts: list[Draft], actions: list[str]) -> list[Draft]:
    """Enums first, then data types with what they contain before them, then messages pair by pair."""
    here = {d.name: d for d in drafts}
    result = sorted((d for d in drafts if d.kind == "Enum"), key=lambda d: d.name)
    done = {d.name for d in result}

    def place(draft: Draft) -> None:
        if draft.name not in done:
            done.add(draft.name)
            for used in sorted(draft.uses):
                if used in here:
                    place(here[used])
            result.append(draft)

    for draft in sorted(drafts, key=lambda d: d.name):
        if draft.kind == "DataType":
            place(draft)
    for action in actions:
        result += [here[n] for n in (f"{action}Request", f"{action}Response") if n in here]
    return result


def imports(drafts: list[Draft], text: str, where: dict[str, str], module: str, origin: str) -> str:
    """The import lines a block file needs."""
    lines = ["from __future__ import annotations", ""]

    def needs(word: str) -> bool:
        return re.search(rf"\b{word}\b", text) is not None

    if needs("Decimal"):
        lines.append("from decimal import Decimal")
    if needs("StrEnum"):
        lines.append("from enum import StrEnum")
    typing = [w for w in ("Annotated", "Any", "ClassVar") if needs(w)]
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    spec = [w for w in ("Meta", "field") if re.search(rf"\b{w}\(", text)]
    lines += ["", f"from msgspec import {', '.join(spec)}"] if spec else []
    lines.append("")
    base = [w for w in ("CustomData", "DataType", "Request", "Response") if needs(w)]
    sources: dict[str, set[str]] = {origin: set(base)} if base else {}
    scalars = set(re.findall(r"\b(?:String\d+|OneOrMore|NonNegative|Percentage|Range|Timestamp|check_ranges)\b", text))
    scalars |= {alias for alias in plan.ALIASES.values() if re.search(rf": [\w\[]*\b{alias}\b", text)}
    if scalars:
        sources[SCALARS] = scalars
    for draft in drafts:
        for used in draft.uses:
            if where[used] != module:
                sources.setdefault(where[used], set()).add(used)
    lines += [f"from {source} import {', '.join(sorted(names))}" for source, names in sorted(sources.items())]
    return "\n".join(lines)


def main() -> None:
    """Write one file per functional block."""
    version, folder = sys.argv[1], Path(sys.argv[2])
    package = module_name(folder)
    drafter = Drafter(version)
    words = Words(drafter)
    where = {d.name: f"{package}.{d.home}" for d in drafter.drafts.values()}
    own = dict(drafter.drafts)
    for newer, room in plan.SHARED_WITH[version].items():
        other = Drafter(newer)
        for name, draft in list(own.items()):
            if name in other.drafts and other.shape(other.drafts[name]) == drafter.shape(draft):
                where[name] = f"{room}.{other.drafts[name].home}"
                del own[name]
    folder.mkdir(parents=True, exist_ok=True)
    actions = sorted(a for senders in drafter.actions.values() for a in " ".join(senders.values()).split())
    for module in sorted({d.home for d in own.values()}):
        drafts = order([d for d in own.values() if d.home == module], actions)
        if drafts:
            body = "\n\n\n".join(write_class(d, words) for d in drafts)
            lines = imports(drafts, body, where, f"{package}.{module}", BASES.get(version, BASE))
            head = f'"""{words.file(module)}"""\n\n{lines}'
            path = folder / f"{module.replace('.', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{head}\n\n\n{body}\n")
    write_actions(drafter, folder / "actions.py", where, words.package(f"{package}.actions".replace(".wire", "")))
    shared = {"Action": "pluglot.messages.action", "Sender": "pluglot.messages.action", "ACTIONS": f"{package}.actions"}
    if version == "v21":
        shared |= dict.fromkeys(["CustomData", "DataType", "Request", "Response"], BASE)
        shared |= dict.fromkeys(
            ["NonNegative", "OneOrMore", "Percentage", "Timestamp", *plan.ALIASES.values()], SCALARS
        )
    write_doorplate(folder, [*where, *shared], {**where, **shared}, words.package(package))
    for part in sorted({d.home.split(".")[0] for d in own.values() if "." in d.home}):
        inside = [n for n, d in own.items() if d.home.startswith(f"{part}.")]
        write_doorplate(folder / part, inside, where, words.file(part))


def import_lines(names: Iterable[str], where: dict[str, str]) -> list[str]:
    """One import statement for each module the names live in."""
    sources: dict[str, set[str]] = defaultdict(set)
    for name in names:
        sources[where[name]].add(name)
    return [f"from {source} import {', '.join(sorted(found))}" for source, found in sorted(sources.items())]


def write_actions(drafter: Drafter, path: Path, where: dict[str, str], title: str) -> None:
    """Write the one table of actions."""
    rows: list[str] = []
    used: set[str] = set()
    for letter, senders in drafter.actions.items():
        actions = {a: sender for sender, names in senders.items() for a in names.split()}
        actions = {a: sender for a, sender in actions.items() if f"{a}Request" in drafter.drafts}
        rows += [f"    # Block {letter}, {plan.BLOCKS[letter].replace('_', ' ')}"] if actions else []
        for action, sender in sorted(actions.items()):
            pair = [n for n in (f"{action}Request", f"{action}Response") if n in drafter.drafts]
            used.update(pair)
            types = ", ".join([*pair, "None"][:2])
            rows.append(f'    Action("{action}", {types}, Sender.{sender}, "{letter}"),')
    lines = [f'"""{title}"""', "", "from __future__ import annotations", "", "from typing import Final", ""]
    where = {
        **where,
        "Action": "pluglot.messages.action",
        "Sender": "pluglot.messages.action",
        "by_name": "pluglot.messages.action",
    }
    lines += import_lines([*used, "Action", "Sender", "by_name"], where)
    lines += ["", "ACTIONS: Final = by_name(", *rows, ")"]
    path.write_text("\n".join(lines) + "\n")


def write_doorplate(folder: Path, names: Iterable[str], where: dict[str, str], title: str) -> None:
    """Write the ``__init__`` of a package: every name, importable from one place."""
    names = sorted(names, key=by_case)
    lines = [f'"""{title}"""', ""]
    lines += ["# ruff: noqa: I001 - a wall of names reads better filled than one name a line", "# fmt: off"]
    for line in import_lines(names, where):
        head, _, tail = line.partition(" import ")
        lines += fill(f"{head} import (", tail.split(", "), ")")
    lines += ["", *fill("__all__ = [", [f'"{n}"' for n in names], "]")]
    (folder / "__init__.py").write_text("\n".join(lines) + "\n")


def fill(head: str, items: list[str], tail: str) -> list[str]:
    """Items between brackets, as many a line as fit."""
    wrapped = textwrap.wrap(", ".join(items) + ",", 114, break_long_words=False, break_on_hyphens=False)
    return [head, *(f"    {line}" for line in wrapped), tail]


def module_name(path: Path) -> str:
    """Dotted name of a folder below ``src``."""
    parts = path.resolve().parts
    return ".".join(parts[parts.index("src") + 1 :])


if __name__ == "__main__":
    main()

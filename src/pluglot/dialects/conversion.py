"""Converters between types of two versions that are nearly equal, worked out once for each pair of types.

Two Structs are walked field by field when their converter is first wanted; what comes out is a closure that copies
what is equal and looks closer only where the versions differ: enums, lengths, bounds, numbers, missing fields. For
messages that are the same JSON in both versions there are shorter ways, made by ``copying``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

from pluglot.dialects import copying
from pluglot.dialects.losses import Loss
from pluglot.messages.base import CustomData, nothing_of, says_nothing


class Unsayable(Exception):
    """A value that the other version has no way to say; whoever holds it decides what is left out with it."""

    def __init__(self, value: Any, reason_code: str, *, fatal: bool = False) -> None:
        super().__init__(reason_code)
        self.value = value
        #: A standard reason code, fit for ``statusInfo``.
        self.reason_code = reason_code
        #: True when leaving it out would change what the message asks for.
        self.fatal = fatal
        #: Steps from the value up to the message.
        self.path: list[str] = []

    @property
    def field(self) -> str:
        """Where the value stands in its message."""
        return _joined(self.path)


class Context:
    """What one conversion may consult, and where it notes what was lost."""

    __slots__ = ("emit_custom_data", "found", "strict", "substitute")

    def __init__(self, *, strict: bool, substitute: Substitute | None = None, emit_custom_data: bool = True) -> None:
        """``strict`` refuses a request as a whole rather than leave out what it cannot say."""
        self.strict = strict
        #: Whether what only the original version can say may travel along as custom data.
        self.emit_custom_data = emit_custom_data
        #: Puts other text and type for an identifier token, or is None where every token can be said.
        self.substitute = substitute
        self.found: list[tuple[list[str], Any, str]] = []

    def losses(self, action: str) -> tuple[Loss, ...]:
        """What was lost, as values."""
        return tuple(Loss(action, _joined(path), plain(value), reason) for path, value, reason in self.found)

    def prefix(self, mark: int, step: str) -> None:
        """Add a step to the path of everything found since ``mark``."""
        for path, _, _ in self.found[mark:]:
            path.append(step)

    def lose(self, value: Any, reason: str, *path: str) -> None:
        """Note a loss at a path given from the inside out."""
        self.found.append((list(path), value, reason))


Convert = Callable[[Any, Context], Any]
Substitute = Callable[[str, str], tuple[str, str]]
#: A type and the wire name of one of its fields.
Place = tuple[str, str]


#: Types that name a token; the context may put another token in their place.
_TOKENS: Final = frozenset({"GroupIdToken", "IdToken"})


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversion is not mechanical; types and fields are named as in the source version."""

    #: Whether messages of the house are converted, or messages for it.
    house_is_source: bool
    #: Enum -> value -> value of the other version.
    enum_fallbacks: Mapping[str, Mapping[str, str]] = {}
    #: (type, field) of a free text that is an enum on the other side -> value for texts unknown there.
    text_fallbacks: Mapping[tuple[str, str], str] = {}
    #: (type, field) required on the other side only -> value when absent, or a function that finds it in the object.
    defaults: Mapping[tuple[str, str], Any] = {}
    #: (type, field) that may be cut to fit.
    truncated: frozenset[tuple[str, str]] = frozenset()
    #: (type, field) without which the whole object would say something else.
    carrying: frozenset[tuple[str, str]] = frozenset()
    #: (type, field) unknown to the other side whose loss changes the meaning -> values that are harmless.
    meaningful: Mapping[tuple[str, str], tuple[Any, ...]] = {}
    #: (type, field) unknown to the other side -> the value that it means anyway, or a function that finds it.
    implied: Mapping[tuple[str, str], Any] = {}
    #: Enum -> the reason code for a value that the other version lacks, where there is a better one than InvalidValue.
    reasons: Mapping[str, str] = {}
    #: (type, field) that the other side demands -> the reason code where it is missing, instead of MissingParam.
    missing: Mapping[tuple[str, str], str] = {}
    #: Types whose loss inside a strict request is only noted.
    expendable: frozenset[str] = frozenset()
    #: Enum -> value -> the other version's word for the same; nothing is lost by saying it so.
    enum_words: Mapping[str, Mapping[str, str]] = {}
    #: (type, field) -> what the field is called in the other version, in Python.
    renamed: Mapping[tuple[str, str], str] = {}
    #: (type, field) -> makes the converter of a field whose values are built differently there.
    reshaped: Mapping[tuple[str, str], Callable[[Converters], Convert]] = {}
    #: Type -> makes the converter of objects that are built differently there.
    rebuilt: Mapping[str, Callable[[Converters], Convert]] = {}


def inside(step: str, convert: Convert, value: Any, context: Context) -> Any:
    """Convert a part of an object that is built by hand; what is lost in it is found under this step of the path."""
    mark = len(context.found)
    try:
        return convert(value, context)
    except Unsayable as unsayable:
        unsayable.path.append(step)
        raise
    finally:
        context.prefix(mark, step)


def plain(value: Any) -> Any:
    """A value as JSON builtins, for losses and residue."""
    return msgspec.json.decode(msgspec.json.encode(value, enc_hook=_plain_custom_data))


def _plain_custom_data(value: Any) -> Any:
    if isinstance(value, CustomData):
        return value.members
    raise TypeError(f"cannot show a {type(value).__name__}")


def _joined(path: list[str]) -> str:
    text = ""
    for step in reversed(path):
        text += step if step.startswith("[") or not text else f".{step}"
    return text


class Converters:
    """All converters of one direction, made when first wanted."""

    def __init__(self, rules: Rules) -> None:
        """Convert by the given rules."""
        self._rules = rules
        self._made: dict[tuple[type, type], Convert] = {}
        self._copiers: dict[tuple[type, type], Callable[[Any], Any]] = {}
        self._readers: dict[tuple[type, type], Callable[[bytes], Any] | None] = {}
        self._makers: dict[tuple[type, type], Callable[[Place, Any, Any], Convert | None]] = {
            (inspect.StructType, inspect.StructType): self._nested,
            (inspect.VarTupleType, inspect.VarTupleType): self._items,
            (inspect.EnumType, inspect.EnumType): self._enums,
            (inspect.StrType, inspect.EnumType): self._named,
            (inspect.EnumType, inspect.StrType): lambda *_: _enum_to_text,
            (inspect.StrType, inspect.StrType): self._texts,
            (inspect.IntType, inspect.IntType): lambda _, source, target: _bounds(source, target),
            (inspect.DecimalType, inspect.IntType): lambda *_: _rounded,
            (inspect.IntType, inspect.DecimalType): lambda *_: _decimal,
        }

    def between(self, source: type, target: type) -> Convert:
        """The converter from one Struct to another."""
        pair = source, target
        found = self._made.get(pair)
        if found is None:
            found = self._struct(source, target)
            if source is not target and self._is_complete(source, target):
                found = _quickly(found, target, tokens_first=not self._rules.house_is_source)
            self._made[pair] = found
        return found

    def reader(self, source: type, target: type) -> Callable[[bytes], Any] | None:
        """What reads JSON of the one as the other, or gives None; None where they may differ in more than values.

        That takes half the time of converting; it is for JSON that was found to be a message of ``source``.
        """
        pair = source, target
        if pair not in self._readers:
            is_same = source is not target and self._is_complete(source, target)
            self._readers[pair] = copying.reader(target) if is_same else None
        return self._readers[pair]

    def copier(self, source: type, target: type) -> Callable[[Any], Any]:
        """What copies an object that says the same in both versions, or gives None for one that needs a closer look."""
        pair = source, target
        found = self._copiers.get(pair)
        if found is None:
            found = self._copiers[pair] = self._copier(source, target)
        return found

    def _copier(self, source: type, target: type) -> Callable[[Any], Any]:
        if source.__name__ in self._rules.rebuilt or source.__name__ in _TOKENS:
            return copying.nothing
        plan = self._plan(source, target)
        said = {field.name: field.encode_name for field in _fields(source)}
        heard = {field.name: field.encode_name for field in _fields(target)}
        is_renamed = any(said[name] != heard[name] for name in plan.copied)
        if plan.defaults or is_renamed or any(field.demanded for field in plan.special):
            return copying.nothing
        doubtful = [*(field.name for field in plan.special), *(field.name for field in plan.dropped)]
        return copying.copier(target, plan.copied, doubtful)

    # --- structs --------------------------------------------------------------------------------------------------

    def _struct(self, source: type, target: type) -> Convert:
        if source is target:
            return _same
        rebuild = self._rules.rebuilt.get(source.__name__)
        return self.field_by_field(source, target) if rebuild is None else rebuild(self)

    def field_by_field(self, source: type, target: type) -> Convert:
        """The converter of all fields that both types have, for a type that is rebuilt in one point only."""
        name = source.__name__
        built = _builder(source, target, *self._plan(source, target))
        convert = _with_substitutes(built, before=self._rules.house_is_source) if name in _TOKENS else built
        return _expendable(convert) if name in self._rules.expendable else convert

    def _plan(self, source: type, target: type) -> _Plan:
        """Which fields are copied, which need a closer look, which are dropped, and what is there by default."""
        name = source.__name__
        wanted = {field.name: field for field in _fields(target)}
        copied: list[str] = []
        special: list[_Field] = []
        dropped: list[_Dropped] = []
        for field in _fields(source):
            place = name, field.encode_name
            other = wanted.get(self._rules.renamed.get(place, field.name))
            if other is None:
                harmless = self._rules.meaningful.get(place)
                dropped.append(_Dropped(field.name, field.encode_name, harmless, self._rules.implied.get(place)))
                continue
            has_default = (name, other.encode_name) in self._rules.defaults
            demanded = ""
            if other.required and not field.required and not has_default:
                demanded = self._rules.missing.get(place, "MissingParam")
            convert = self._value(*place, _inner(field.type), _inner(other.type))
            if convert is None and not demanded and other.name == field.name:
                copied.append(field.name)
            else:
                carrying = other.required or place in self._rules.carrying
                special.append(_Field(field.name, other.name, field.encode_name, convert or _same, carrying, demanded))
        defaults = {
            field.name: self._rules.defaults[name, field.encode_name]
            for field in wanted.values()
            if (name, field.encode_name) in self._rules.defaults
        }
        return _Plan(tuple(copied), tuple(special), tuple(dropped), defaults)

    def _is_complete(self, source: type, target: type) -> bool:
        """Whether all that the source can hold has a place in the target, so that only values can be unsayable."""
        if source.__name__ in self._rules.rebuilt:
            return False
        wanted = {field.name: field for field in _fields(target)}
        return all(
            field.name in wanted
            and field.encode_name == wanted[field.name].encode_name
            and (source.__name__, field.encode_name) not in self._rules.reshaped
            and self._is_placed(_inner(field.type), _inner(wanted[field.name].type))
            for field in _fields(source)
        )

    def _is_placed(self, source: inspect.Type, target: inspect.Type) -> bool:
        match source, target:
            case inspect.StructType(), inspect.StructType():
                return source.cls is target.cls or self._is_complete(source.cls, target.cls)
            case inspect.VarTupleType(), inspect.VarTupleType():
                return self._is_placed(source.item_type, target.item_type)
            case _:
                return True

    # --- values ---------------------------------------------------------------------------------------------------

    def _value(self, owner: str, name: str, source: inspect.Type, target: inspect.Type) -> Convert | None:
        """The converter of a value, or None when it is copied as it is."""
        reshape = self._rules.reshaped.get((owner, name))
        if reshape is not None:
            return reshape(self)
        if source == target:
            return None
        kinds = type(source), type(target)
        make = self._makers.get(kinds)
        if make is not None:
            return make((owner, name), source, target)
        if kinds[0] is not kinds[1]:
            raise TypeError(f"{owner}.{name}: no way from {source} to {target}")
        return None

    def _nested(self, _place: Place, source: Any, target: Any) -> Convert | None:
        return None if source.cls is target.cls else self.between(source.cls, target.cls)

    def _items(self, place: Place, source: Any, target: Any) -> Convert:
        item = self._value(*place, source.item_type, target.item_type)
        return _list(item, target.min_length or 0, target.max_length)

    def _enums(self, _place: Place, source: Any, target: Any) -> Convert | None:
        name = source.cls.__name__
        words = self._rules.enum_words.get(name, {})
        fallbacks = self._rules.enum_fallbacks.get(name, {})
        return _enum(source.cls, target.cls, words, fallbacks, self._rules.reasons.get(name, "InvalidValue"))

    def _named(self, place: Place, _source: Any, target: Any) -> Convert:
        return _text_to_enum(target.cls, self._rules.text_fallbacks.get(place))

    def _texts(self, place: Place, source: Any, target: Any) -> Convert | None:
        return _text(source, target, truncate=place in self._rules.truncated)


class _Field(NamedTuple):
    """A field that needs a closer look."""

    name: str
    #: What it is called on the other side, in Python.
    target: str
    wire_name: str
    convert: Convert
    #: Whether the object falls with this value.
    carrying: bool
    #: Why an object without it cannot be said, where the other side demands a value; empty where it does not.
    demanded: str


class _Dropped(NamedTuple):
    """A field that the other side does not have."""

    name: str
    wire_name: str
    #: Values that may be lost, or None when all may.
    harmless: tuple[Any, ...] | None
    implied: Any


class _Plan(NamedTuple):
    """How the fields of one Struct become those of another."""

    copied: tuple[str, ...]
    special: tuple[_Field, ...]
    dropped: tuple[_Dropped, ...]
    #: Name of a field of the target -> its value, or a function that finds it.
    defaults: dict[str, Any]


# --- converters of structs ----------------------------------------------------------------------------------------


def _same(value: Any, _context: Context) -> Any:
    return value


def _builder(
    source: type,
    target: type,
    copied: tuple[str, ...],
    special: tuple[_Field, ...],
    dropped: tuple[_Dropped, ...],
    defaults: dict[str, Any],
) -> Convert:
    get_copied: Callable[[Any], tuple[Any, ...]] = _getter(copied)
    get_dropped = _getter(tuple(field.name for field in dropped))
    nothing = (None,) * len(dropped)
    empty = None if defaults else nothing_of(target)

    def convert(value: Any, context: Context) -> Any:
        if empty is not None and says_nothing(value):
            return empty
        values = dict(zip(copied, get_copied(value), strict=True))
        for field in special:
            _look_closer(value, field, values, context)
        if dropped and get_dropped(value) != nothing:
            _drop(value, dropped, context)
        for name, default in defaults.items():
            if values.get(name) is None:
                values[name] = default(value) if callable(default) else default
        try:
            return target(**values)
        except ValueError as error:
            raise Unsayable(value, "InvalidValue", fatal=context.strict) from error

    convert.__name__ = f"{source.__name__}_converted"
    return convert


def _look_closer(value: Any, field: _Field, values: dict[str, Any], context: Context) -> None:
    """Convert one field, or leave it out where that does no harm."""
    name, target, wire_name, function, carrying, demanded = field
    item = getattr(value, name)
    if item is None and not demanded:
        return
    mark = len(context.found)
    try:
        said = _missing(context, demanded) if item is None else function(item, context)
    except Unsayable as unsayable:
        context.prefix(mark, wire_name)
        unsayable.path.append(wire_name)
        if carrying or unsayable.fatal:
            raise
        context.found.append((unsayable.path, unsayable.value, unsayable.reason_code))
        return
    values[target] = said
    if len(context.found) > mark:
        context.prefix(mark, wire_name)


def _missing(context: Context, reason_code: str) -> Any:
    raise Unsayable(None, reason_code, fatal=context.strict)


def _quickly(exactly: Convert, target: type, *, tokens_first: bool) -> Convert:
    """Let msgspec copy a value whole, and look closer only when it finds something the other side cannot hold."""

    def convert(value: Any, context: Context) -> Any:
        if not tokens_first or context.substitute is None:
            try:
                said: Any = msgspec.convert(value, target, from_attributes=True)
            except msgspec.ValidationError:
                pass
            else:
                return said
        return exactly(value, context)

    return convert


def _drop(value: Any, dropped: tuple[_Dropped, ...], context: Context) -> None:
    for name, wire_name, harmless, implied in dropped:
        item = getattr(value, name)
        if item is None or item == (implied(value) if callable(implied) else implied):
            continue
        if harmless is not None and item not in harmless:
            unsayable = Unsayable(item, "UnsupportedParam", fatal=context.strict)
            unsayable.path.append(wire_name)
            raise unsayable
        context.lose(item, "the other version has no such field", wire_name)


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if not names:
        return lambda _value: ()
    if len(names) == 1:
        single = attrgetter(names[0])
        return lambda value: (single(value),)
    return attrgetter(*names)


def _with_substitutes(inner: Convert, *, before: bool) -> Convert:
    """Let the context put another token, always in the vocabulary of the house."""

    def convert(value: Any, context: Context) -> Any:
        if context.substitute is None:
            return inner(value, context)
        if before:
            return inner(_substituted(value, context.substitute, context), context)
        return _substituted(inner(value, context), context.substitute, context)

    return convert


def _substituted(token: Any, substitute: Substitute, context: Context) -> Any:
    text, type_ = substitute(token.id_token, token.type)
    if (text, type_) == (token.id_token, token.type):
        return token
    if text != token.id_token and len(text) < len(token.id_token):
        context.lose(token.id_token, "an alias stands for a token that is too long", "idToken")
    if type_ != token.type:
        context.lose(token.type, f"said as {type_}", "type")
    return msgspec.structs.replace(token, id_token=text, type=type_)


def _expendable(inner: Convert) -> Convert:
    def convert(value: Any, context: Context) -> Any:
        try:
            return inner(value, context)
        except Unsayable as unsayable:
            unsayable.fatal = False
            raise

    return convert


# --- converters of values -----------------------------------------------------------------------------------------


def _list(item: Convert | None, minimum: int, maximum: int | None) -> Convert:
    def convert(values: tuple[Any, ...], context: Context) -> tuple[Any, ...]:
        if item is None:
            kept = list(values)
        else:
            kept = []
            for index, value in enumerate(values):
                mark = len(context.found)
                try:
                    kept.append(item(value, context))
                except Unsayable as unsayable:
                    context.prefix(mark, f"[{index}]")
                    unsayable.path.append(f"[{index}]")
                    if unsayable.fatal:
                        raise
                    context.found.append((unsayable.path, unsayable.value, unsayable.reason_code))
                    continue
                if len(context.found) > mark:
                    context.prefix(mark, f"[{index}]")
        if len(kept) < minimum:
            # Where the items could be done without, so can the list of them.
            raise Unsayable(values, "InvalidValue", fatal=context.strict and len(kept) == len(values))
        if maximum is not None and len(kept) > maximum:
            raise Unsayable(values, "TooManyElements", fatal=context.strict)
        return tuple(kept)

    return convert


def _enum(
    source: Any, target: Any, words: Mapping[str, str], fallbacks: Mapping[str, str], reason_code: str
) -> Convert | None:
    if source is target:
        return None
    known = {member.value for member in target}
    exact = {member: target(member.value) for member in source if member.value in known}
    exact |= {member: target(words[member.value]) for member in source if member.value in words}
    near = {member: target(fallbacks[member.value]) for member in source if member.value in fallbacks}

    def convert(value: Any, context: Context) -> Any:
        said = exact.get(value)
        if said is not None:
            return said
        said = near.get(value)
        if said is None:
            raise Unsayable(value, reason_code, fatal=context.strict)
        context.lose(value, f"said as {said.value}")
        return said

    return convert


def _text_to_enum(target: Any, fallback: str | None) -> Convert:
    exact = {member.value: member for member in target}

    def convert(value: str, context: Context) -> Any:
        said = exact.get(value)
        if said is not None:
            return said
        if fallback is None:
            raise Unsayable(value, "InvalidValue", fatal=context.strict)
        context.lose(value, f"said as {fallback}")
        return exact[fallback]

    return convert


def _enum_to_text(value: Any, _context: Context) -> str:
    return str(value.value)


def _text(source: inspect.StrType, target: inspect.StrType, *, truncate: bool) -> Convert | None:
    limit = target.max_length
    if limit is None or (source.max_length is not None and source.max_length <= limit):
        return None

    def convert(value: str, context: Context) -> str:
        if len(value) <= limit:
            return value
        if truncate:
            context.lose(value, f"cut to {limit} characters")
            return value[:limit]
        raise Unsayable(value, "TooLargeElement", fatal=context.strict)

    return convert


def _bounds(source: inspect.IntType, target: inspect.IntType) -> Convert | None:
    lowest, highest = target.ge, target.le
    if lowest in {None, source.ge} and highest in {None, source.le}:
        return None

    def convert(value: int, context: Context) -> int:
        if (lowest is not None and value < lowest) or (highest is not None and value > highest):
            raise Unsayable(value, "InvalidValue", fatal=context.strict)
        return value

    return convert


def _rounded(value: Decimal, context: Context) -> int:
    whole = int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if whole != value:
        context.lose(value, f"rounded to {whole}")
    return whole


def _decimal(value: int, _context: Context) -> Decimal:
    return Decimal(value)


# --- types --------------------------------------------------------------------------------------------------------


@cache
def _fields(struct: type) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(struct)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{struct.__name__} is no Struct")
    return info.fields


def _inner(type_: inspect.Type) -> inspect.Type:
    """The type without the None of an optional field and without metadata."""
    if isinstance(type_, inspect.Metadata):
        return _inner(type_.type)
    if isinstance(type_, inspect.UnionType):
        rest = [inner for inner in type_.types if not isinstance(inner, inspect.NoneType)]
        if len(rest) == 1:
            return _inner(rest[0])
    return type_

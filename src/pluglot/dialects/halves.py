"""What all halves share: an identity, a policy, a memory with its revision, snapshot and restore."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from pluglot.dialects.base import DamagedMemory, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.policy import Policy
from pluglot.messages.base import CustomData
from pluglot.messages.version import OcppVersion

MemoryType = TypeVar("MemoryType", bound=msgspec.Struct)


def _written(value: Any) -> Any:
    """Messages in a memory may carry vendor data."""
    if isinstance(value, CustomData):
        return value.members
    raise TypeError(f"a memory cannot hold a {type(value).__name__}")


def _read(type_: type, members: Any) -> Any:
    if type_ is not CustomData or not isinstance(members, dict) or "vendorId" not in members:
        raise ValueError(f"a memory cannot hold a {type_.__name__}")
    custom_data = CustomData(members["vendorId"])
    custom_data.members.update(members)
    return custom_data


class RememberingHalf(Generic[MemoryType]):
    """A half with a memory; subclasses add the translations and call ``touch`` when the memory must be saved."""

    #: What the snapshot begins with, so that a memory of another half or layout is refused.
    label: ClassVar[str]
    memory_type: ClassVar[type[msgspec.Struct]]
    peer_version: ClassVar[OcppVersion]

    def __init__(self, identity: str, *, random: Callable[[], float], policy: Policy | None = None) -> None:
        """Begin with an empty memory for the station of this identity; ``random`` gives numbers from 0 up to 1."""
        self.identity = identity
        self.random = random
        self.policy = Policy() if policy is None else policy
        self.connected_since: datetime | None = None
        self.memory: MemoryType = self._empty_memory()
        self._revision = 0

    @property
    def version(self) -> OcppVersion:
        """The version the peer speaks."""
        return self.peer_version

    @property
    def identity_translation(self) -> bool:
        """False: house and wire are different types."""
        return False

    @property
    def asks_only_the_house(self) -> bool:
        """False: many translations ask the peer something before they answer it."""
        return False

    def verbatim(self, request: Any, payload: bytes) -> Any:
        """None: every message is translated."""

    def answered(self, action: str, answer: Any) -> tuple[Any, tuple[Loss, ...], bool]:  # noqa: ARG002 - subclasses use it
        """The answer as it is; nobody asks, where no request is verbatim."""
        return answer, (), True

    @property
    def revision(self) -> int:
        """Rises whenever memory that must persist changed."""
        return self._revision

    def touch(self) -> None:
        """Note that the memory changed and must be saved before the next step."""
        self._revision += 1

    def connected(self, *, now: datetime) -> None:
        """Note that a link to the peer is up since ``now``."""
        self.connected_since = now

    def next_deadline(self) -> datetime | None:
        """None: nothing happens by time alone."""
        return None

    def advance(self, *, now: datetime) -> list[Translation]:  # noqa: ARG002 - subclasses use the time
        """Nothing: no translation is brought about by time alone."""
        return []

    def snapshot(self) -> bytes:
        """The memory as bytes, led by the label of this half."""
        return self.label.encode() + b"\n" + self.encode_memory()

    def restore(self, snapshot: bytes) -> None:
        """Take up a memory saved before.

        Raises:
            DamagedMemory: the bytes are not a memory of this half.
        """
        label, _, content = snapshot.partition(b"\n")
        if label != self.label.encode():
            raise DamagedMemory(f"this is no memory of {self.label}")
        try:
            self.memory = self.decode_memory(content)
        except msgspec.MsgspecError as error:
            raise DamagedMemory(f"the memory of {self.label} cannot be read: {error}") from error

    def encode_memory(self) -> bytes:
        """The memory as MessagePack."""
        return msgspec.msgpack.encode(self.memory, enc_hook=_written)

    def decode_memory(self, content: bytes) -> MemoryType:
        """A memory from MessagePack; raises msgspec errors for damaged content."""
        memory: Any = msgspec.msgpack.decode(content, type=self.memory_type, dec_hook=_read)
        return memory  # type: ignore[no-any-return]

    def _empty_memory(self) -> MemoryType:
        memory: Any = self.memory_type()
        return memory  # type: ignore[no-any-return]

"""What an operator may choose for a conversation."""

from __future__ import annotations

from datetime import timedelta

import msgspec


class ConversationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Time-outs and bounds; one object serves all links that have the same."""

    # RPC-17: how long the other side may take to answer our CALL.
    call_timeout: timedelta = timedelta(seconds=30)
    # How long our own side may take to answer theirs, before InternalError answers in its place; early enough to reach
    # a peer that waits for thirty seconds.
    answer_timeout: timedelta = timedelta(seconds=27)
    # Own CALLs that wait for the open one; one more raises CallQueueFull.
    max_queued_calls: int = 64
    # CALLs of the other side that may wait for our answer; more are refused, for a well-behaved peer has one.
    max_open_calls: int = 32
    max_received_bytes: int = 1024 * 1024
    max_sent_bytes: int = 1024 * 1024
    # ERR-06: invalid messages in any minute that the link survives.
    max_invalid_per_minute: int = 60
    # HRD-05: answered CALLs of the other side whose ids may not come again with another message.
    remembered_calls: int = 64
    # HRD-06: what the other side may ask within a minute; more is refused, and counted as invalid.
    messages_per_minute: int = 60_000
    bytes_per_minute: int = 64 * 1024 * 1024
    # RPC-10, RPC-11: hold every payload of our own against its type before it is sent.
    check_sent: bool = True
    # Actions this side carries out; None means every one that the other side may send.
    supported_actions: frozenset[str] | None = None
    # RPC-11: mistakes overlooked (names of LeniencyRule); none unless an operator says so.
    lenient: tuple[str, ...] = ()

"""What a worker calls in tests: the two passes over one page, and what they took."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from cleaner.draft import unpack
from cleaner.drafting import page_drafter
from cleaner.exchange import DraftReply, decode_draft_reply, encode
from cleaner.finishing import FinishTask, page_finisher
from cleaner.model import Failure

_PEAK = Path("/proc/self/clear_refs")


class Measured(msgspec.Struct, array_like=True):
    """What became of a page in a worker; the record is a packed draft or failure."""

    record: bytes
    draft_s: float
    """Of processor time, as is the next."""
    finish_s: float
    peak_bytes: int


def page(setup: bytes) -> Callable[[bytes], bytes]:
    """What drafts and finishes a page as a run does, and measures it."""
    draft, finish = page_drafter(setup), page_finisher(setup)

    def work(payload: bytes) -> bytes:
        if _PEAK.exists():
            _PEAK.write_text("5")  # the peak is counted anew
        begun = time.process_time()
        reply: DraftReply = decode_draft_reply(draft(payload))
        drafted = time.process_time()
        if not isinstance(unpack(reply.record), Failure):
            finish(encode(FinishTask(reply.record, None, ())))
        return msgspec.msgpack.encode(
            Measured(reply.record, drafted - begun, time.process_time() - drafted, _peak_bytes())
        )

    return work


def _peak_bytes() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

"""``cleaner`` and ``python -m cleaner``."""

from __future__ import annotations

import gc
import os
import signal

_COLLECT_AFTER = 10_000
"""New objects before the garbage collector looks at them: what is loaded are many, and hardly a cycle among them."""


def main() -> None:
    """Run the command line and exit; Ctrl-C before it is loaded ends the process, as nothing has begun."""
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own one takes memory anew all the time
    gc.set_threshold(_COLLECT_AFTER)
    from cleaner import cli  # noqa: PLC0415 (it takes a while)

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()


if __name__ == "__main__":
    main()

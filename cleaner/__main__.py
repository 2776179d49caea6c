"""``cleaner`` and ``python -m cleaner``."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line and exit; Ctrl-C before it is loaded ends the process, as nothing has begun."""
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cleaner import cli  # noqa: PLC0415 (it takes a while)

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()


if __name__ == "__main__":
    main()

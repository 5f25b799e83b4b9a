"""The entry of ``python -m config.run``."""

import sys

# Before any other import: an older Python would answer with a syntax error from somewhere inside.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "需要 Python 3.11 或更新版本，当前为 %d.%d。\n(Python 3.11 or newer is needed, this is %d.%d.)"  # noqa: UP031
        % (sys.version_info[:2] * 2)
    )

from config.run.supervisor import main

sys.exit(main())

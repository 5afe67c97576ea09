"""The process in which a stranger's file is read.

`python -m planner.case.upload_worker FILE MEGABYTES` writes the outcome, pickled, to standard output.
"""

from __future__ import annotations

import pickle
import sys

from planner.case import check_case
from planner.case.upload import OUT_OF_MEMORY


def _limit_memory(memory_mb: int) -> None:
    """Where the system can (Linux does), forbid this process more memory."""
    try:
        import resource
    except ImportError:
        return
    limit = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def main() -> int:
    """Check the file named first on the command line."""
    _limit_memory(int(sys.argv[2]))
    try:
        answer = pickle.dumps(check_case(sys.argv[1]), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())

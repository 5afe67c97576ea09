"""How much memory this process has used at most.

A process inherits the largest size of whoever started it (`ru_maxrss`), but not the peak that Linux keeps in VmHWM.
"""

from __future__ import annotations

import re
from pathlib import Path


def peak_mib() -> float:
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024

"""Read how much CPU time processes have used, from Linux's /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def of_process(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    _, own, _ = _read(pid)
    return own


def of_cluster(main: int) -> float:
    """Return the seconds of CPU of a PostgreSQL server: its main process, and all its children, dead or alive."""
    _, own, reaped = _read(main)
    total = own + reaped
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent, used, _ = _read(int(folder.name))
            except OSError:  # it has just ended
                continue
            if parent == main:
                total += used
    return total


def _read(pid: int) -> tuple[int, float, float]:
    """Return a process's parent, its own seconds and those of the children that it has waited for."""
    # The name of the program stands in brackets and may hold spaces and brackets itself.
    fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    user, system, user_reaped, system_reaped = (int(ticks) / _TICKS for ticks in fields[11:15])
    return int(fields[1]), user + system, user_reaped + system_reaped

"""How a process that lives long searches for garbage."""

import gc


def rarely_collect() -> None:
    """Call it once a process has loaded what stays: that is left alone, and only many new objects start a search.

    Rows come and go in thousands and are freed by their counts; with Python's usual thresholds each thousand of them
    would start a search through everything.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

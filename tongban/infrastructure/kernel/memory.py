"""What processes that run for long do about their memory."""

import gc


def freeze_gc() -> None:
    """Look for garbage no more in what was loaded until here: it stays to the end, and looking finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)

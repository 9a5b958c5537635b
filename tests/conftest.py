"""What holds for every test: what was read to collect them is no work for the garbage collector any more."""

import gc

gc.set_threshold(50_000, 20, 100)


def pytest_collection_finish() -> None:
    """Leave out of its rounds what lives to the end: ten thousand tests and the artefacts, as ``warm`` does.

    Else it looks at them again and again, which makes up a fifth of the time that tests need.
    """
    gc.collect()
    gc.freeze()

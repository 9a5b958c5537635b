"""Where `hrcr` begins: it says its version at once, and leaves all else to the command line, which imports more."""

import sys

from registry import __version__


def main() -> None:
    """Run the command line; `hrcr --version` alone needs none of what commands need, and waits for none of it."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"hrcr, version {__version__}\n")
        return
    from registry.cli import main as command_line  # takes seconds, as RDF, databases and cryptography come with it

    command_line()

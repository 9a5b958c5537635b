"""The version is told without anything that commands need; all else is the command line's."""

import subprocess
import sys

from click.testing import CliRunner

from registry.cli import main


def begun(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as the installed script does; the last line on standard error names what heavy parts were imported."""
    code = (
        "import sys; from registry.console import main\n"
        "try:\n    main()\n"
        "finally:\n    print(sorted({'rdflib', 'sqlalchemy', 'click'} & set(sys.modules)), file=sys.stderr)"
    )
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def test_the_version_is_told_at_once_in_the_words_of_the_command_line() -> None:
    told = begun("--version")
    assert (told.returncode, told.stdout) == (0, CliRunner().invoke(main, ["--version"]).output)
    assert told.stderr.splitlines()[-1] == "[]"


def test_everything_else_is_left_to_the_command_line() -> None:
    told = begun("criteria", "no-such-criterion")
    assert (told.returncode != 0, "no-such-criterion" in told.stderr) == (True, True)

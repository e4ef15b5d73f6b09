"""``python -m pluglot`` is the command ``pluglot``."""

from pluglot.cli import main

main()

"""What the server runs for every visit. Not beside the folder of pages, whose file names it would show at first."""

from __future__ import annotations

from pages.shell.navigation import main

main()

"""The command line as a process of its own, and a prompt for it."""

import sys

PROMPT = "Once upon a time there was an old king"
PROGRAM = [sys.executable, "-c", "import sys; from engine.cli import main; sys.exit(main())"]

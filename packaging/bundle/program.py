"""Both programs of the bundle: the window, or under the name s3fn the command line."""

import multiprocessing
import sys
from pathlib import Path

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the worker processes of a batch start here too
    if Path(sys.argv[0]).stem.lower() == "s3fn":
        from s3fn_core.cli import main
    else:
        from s3fn_gui.app import main
    sys.exit(main())

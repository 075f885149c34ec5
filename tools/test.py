"""MMAction2's tools/test.py, same options, with this package imported.

``--dump FILE.npz`` writes the scores with the names of the clips, for
tools/ensemble.py; ``--dump FILE.pkl`` is MMAction2's own.
"""

import sys

from skeletonmae_plugin.dump_option import with_score_dump
from skeletonmae_plugin.stock_tools import run_stock_tool

if __name__ == '__main__':
    try:
        sys.argv[1:] = with_score_dump(sys.argv[1:])
    except ValueError as error:
        raise SystemExit(f'error: {error}') from error
    run_stock_tool('test')

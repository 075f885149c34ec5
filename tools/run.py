"""Run another tool of MMAction2 with this package imported.

Example:
    python tools/run.py confusion_matrix CONFIG CHECKPOINT --show-path x.png
"""

import argparse
import sys

from skeletonmae_plugin.stock_tools import list_stock_tools, run_stock_tool


def parse_args() -> argparse.Namespace:
    """Read the name of the tool; the rest belongs to the tool."""
    parser = argparse.ArgumentParser(
        description='Run a tool of MMAction2 with skeletonmae_plugin imported',
        epilog='tools: ' + ', '.join(list_stock_tools()),
    )
    parser.add_argument('tool', help='path or unique name of the tool')
    parser.add_argument(
        'args', nargs=argparse.REMAINDER, help='arguments of the tool'
    )
    return parser.parse_args()


def main() -> None:
    """Hand over to the tool."""
    args = parse_args()
    sys.argv[1:] = args.args
    try:
        run_stock_tool(args.tool)
    except ValueError as error:
        sys.exit(f'{error}')


if __name__ == '__main__':
    main()

"""MMAction2's tools/train.py, same options, with this package imported."""

from skeletonmae_plugin.stock_tools import run_stock_tool

if __name__ == '__main__':
    run_stock_tool('train')

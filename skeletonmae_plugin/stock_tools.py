"""Run MMAction2's own command-line tools with this package imported.

The cures of :mod:`.compat` stand and all parts are registered before the
tool loads anything, whatever the order of its imports.
"""

import runpy
from importlib.util import find_spec
from pathlib import Path


def stock_tools_dir() -> Path:
    """Return the folder of tools that MMAction2 was installed with."""
    spec = find_spec('mmaction')
    if spec is None or spec.origin is None:
        raise FileNotFoundError('mmaction2 is not installed')
    package = Path(spec.origin).parent
    # A wheel carries .mim; a source tree has the tools beside the package.
    for folder in (package / '.mim' / 'tools', package.parent / 'tools'):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f'expected the tools of mmaction2 in {package}/.mim/tools, got no '
        'such folder; run: pip install --force-reinstall --no-deps '
        "'mmaction2>=1.2,<1.3'"
    )


def list_stock_tools() -> list[str]:
    """Return the Python tools, as paths without suffix."""
    folder = stock_tools_dir()
    return sorted(
        path.relative_to(folder).with_suffix('').as_posix()
        for path in folder.rglob('*.py')
    )


def find_stock_tool(name: str) -> Path:
    """Find a tool by its path within the folder, or by a unique file name.

    Args:
        name: For example ``analysis_tools/confusion_matrix`` or
            ``confusion_matrix``, with or without ``.py``.
    """
    name = name.removesuffix('.py')
    tools = list_stock_tools()
    found = [tool for tool in tools if tool == name]
    found = found or [tool for tool in tools if Path(tool).name == name]
    if len(found) != 1:
        raise ValueError(
            f'expected one tool of MMAction2, got {name!r} which fits '
            f'{len(found)}; choose one of: {", ".join(found or tools)}'
        )
    return stock_tools_dir() / f'{found[0]}.py'


def run_stock_tool(name: str) -> None:
    """Run a tool in this process, as a script, on the present ``sys.argv``."""
    runpy.run_path(str(find_stock_tool(name)), run_name='__main__')

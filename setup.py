"""Packaging; ``mim`` finds configs and tools in ``skeletonmae_plugin/.mim``.

They are kept once, in the top-level folders, and copied by the build.
"""

import re
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
PACKAGE = 'skeletonmae_plugin'
MIM_SOURCES = ('configs', 'tools', 'model-index.yml')


def copy_mim(package_dir: Path) -> None:
    """Fill ``package_dir/.mim`` anew from the top-level folders."""
    target = package_dir / '.mim'
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    ignore = shutil.ignore_patterns('__pycache__', '*.pyc')
    for name in MIM_SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy(source, target / name)


class BuildWithMim(build_py):
    """``build_py`` that adds ``.mim`` to the package.

    PEP 517 wheels and PEP 660 editable installs both run ``build_py``;
    MMAction2's own way (looking for ``develop`` in ``sys.argv``) misses the
    latter.
    """

    def run(self) -> None:
        """Build, then copy to where ``mim`` will look."""
        super().run()
        if not self.editable_mode:
            copy_mim(Path(self.build_lib) / PACKAGE)
            return
        copy_mim(ROOT / PACKAGE)
        # For mim an editable package lies where its metadata lies, in
        # site-packages. A folder without __init__.py does no harm there:
        # Python prefers the package that the .pth file leads to.
        wheel = self.get_finalized_command('install').install_lib
        copy_mim(Path(wheel) / PACKAGE)


def read_version() -> str:
    """Return ``__version__`` without importing the package."""
    text = (ROOT / PACKAGE / '__init__.py').read_text()
    match = re.search(r"^__version__ = '(.+)'$", text, re.MULTILINE)
    if match is None:
        raise RuntimeError(f'no __version__ in {PACKAGE}/__init__.py')
    return match.group(1)


def read_readme() -> str:
    """Return the long description."""
    readme = ROOT / 'README.md'
    return readme.read_text(encoding='utf-8') if readme.exists() else ''


setup(
    name=PACKAGE,
    version=read_version(),
    description='SkeletonMAE pre-training and STRL fine-tuning of skeleton '
    'action recognition, as a plug-in of MMAction2',
    long_description=read_readme(),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    license_files=['LICENSE'],
    # Said aloud, it makes setuptools write a .pth file for editable installs
    # instead of an import hook, beside which the folder above would shadow
    # the package.
    package_dir={'': '.'},
    packages=find_packages(include=[PACKAGE, f'{PACKAGE}.*']),
    package_data={
        f'{PACKAGE}.converters.ntu': ['*.txt'],
        f'{PACKAGE}.weights': ['*.pth'],
    },
    python_requires='>=3.10',
    # No mmcv is named: pip would overwrite the CUDA build of a user who has
    # one; `lite` is for those who have not. A torch of 2.6 or later stays.
    install_requires=[
        'importlib_metadata',
        'matplotlib',
        'mmaction2>=1.2,<1.3',
        'mmengine>=0.10.7,<1',
        'numpy',
        'openmim>=0.3.9',
        'rich',
        # openmim and mmengine import pkg_resources, removed in 82;
        # torch 2.13 wants at least 77.0.3.
        'setuptools>=77.0.3,<82',
        'tensorboard',
        # weights_only with a list of allowed names, see compat.py
        'torch>=2.6',
    ],
    extras_require={
        # The baseline of tools/benchmark.py.
        'bench': ['torch_geometric'],
        'lite': ['mmcv-lite>=2.1,<2.2'],
        # tools/export_onnx.py and tools/latency.py.
        'export': ['onnx', 'onnxruntime', 'onnxscript'],
        # Linear probes and maps of features.
        'probe': ['scikit-learn'],
        'dev': [
            'build',
            'hypothesis',
            'mypy',
            'onnx',
            'onnxruntime',
            'onnxscript',
            'pytest',
            'pytest-xdist',
            'ruff',
            'scikit-learn',
            'torch_geometric',
        ],
    },
    cmdclass={'build_py': BuildWithMim},
    classifiers=[
        'Development Status :: 4 - Beta',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
    zip_safe=False,
)

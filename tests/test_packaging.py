import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml

import skeletonmae_plugin

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = 'skeletonmae_plugin'


def copy_checkout(target: Path) -> Path:
    """Copy what git would keep: building leaves files in its folder."""
    ignore = shutil.ignore_patterns(
        '.git',
        '.venv',
        '.mim',
        '*.egg-info',
        '__pycache__',
        'build',
        'work_dirs',
        'data',
        '.*_cache',
    )
    return Path(shutil.copytree(ROOT, target, ignore=ignore))


def setup_py(folder: Path, *args: object) -> None:
    command = [sys.executable, 'setup.py', '--quiet', *map(str, args)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob('*')
        if path.is_file() and '__pycache__' not in path.parts
    }


@pytest.fixture(scope='module')
def checkout(tmp_path_factory):
    return copy_checkout(tmp_path_factory.mktemp('packaging') / 'checkout')


def check_mim(mim: Path) -> None:
    for name in ('configs', 'tools'):
        assert files_below(mim / name) == files_below(ROOT / name)
    index = (mim / 'model-index.yml').read_text()
    for imported in yaml.safe_load(index)['Import']:
        assert (mim / imported).is_file()


def test_build_carries_configs_and_tools_and_leaves_the_source_clean(
    checkout, tmp_path
):
    setup_py(checkout, 'build_py', '--build-lib', tmp_path)
    check_mim(tmp_path / PACKAGE / '.mim')
    assert not (checkout / PACKAGE / '.mim').exists()
    built = set(files_below(tmp_path / PACKAGE))
    source = {
        name
        for name in files_below(ROOT / PACKAGE)
        if name.endswith('.py') and not name.startswith('.mim')
    }
    assert source <= built


def test_editable_install_copies_into_the_source_tree(checkout):
    stale = checkout / PACKAGE / '.mim' / 'configs' / 'stale.py'
    stale.parent.mkdir(parents=True)
    stale.touch()
    setup_py(checkout, 'copy_mim')
    check_mim(checkout / PACKAGE / '.mim')
    shutil.rmtree(checkout / PACKAGE / '.mim')


def test_requirements_never_replace_a_users_mmcv_or_torch(checkout, tmp_path):
    setup_py(checkout, 'egg_info', '--egg-base', tmp_path)
    info = tmp_path / f'{PACKAGE}.egg-info'
    text = (info / 'requires.txt').read_text()
    base, *extras = text.split('\n[')
    assert 'mmcv' not in base
    assert 'torch' in base.splitlines()  # no version
    assert 'setuptools<82,>=77.0.3' in base
    assert any(e.startswith('lite]\nmmcv-lite<2.2,>=2.1') for e in extras)
    meta = Parser().parsestr((info / 'PKG-INFO').read_text())
    assert meta['Name'] == PACKAGE
    assert meta['Version'] == skeletonmae_plugin.__version__
    # mim finds a package by this file.
    assert (info / 'top_level.txt').read_text().split() == [PACKAGE]


def test_constraints_fit_the_requirements():
    text = (ROOT / 'constraints.txt').read_text()
    pins = dict(re.findall(r'^([\w-]+)==(\S+)', text, re.MULTILINE))
    assert pins['torch'] == '2.13.0'
    assert pins['mmcv-lite'] == '2.1.0'
    assert pins['setuptools'] == '81.0.0'


@pytest.mark.slow
def test_wheel(checkout, tmp_path):
    command = [sys.executable, '-m', 'pip', 'wheel', '--quiet', '--no-deps']
    subprocess.run([*command, '-w', tmp_path, checkout], check=True)
    (wheel,) = tmp_path.glob('*.whl')
    with zipfile.ZipFile(wheel) as file:
        file.extractall(tmp_path / 'wheel')
    check_mim(tmp_path / 'wheel' / PACKAGE / '.mim')
    names = {path.name for path in (tmp_path / 'wheel').iterdir()}
    assert names == {
        PACKAGE,
        f'{PACKAGE}-{skeletonmae_plugin.__version__}.dist-info',
    }

import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import skeletonmae_plugin

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = 'skeletonmae_plugin'


def copy_checkout(target: Path) -> Path:
    """Copy what git would keep: building leaves files in its folder."""
    made = ('.git', '.venv', '.mim', '*.egg-info', 'build', 'work_dirs')
    caches = ('__pycache__', '.*_cache', '.hypothesis')
    ignore = shutil.ignore_patterns(*made, *caches, '*.pkl', '*.pth')

    def ignored(folder: str, names: list[str]) -> set[str]:
        own_data = {'data'} if Path(folder) == ROOT else set()
        left_out = ignore(folder, names) | own_data
        if Path(folder) == ROOT / PACKAGE / 'weights':
            left_out = {n for n in left_out if not n.endswith('.pth')}
        return left_out

    return Path(shutil.copytree(ROOT, target, ignore=ignored))


def run(*command: object, cwd: Path) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, check=True, capture_output=True, text=True
    )
    return done.stdout


def build(kind: str, checkout: Path, target: Path) -> None:
    """Build a wheel (kind 'wheel' or 'editable') and unpack it."""
    code = (
        'from setuptools import build_meta\n'
        f'build_meta.build_{kind}({str(target)!r})'
    )
    run(sys.executable, '-c', code, cwd=checkout)
    (wheel,) = target.glob('*.whl')
    with zipfile.ZipFile(wheel) as file:
        file.extractall(target)
    wheel.unlink()


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob('*')
        if path.is_file() and '__pycache__' not in path.parts
    }


@pytest.fixture(scope='module')
def checkout(tmp_path_factory):
    return copy_checkout(tmp_path_factory.mktemp('packaging') / 'checkout')


def check_mim(package: Path, checkout: Path) -> None:
    mim = package / '.mim'
    for name in ('configs', 'tools'):
        assert files_below(mim / name) == files_below(checkout / name)
    index = (mim / 'model-index.yml').read_text()
    for imported in yaml.safe_load(index)['Import']:
        assert (mim / imported).is_file()


def test_editable_install_serves_python_and_mim(checkout, tmp_path):
    site = tmp_path
    build('editable', checkout, site)
    # Python follows the path, mim looks beside the metadata.
    (pth,) = site.glob('*.pth')
    assert pth.read_text().strip() == str(checkout)
    check_mim(site / PACKAGE, checkout)
    assert {path.name for path in (site / PACKAGE).iterdir()} == {'.mim'}
    code = f'import site; site.addsitedir({str(site)!r})\n' + (
        f'from importlib.util import find_spec\n'
        f'print(find_spec({PACKAGE!r}).origin)'
    )
    out = run(sys.executable, '-S', '-c', code, cwd=tmp_path)
    assert out.strip() == str(checkout / PACKAGE / '__init__.py')
    check_mim(checkout / PACKAGE, checkout)
    shutil.rmtree(checkout / PACKAGE / '.mim')


def test_requirements_keep_a_users_mmcv_and_torch(checkout, tmp_path):
    command = ('setup.py', '--quiet', 'egg_info', '--egg-base', tmp_path)
    run(sys.executable, *command, cwd=checkout)
    info = tmp_path / f'{PACKAGE}.egg-info'
    text = (info / 'requires.txt').read_text()
    base, *extras = text.split('\n[')
    assert 'mmcv' not in base
    assert 'torch>=2.6' in base.splitlines()  # no upper bound
    assert 'setuptools<82,>=77.0.3' in base
    names = [extra.split(']')[0] for extra in extras]
    assert names == ['bench', 'dev', 'export', 'lite', 'probe']
    assert extras[3].startswith('lite]\nmmcv-lite<2.2,>=2.1')
    meta = Parser().parsestr((info / 'PKG-INFO').read_text())
    assert meta['Name'] == PACKAGE
    assert meta['Version'] == skeletonmae_plugin.__version__
    # mim finds a package by this file.
    assert (info / 'top_level.txt').read_text().split() == [PACKAGE]


def test_tested_versions_meet_the_requirements(checkout, tmp_path):
    text = (ROOT / 'constraints.txt').read_text()
    pins = dict(re.findall(r'^([\w-]+)==([^;\s]+)', text, re.MULTILINE))
    names = {'torch', 'mmengine', 'mmaction2', 'mmcv-lite', 'setuptools'}
    assert names <= pins.keys()
    command = ('setup.py', '--quiet', 'egg_info', '--egg-base', tmp_path)
    run(sys.executable, *command, cwd=checkout)
    text = (tmp_path / f'{PACKAGE}.egg-info' / 'requires.txt').read_text()
    for line in re.findall(r'^[a-z].*$', text, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.name in pins:
            assert pins[requirement.name] in requirement.specifier, line


def test_wheel_is_the_package_and_nothing_else(checkout, tmp_path):
    build('wheel', checkout, tmp_path)
    check_mim(tmp_path / PACKAGE, checkout)
    names = {path.name for path in tmp_path.iterdir()}
    info = f'{PACKAGE}-{skeletonmae_plugin.__version__}.dist-info'
    assert names == {PACKAGE, info}
    built = files_below(tmp_path / PACKAGE)
    for name, content in files_below(checkout / PACKAGE).items():
        if name.endswith(('.py', '.txt', '.pth')):
            assert built[name] == content
    # The source stays clean.
    assert not (checkout / PACKAGE / '.mim').exists()

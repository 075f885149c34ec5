"""Every command of the documentation exists and takes its options.

Blocks after a comment ``<!-- run -->`` are also run as printed, in a copy of
the project (slow); a ``text`` block that follows says what they print, where
any number stands for any other.
"""

import ast
import contextlib
import io
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from mmengine.config import Config

from skeletonmae_plugin.stock_tools import find_stock_tool

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    path
    for folder in (ROOT, ROOT / 'docs', ROOT / 'configs')
    for path in sorted(folder.glob('*.md'))
] + sorted((ROOT / 'projects').rglob('*.md'))
FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.M | re.S)
# Words that stand for something of the reader's own.
PLACEHOLDER = re.compile(r'\.\.\.|[A-Z_]+(\.\w+)?|X\.\w+|<.*>|/path/.*')
OTHER_COMMANDS = ('cd', 'git', 'source', '.')
# Where they begin a span of prose, it is a command.
STARTS = re.compile(
    r'(python |bash )?tools/\w+\.|make \w|pip install |mim \w+ \S+ \S'
)
TOOL_OF = dict(
    train='train',
    test='test',
    dist_train='train',
    dist_test='test',
    slurm_train='train',
    slurm_test='test',
)
VARIABLES = (
    'OMP_NUM_THREADS',
    'PYTHON',
    'PORT',
    'NNODES',
    'NODE_RANK',
    'MASTER_ADDR',
    'GPUS',
    'GPUS_PER_NODE',
    'CPUS_PER_TASK',
    'SRUN_ARGS',
    'CUDA_VISIBLE_DEVICES',
    'PYTHONPATH',
)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str
    run: bool
    output: str | None


def blocks(page: str) -> list[Block]:
    """All fenced blocks, each with the text block that follows it."""
    found = list(FENCE.finditer(page))
    result = []
    for i, match in enumerate(found):
        before = page[: match.start()].rstrip().rsplit('\n', 1)[-1]
        output = None
        if i + 1 < len(found) and found[i + 1][1] == 'text':
            between = page[match.end() : found[i + 1].start()]
            output = found[i + 1][2] if '\n#' not in between else None
        run = before.strip() == '<!-- run -->'
        result.append(Block(match[1], match[2], run, output))
    return result


def commands(page: str) -> list[str]:
    """Commands of bash blocks, and those within the text."""
    lines = [
        line
        for block in blocks(page)
        if block.language in ('bash', 'sh')
        for line in block.text.replace('\\\n', ' ').splitlines()
    ]
    prose = FENCE.sub('', page)
    spans = re.findall(r'`([^`]+)`', prose)
    spans = [' '.join(span.split()) for span in spans]
    return lines + [span for span in spans if STARTS.match(span)]


def faults(command: str) -> Iterator[str]:
    """What is wrong with a command line, in words."""
    for part in re.split(r'&&|;', command):
        words = shlex.split(part, comments=True)
        while words and re.match(r'[A-Z_0-9]+=', words[0]):
            yield from variable_faults(words.pop(0))
        if words and words[0] == 'export':
            for word in words[1:]:
                yield from variable_faults(word)
        elif words:
            yield from word_faults(words)


def variable_faults(word: str) -> Iterator[str]:
    name, _, value = word.partition('=')
    if name not in {*VARIABLES, *config_variables()}:
        yield f'no config reads the variable {name}'
    yield from checkpoint_faults(value)


def word_faults(words: list[str]) -> Iterator[str]:
    """Look at one simple command."""
    program, *rest = words
    for word in rest:
        yield from checkpoint_faults(word)
    if program in ('bash', 'python'):
        program, *rest = rest or ['']
    if program == 'make':
        yield from make_faults(rest)
    elif program == 'mim':
        yield from mim_faults(rest)
    elif program == 'pip':
        yield from pip_faults(rest)
    elif program.startswith(('tools/', 'projects/')):
        yield from tool_faults(program, rest)
    elif program not in OTHER_COMMANDS:
        yield f'{program} is no command that this test knows'


def make_faults(words: list[str]) -> Iterator[str]:
    targets = re.findall(r'^([\w-]+):', (ROOT / 'Makefile').read_text(), re.M)
    for word in words:
        if '=' not in word and word not in targets:
            yield f'make has no target {word}'


def mim_faults(words: list[str]) -> Iterator[str]:
    verb, *rest = words
    if verb == 'install':
        return
    if verb == 'run':
        package, tool, *rest = rest
        yield from option_faults(stock_help(tool), rest)
        return
    package, *rest = rest
    config = '...' if package == '...' else rest.pop(0)
    if verb not in ('train', 'test'):
        yield f'mim {verb} is not known to this test'
        return
    if package not in ('mmaction2', 'skeletonmae_plugin', '...'):
        yield f'mim {verb} {package}: no such package'
    cfg = None
    if not PLACEHOLDER.fullmatch(config):
        prefix = 'configs/' if package == 'skeletonmae_plugin' else ''
        cfg, fault = load_config(prefix + config)
        yield from fault
    cli = import_module(f'mim.commands.{verb}').cli
    known = [name for param in cli.params for name in param.opts]
    yield from option_faults(' '.join(known) + stock_help(verb), rest, cfg)


def pip_faults(words: list[str]) -> Iterator[str]:
    setup = (ROOT / 'setup.py').read_text()
    for word in words:
        for extra in re.findall(r'\[([\w,]+)\]', word):
            for name in extra.split(','):
                if f"'{name}': [" not in setup:
                    yield f'setup.py has no extra {name}'
        if word.endswith('.txt') and not (ROOT / word).is_file():
            yield f'{word} does not exist'


def tool_faults(program: str, words: list[str]) -> Iterator[str]:
    path = ROOT / program
    if PLACEHOLDER.fullmatch(path.name):
        return
    if not path.is_file():
        yield f'{program} does not exist'
        return
    cfg = None
    for word in words:
        if re.fullmatch(r'(projects/\w+/)?configs/\w*[a-z]\w*\.py', word):
            cfg, fault = load_config(word)
            yield from fault
    if path.stem == 'run' and words and not words[0].startswith('-'):
        if not PLACEHOLDER.fullmatch(words[0]):
            yield from option_faults(stock_help(words[0]), words[1:], cfg)
        return
    tool = TOOL_OF.get(path.stem)
    text = stock_help(tool) if tool else help_of(path)
    yield from option_faults(text, words, cfg)


def option_faults(
    text: str, words: list[str], cfg: Config | None = None
) -> Iterator[str]:
    """Options that a help text does not name, and paths not in a config."""
    known = set(re.findall(r'--?[\w-]+', text))
    for i, word in enumerate(words):
        name = word.split('=')[0]
        if word.startswith('-') and name not in known:
            yield f'no option {name}'
        if word == '--cfg-options' and cfg is not None:
            for pair in words[i + 1 :]:
                if '=' not in pair:
                    break
                yield from path_faults(cfg, pair.split('=')[0])


def path_faults(cfg: Config, key: str) -> Iterator[str]:
    node = cfg
    for name in key.split('.')[:-1]:
        try:
            node = node[int(name)] if name.isdigit() else node[name]
        except (KeyError, IndexError, TypeError):
            yield f'the config has no {name} (of {key})'
            return


def shipped_config(name: str) -> str:
    """Path of a config, of ours or of a project."""
    for path in ROOT.glob(f'projects/*/configs/{name}.py'):
        return str(path.relative_to(ROOT))
    return f'configs/{name}.py'


def checkpoint_faults(word: str) -> Iterator[str]:
    """A checkpoint of a shipped config must be one that it writes."""
    for name, epoch in re.findall(r'work_dirs/(\w+)/epoch_(\d+)\.pth', word):
        cfg, fault = load_config(shipped_config(name))
        yield from fault
        if cfg is not None and int(epoch) != cfg.train_cfg.max_epochs:
            yield f'{name} ends with epoch {cfg.train_cfg.max_epochs}'


@cache
def load_config(name: str) -> tuple[Config | None, list[str]]:
    # The folder that a reader of projects/write_your_own.md makes.
    name = name.replace('projects/mine/', 'projects/template/')
    if not (ROOT / name).is_file():
        return None, [f'{name} does not exist']
    return Config.fromfile(ROOT / name), []


@cache
def config_variables() -> set[str]:
    text = ''.join(
        path.read_text()
        for folder in ('configs', 'projects')
        for path in (ROOT / folder).rglob('*.py')
    )
    return set(re.findall(r"{{'?\$(\w+):", text))


@cache
def help_of(path: Path) -> str:
    """What a tool says of itself."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, 'argv', [str(path), '--help'])
        patch.syspath_prepend(path.parent)  # as Python itself does
        with contextlib.redirect_stdout(out), pytest.raises(SystemExit):
            runpy.run_path(str(path), run_name='__main__')
    return out.getvalue()


def stock_help(name: str) -> str:
    return help_of(find_stock_tool(name))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize('path', PAGES, ids=name_of)
def test_commands_exist_and_take_their_options(path):
    for command in commands(path.read_text()):
        assert list(faults(command)) == [], command


def test_readme_has_the_commands_of_the_project():
    found = '\n'.join(commands((ROOT / 'README.md').read_text()))
    for word in ('make demo', 'make test', 'mim train', 'mim test'):
        assert word in found


@pytest.mark.parametrize('path', PAGES, ids=name_of)
def test_links_lead_somewhere(path):
    page = path.read_text()
    links = re.findall(r'\]\(([^)\s]+)\)', page)
    links += re.findall(r'src="([^"]+)"', page)
    for link in links:
        if '://' not in link and not link.startswith('#'):
            assert (path.parent / link.split('#')[0]).exists(), link


@pytest.mark.parametrize('path', PAGES, ids=name_of)
def test_python_blocks_are_python(path):
    for block in blocks(path.read_text()):
        if block.language == 'python':
            ast.parse(block.text)


RUNS = [
    pytest.param(block, id=f'{name_of(path)}:{i}')
    for path in PAGES
    for i, block in enumerate(blocks(path.read_text()))
    if block.run
]


@pytest.mark.slow
@pytest.mark.parametrize('block', RUNS)
def test_block_runs_as_printed(block, tmp_path):
    made = ('.git', '.venv', 'work_dirs', 'data', 'demo_output', '.*_cache')
    root = tmp_path / 'project'
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*made))
    env = {k: v for k, v in os.environ.items() if k not in config_variables()}
    env.update(
        PATH=f'{Path(sys.executable).parent}:{env["PATH"]}',
        PYTHONPATH=str(root),
    )
    done = subprocess.run(
        ['bash', '-euo', 'pipefail', '-c', block.text],
        cwd=root,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    for pattern in patterns(block.output or ''):
        assert re.search(pattern, done.stdout), pattern


def patterns(text: str) -> list[str]:
    """Lines as patterns in which a number stands for any number."""
    number = r'(?<![\w/])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?'
    lines = [' '.join(line.split()) for line in text.splitlines()]
    return [
        r'[-+.\de]+'.join(map(re.escape, re.split(number, line))).replace(
            r'\ ', r'\s+'
        )
        for line in lines
        if line and line != '...'
    ]


# -------------------------------------------------- the checks can fail

PAGE = """
`make test` and `not a command`, `mim train mmaction2
configs/no.py`.

<!-- run -->
```bash
python tools/train.py \\
    configs/toy.py  # a comment
export TOY_2D=x
```

gives

```text
acc: 0.5
```
"""


def test_blocks_and_commands_are_found():
    first, second = blocks(PAGE)
    assert (first.language, first.run, first.output) == (
        'bash',
        True,
        'acc: 0.5\n',
    )
    assert (second.language, second.run) == ('text', False)
    assert commands(PAGE) == [
        'python tools/train.py      configs/toy.py  # a comment',
        'export TOY_2D=x',
        'make test',
        'mim train mmaction2 configs/no.py',
    ]


@pytest.mark.parametrize(
    'command, fault',
    [
        ('make nothing', 'no target nothing'),
        ('mim train mmaction2 configs/no.py', 'does not exist'),
        ('mim train skeletonmae_plugin strl_no.py', 'does not exist'),
        ('mim test mmaction2 configs/strl_scratch_toy.py --chekpoint x',
         'no option --chekpoint'),
        ('python tools/no.py', 'does not exist'),
        ('python tools/latency.py projects/distilled/configs/no.py',
         'projects/distilled/configs/no.py does not exist'),
        ('python tools/make_toy_data.py --clips 3', 'no option --clips'),
        ('bash tools/dist_train.sh CONFIG 2 --ampp', 'no option --ampp'),
        ('python tools/run.py confusion_matrix --shw', 'no option --shw'),
        ('NTU_2D=x make demo', 'no config reads the variable NTU_2D'),
        ('A=1 && export B=2', 'variable A'),
        ("pip install '.[nothing]'", 'no extra nothing'),
        ('X=1 python tools/train.py C work_dirs/strl_scratch_toy/epoch_1.pth',
         'ends with epoch 20'),
        ('python tools/train.py configs/strl_scratch_toy.py --cfg-options '
         'train_dataloader.data.split=x', 'has no data'),
        ('frobnicate', 'no command'),
    ],
)  # fmt: skip
def test_fault_is_found(command, fault):
    assert any(fault in found for found in faults(command))


@pytest.mark.parametrize(
    'command',
    [
        'mim train mmaction2 configs/strl_scratch_toy.py --work-dir x '
        '--cfg-options train_dataloader.dataset.labels_per_class=5',
        'mim train skeletonmae_plugin strl_scratch_toy.py --seed 1',
        'mim test mmaction2 CONFIG --checkpoint X.pth --show-dir DIR',
        'python tools/run.py analysis_tools/confusion_matrix CONFIG X.pth',
        'OMP_NUM_THREADS=1 bash tools/dist_train.sh CONFIG 2 --amp',
        "pip install -e '.[lite,dev]' -c constraints.txt",
        'NTU60_SPLIT=xview make demo  # and more',
    ],
)
def test_sound_command_passes(command):
    assert list(faults(command)) == []


def test_a_number_in_the_output_stands_for_any():
    (pattern,) = patterns('...\nacc/top1:  0.35 of 12\n')
    assert re.search(pattern, 'x acc/top1: 1e-05 of 3')
    assert not re.search(pattern, 'x acc/top5: 0.35 of 12')

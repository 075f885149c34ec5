"""Commands of the launchers, and that none outlives its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mmengine.config import Config

from skeletonmae_plugin.label_efficiency import launching
from skeletonmae_plugin.label_efficiency.launching import Launcher

TOOLS = Path(__file__).resolve().parents[2] / 'tools'
PYTORCH = Launcher('pytorch', 2, TOOLS)
PARENT = """
import multiprocessing, time
from pathlib import Path
from skeletonmae_plugin.label_efficiency.launching import (
    end_launched, run_command)
from skeletonmae_plugin.label_efficiency.running import follow_parent

def child():
    follow_parent(end_launched)
    run_command(['bash', '-c', 'echo $$; sleep 60 & wait'], {})

if __name__ == '__main__':
    process = multiprocessing.get_context('fork').Process(target=child)
    process.start()
    process.join()
"""
STUBBORN = """
from skeletonmae_plugin.label_efficiency import launching

launching.GRACE = 2.0
launching.run_command(
    ['bash', '-c', 'trap "" TERM; echo $$; while true; do sleep 0.1; done'], {}
)
"""


def shell_words(launcher, tmp_path, *args, **kw):
    """What a script runs in the end, by a shell that shows it."""
    command = launcher.command('name', Path('c.py'), *args, **kw)
    folder = tmp_path / 'bin'
    folder.mkdir(exist_ok=True)
    for name in ('python', 'srun'):
        (folder / name).write_text('#!/bin/bash\necho "$0 $*"\n')
        (folder / name).chmod(0o755)
    path = f'{folder}:{os.environ["PATH"]}'
    done = subprocess.run(
        command,
        env={**os.environ, **launcher.environment(), 'PATH': path},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def after(words, option):
    return words[words.index(option) + 1]


def test_torchrun_is_given_all(tmp_path):
    words = shell_words(PYTORCH, tmp_path, '--resume', '--work-dir', 'w')
    assert '--nproc_per_node=2' in words
    assert words[-6:] == [
        'c.py',
        *('--launcher', 'pytorch'),
        *('--resume', '--work-dir', 'w'),
    ]
    words = shell_words(PYTORCH, tmp_path, 'x.pth', '-v', test=True)
    place = words.index(str(TOOLS / 'test.py'))
    assert words[place + 1 :] == [
        *('c.py', 'x.pth', '--launcher', 'pytorch', '-v')
    ]
    ports = {PYTORCH.environment()['PORT'] for _ in range(8)}
    assert all(1024 < int(port) < 65536 for port in ports)


def test_slurm_is_given_all(tmp_path, monkeypatch):
    monkeypatch.delenv('GPUS_PER_NODE', raising=False)
    slurm = Launcher('slurm', 16, TOOLS, 'gpus')
    words = shell_words(slurm, tmp_path, '--resume')
    assert after(words, '-p') == 'gpus' and '--job-name=name' in words
    assert '--ntasks=16' in words and '--gres=gpu:8' in words
    assert words[-4:] == ['c.py', '--launcher', 'slurm', '--resume']
    words = shell_words(slurm, tmp_path, 'x.pth', test=True)
    assert words[-4:] == ['c.py', 'x.pth', '--launcher', 'slurm']


@pytest.fixture
def commands(monkeypatch):
    """Commands that would be run, and what their configs say."""
    seen = []

    def run(command, variables):
        (config,) = (Path(x) for x in command if x.endswith('.py'))
        cfg = Config.fromfile(str(config))
        seen.append((command, cfg))
        work_dir = config.parents[1]
        last = work_dir / 'epoch_3.pth'
        last.touch()
        (work_dir / 'last_checkpoint').write_text(f'{last}\n')
        return int('fails' in str(work_dir))

    monkeypatch.setattr(launching, 'run_command', run)
    return seen


def test_a_batch_is_shared_by_the_processes(commands, tmp_path):
    cfg = Config(dict(train_dataloader=dict(batch_size=6), x='a'))
    last = launching.launch_training(PYTORCH, cfg, tmp_path / 'cell', 7)
    assert last == tmp_path / 'cell' / 'epoch_3.pth'
    ((command, launched),) = commands
    assert launched.train_dataloader.batch_size == 3
    assert launched.randomness.seed == 7 and launched.x == 'a'
    assert after(command, '--work-dir') == str(tmp_path / 'cell')
    # A start forgets nothing that its config loads.
    assert '--resume' not in command and cfg.train_dataloader.batch_size == 6
    launching.launch_training(PYTORCH, cfg, tmp_path / 'cell', 7)
    assert '--resume' in commands[-1][0]


def test_a_batch_that_cannot_be_shared_is_refused():
    PYTORCH.check(Config(dict(train_dataloader=dict(batch_size=6))))
    odd = Config(dict(train_dataloader=dict(batch_size=5)))
    with pytest.raises(ValueError, match='the batch of 5 clips, got 2'):
        PYTORCH.check(odd)


def test_a_failed_command_is_told(commands, tmp_path):
    cfg = Config(dict(train_dataloader=dict(batch_size=6)))
    with pytest.raises(RuntimeError, match='fails: .*code 1.*dist_train.sh'):
        launching.launch_training(PYTORCH, cfg, tmp_path / 'fails', 7)


def test_status_and_variables_of_a_command():
    command = ['bash', '-c', 'exit $STATUS']
    numbers = signal.SIGTERM, signal.SIGINT
    before = [signal.getsignal(number) for number in numbers]
    assert launching.run_command(command, dict(STATUS='3')) == 3
    assert launching.run_command(command, dict(STATUS='0')) == 0
    assert [signal.getsignal(number) for number in numbers] == before


@pytest.mark.skipif(sys.platform != 'linux', reason='looks into /proc')
def test_a_command_ends_with_the_one_who_asked(is_running):
    parent = subprocess.Popen(
        [sys.executable, '-c', PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    shell = int(parent.stdout.readline())
    assert is_running(shell)
    parent.kill()
    parent.wait()
    for _ in range(200):
        if not is_running(shell):
            break
        time.sleep(0.1)
    assert not is_running(shell)


@pytest.mark.skipif(sys.platform != 'linux', reason='looks into /proc')
def test_asked_twice_a_stubborn_command_ends_too(is_running):
    parent = subprocess.Popen(
        [sys.executable, '-c', STUBBORN],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    shell = int(parent.stdout.readline())
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        parent.send_signal(number)
        time.sleep(0.3)
    assert parent.wait(30) == 128 + signal.SIGTERM
    assert not is_running(shell)


ASKED_EARLY = """
import os, signal, subprocess, sys
from skeletonmae_plugin.label_efficiency import launching

class Popen(subprocess.Popen):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        print(self.pid, flush=True)
        os.kill(os.getpid(), int(sys.argv[1]))

launching.subprocess.Popen = Popen
launching.run_command(['sleep', '60'], {})
"""


@pytest.mark.skipif(sys.platform != 'linux', reason='looks into /proc')
@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_asked_while_it_starts_a_command_ends_too(number, is_running):
    parent = subprocess.Popen(
        [sys.executable, '-c', ASKED_EARLY, str(int(number))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.default_int_handler
        ),
    )
    command = int(parent.stdout.readline())
    assert parent.wait(30) != 0
    assert not is_running(command)

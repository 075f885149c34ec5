"""Trainings as commands of their own, by torchrun or Slurm."""

from __future__ import annotations

import copy
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from mmengine.config import Config

from ..engine.resuming import resume_words, trained_checkpoint
from .training import Outcome

#: Launcher -> scripts that train and test with it.
SCRIPTS = {
    'pytorch': ('dist_train.sh', 'dist_test.sh'),
    'slurm': ('slurm_train.sh', 'slurm_test.sh'),
}
#: Seconds that processes are given to end by themselves: torchrun gives its
#: workers 30.
GRACE = 40.0


@dataclass(frozen=True)
class Launcher:
    """How a training is started.

    Args:
        name: Of ``SCRIPTS``.
        num_processes: Processes of a training, a GPU each.
        tools: Folder of the scripts.
        partition: Of Slurm.
    """

    name: str
    num_processes: int
    tools: Path
    partition: str | None = None

    def command(
        self, job_name: str, config: Path, *rest: str, test: bool = False
    ) -> list[str]:
        """Words of a command.

        Args:
            job_name: That Slurm shows.
            config: Written config.
            rest: Checkpoint, options of ``train.py`` or ``test.py``.
            test: Whether to test.
        """
        script = str(self.tools / SCRIPTS[self.name][test])
        if self.name == 'slurm':
            words = [str(self.partition), job_name, str(config), *rest]
            return ['bash', script, *words]
        # A test has its checkpoint before the number of processes.
        first, last = (rest[:1], rest[1:]) if test else ((), rest)
        count = str(self.num_processes)
        return ['bash', script, str(config), *first, count, *last]

    def check(self, cfg: Config) -> None:
        """Refuse a training whose batch cannot be shared evenly.

        Args:
            cfg: Of the training.

        Raises:
            ValueError: If the processes do not divide its batch.
        """
        batch = cfg.train_dataloader.batch_size
        if batch % self.num_processes:
            raise ValueError(
                f'expected a number of processes that divides the batch of '
                f'{batch} clips, got {self.num_processes}; choose another '
                '--nproc, or another train_dataloader.batch_size'
            )

    def environment(self) -> dict[str, str]:
        """Variables that the scripts read."""
        if self.name == 'slurm':
            count = self.num_processes
            each = int(os.environ.get('GPUS_PER_NODE', 8))
            return dict(GPUS=str(count), GPUS_PER_NODE=str(min(count, each)))
        return dict(
            # Trainings side by side must not share one.
            PORT=str(_free_port()),
            # Of one machine, whatever an earlier command has left.
            NNODES='1',
            NODE_RANK='0',
        )


def launch_training(
    launcher: Launcher, cfg: Config, work_dir: Path, seed: int
) -> Path:
    """Train to the last epoch, from where an earlier command stopped.

    The batch of the config is shared by the processes, which divide it (see
    ``Launcher.check``).

    Args:
        launcher: The launcher.
        cfg: What to train.
        work_dir: Folder of the training.
        seed: Of its weights and order.

    Returns:
        The last checkpoint.

    Raises:
        RuntimeError: If the command fails; names its last words' place.
    """
    cfg = copy.deepcopy(cfg)
    loader = cfg.train_dataloader
    loader.batch_size //= launcher.num_processes
    cfg.randomness = dict(seed=seed)
    _launch(launcher, cfg, work_dir, 'train', *resume_words(work_dir))
    return trained_checkpoint(work_dir)


def launch_test(
    launcher: Launcher, cfg: Config, work_dir: Path, checkpoint: Path
) -> Outcome:
    """Test a checkpoint.

    Args:
        launcher: The launcher.
        cfg: Of its training.
        work_dir: Folder of the training.
        checkpoint: The checkpoint.

    Raises:
        RuntimeError: If the command fails; names its last words' place.
    """
    cfg, file = copy.deepcopy(cfg), work_dir / 'guesses.json'
    cfg.test_evaluator = dict(type='GuessMetric', file=str(file))
    file.unlink(missing_ok=True)
    _launch(launcher, cfg, work_dir, 'test', str(checkpoint))
    guesses = json.loads(file.read_text('utf-8'))
    last = torch.load(checkpoint, map_location='cpu', weights_only=True)
    return Outcome(**guesses, updates=last['meta']['iter'])


def _launch(
    launcher: Launcher, cfg: Config, work_dir: Path, what: str, *rest: str
) -> None:
    config = work_dir / 'launched' / f'{what}.py'
    config.parent.mkdir(parents=True, exist_ok=True)
    cfg.dump(config)
    command = launcher.command(
        work_dir.name,
        config,
        *rest,
        *('--work-dir', str(work_dir)),
        test=what == 'test',
    )
    # The scripts call the first python of PATH, which is to be this one.
    path = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    code = run_command(command, dict(launcher.environment(), PATH=path))
    if code:
        raise RuntimeError(
            f'{work_dir.name}: the command failed with code {code}, see what '
            f'it said above: {" ".join(command)}'
        )


def run_command(command: list[str], variables: Mapping[str, str]) -> int:
    """Run a command to its end; it ends with this process.

    Args:
        command: Its words. What it says goes where this process writes.
        variables: Of its environment, beside our own.

    Returns:
        Its exit status.
    """
    with _ending_in_order() as requests:
        process = subprocess.Popen(
            command,
            env={**os.environ, **variables},
            start_new_session=True,  # with all that it starts it is one group
        )
        try:
            requests.obey()
            return process.wait()
        finally:
            _end_group(process)


def end_launched(status: int) -> None:
    """End this process, and first what it has launched.

    Called by a thread; the main one, which waits for the command, ends it.
    """
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(2 * GRACE)
    os._exit(status)


class _Requests:
    """Requests to end, which wait until what they end is known.

    Raised while a command is being started, they would leave it behind.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._obeyed = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._number = number
        if self._obeyed:
            self.obey()

    def obey(self) -> None:
        """End from now on, and at once if that has been asked for."""
        self._obeyed = True
        if self._number == signal.SIGINT:
            raise KeyboardInterrupt
        if self._number is not None:
            sys.exit(128 + self._number)


@contextmanager
def _ending_in_order() -> Iterator[_Requests]:
    """Meanwhile a request to end runs what is to be done at last."""
    requests = _Requests()
    numbers = signal.SIGTERM, signal.SIGINT
    before = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGTERM, requests)
    # A job in the background does not hear Ctrl-C.
    if before[signal.SIGINT] != signal.SIG_IGN:
        signal.signal(signal.SIGINT, requests)
    try:
        yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_group(process: subprocess.Popen) -> None:
    """End all of a command that is still there, at last by force.

    torchrun ends its workers itself, which are groups of their own: asked, it
    must be given time, however often we are asked to end meanwhile.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
            end = time.monotonic() + GRACE
            while time.monotonic() < end:
                process.poll()  # else a dead one counts as there
                os.killpg(process.pid, 0)
                time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        port: Any = one.getsockname()[1]
        return int(port)

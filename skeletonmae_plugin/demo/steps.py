"""Commands that run one after the other or side by side, with progress."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

_TRAIN = re.compile(
    r'Epoch\(train\)\s+\[(\d+)\]\[(\d+)/(\d+)\].*?\bloss: ([\d.]+)'
)
_HEADLINES = (
    'acc/top1:',
    'masked_error:',
    'interpolation_error:',
    'mean_pose_error:',
)
_RESULT = re.compile(r'Epoch\(test\)\s+\[\d+/\d+\]\s+(.*?)(?:  data_time|$)')


@dataclass
class Step:
    """One command.

    Args:
        name: What it does, in front of its progress lines.
        command: The command and its arguments.
        log: File that takes all its output.
        variables: Environment variables beside the present ones.
        num_epochs: Length of a training, to thin out its progress.
    """

    name: str
    command: Sequence[str]
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    num_epochs: int = 1
    seconds: float = 0.0

    def __str__(self) -> str:
        """The command as one would type it."""
        variables = [
            f'{k}={shlex.quote(v)}' for k, v in self.variables.items()
        ]
        return ' '.join([*variables, shlex.join(self.command)])

    def run(self) -> None:
        """Run to the end; show progress, keep all output in the log.

        Raises:
            RuntimeError: If the command fails; with the end of its output.
        """
        start = time.perf_counter()
        self._say(f'starts, log: {self.log}')
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with (
            open(self.log, 'w') as log,
            subprocess.Popen(
                self.command,
                env={**os.environ, **self.variables},
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            for line in process.stdout or ():
                log.write(line)
                message = progress(line, self.num_epochs)
                if message:
                    self._say(message)
        self.seconds = time.perf_counter() - start
        if process.returncode:
            end = ''.join(self.log.read_text().splitlines(True)[-25:])
            raise RuntimeError(
                f'{self.name} failed with code {process.returncode}:\n'
                f'{self}\n{end}'
            )
        self._say(f'done in {self.seconds:.0f} s')

    def _say(self, message: str) -> None:
        # In one write, so that steps side by side do not mix their lines.
        sys.stdout.write(f'[{self.name}] {message}\n')
        sys.stdout.flush()


def progress(line: str, num_epochs: int) -> str | None:
    """What a line of MMEngine's log says in short, about ten a training."""
    match = _TRAIN.search(line)
    if match:
        epoch, iteration, last = map(int, match.groups()[:3])
        due = epoch % -(-num_epochs // 10) == 0 or epoch == num_epochs
        if iteration == last and due:
            return f'epoch {epoch}/{num_epochs}, loss {match.group(4)}'
        return None
    match = _RESULT.search(line)
    if match:
        results = re.split(r'\s{2,}', match.group(1).strip())
        return ', '.join(r for r in results if r.startswith(_HEADLINES))
    return None


def run_side_by_side(steps: Sequence[Step]) -> None:
    """Run steps at the same time and wait for all; one failure is raised."""
    with ThreadPoolExecutor(len(steps)) as pool:
        for future in [pool.submit(step.run) for step in steps]:
            future.result()

"""Commands that run one after the other, with progress."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_CELLS = re.compile(r'\d+ of \d+ cells, ')
_HEADLINES = (
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
    """

    name: str
    command: Sequence[str]
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)

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
                message = progress(line)
                if message:
                    self._say(message)
        seconds = time.perf_counter() - start
        if process.returncode:
            end = ''.join(self.log.read_text().splitlines(True)[-25:])
            raise RuntimeError(
                f'{self.name} failed with code {process.returncode}:\n'
                f'{self}\n{end}'
            )
        self._say(f'done in {seconds:.0f} s')

    def _say(self, message: str) -> None:
        print(f'[{self.name}] {message}', flush=True)


def progress(line: str) -> str | None:
    """What a line of a tool's output says in short, if it is progress."""
    if _CELLS.match(line):
        return line.strip()
    match = _RESULT.search(line)
    if match:
        results = re.split(r'\s{2,}', match.group(1).strip())
        return ', '.join(r for r in results if r.startswith(_HEADLINES))
    return None

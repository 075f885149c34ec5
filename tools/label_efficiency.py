r"""What does pre-training buy on a file? See docs/label_efficiency.md.

Pre-trains on the training split without its labels, then trains with some of
the labels, pre-trained and not, tests, and says the difference with its
interval. May be killed and started again: what is done is kept in --out.

Example:
    python tools/make_toy_data.py --out data/toy.pkl
    python tools/label_efficiency.py --ann-file data/toy.pkl --layout coco \
        --train-split train --test-split test --budget quick \
        --out work_dirs/label_efficiency/toy
"""

import logging
import os
from pathlib import Path

# Trainings run side by side: more threads than one spin against each other.
os.environ.setdefault('OMP_NUM_THREADS', '1')

from mmengine.logging import MMLogger  # noqa: E402

import skeletonmae_plugin  # noqa: E402, F401  # its cures come first
from skeletonmae_plugin.label_efficiency.arguments import (  # noqa: E402
    parse_args,
    question,
)
from skeletonmae_plugin.label_efficiency.run import run  # noqa: E402
from skeletonmae_plugin.stopping import stop_in_words  # noqa: E402

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'


@stop_in_words()
def main() -> None:
    """Run what is missing, print the table."""
    args = parse_args(__doc__ or '')
    # What it says of files and variables stands in the way of the bar.
    MMLogger.get_instance('label_efficiency', log_level=logging.WARNING)
    try:
        spec, plan, train, test = question(args, CONFIGS)
        text, failures = run(
            spec, plan, train, test, args.out, CONFIGS, args.jobs
        )
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    print(text)
    print(f'written to {args.out}')
    if failures:
        raise SystemExit(f'error: {len(failures)} processes failed, see above')


if __name__ == '__main__':
    main()

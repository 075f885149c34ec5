"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Amounts of a benchmark.

    Args:
        repetitions: Blocks of each side of a comparison.
        block_seconds: A block is as many calls as take so long.
        warmup: Calls of each side before the first block.
        batch_size: Clips of a batch; None: those of the shipped config.
        num_clips: Made clips of a training.
        num_epochs: Timed epochs of a training, after one that is not.
        corpora: Clips of the small and of the large corpus.
        made: Different clips that a corpus is made of, again and again.
        doublings: How often the growth rows double each size.
        compiled: Measure compiled variants, which take a minute to compile.
    """

    repetitions: int
    block_seconds: float
    warmup: int
    batch_size: int | None
    num_clips: int
    num_epochs: int
    corpora: tuple[int, int]
    made: int
    doublings: int
    compiled: bool = True


FULL = Sizes(
    repetitions=9,
    block_seconds=1.0,
    warmup=3,
    batch_size=None,
    num_clips=4096,
    num_epochs=4,
    corpora=(4000, 40000),
    made=1024,
    doublings=2,
)
QUICK = Sizes(
    repetitions=3,
    block_seconds=0.1,
    warmup=2,
    batch_size=16,
    num_clips=256,
    num_epochs=2,
    corpora=(200, 2000),
    made=64,
    doublings=1,
)

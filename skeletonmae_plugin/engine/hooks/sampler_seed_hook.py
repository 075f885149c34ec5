"""A resumed run draws what the interrupted one would have drawn."""

from mmaction.registry import HOOKS
from mmengine.hooks import DistSamplerSeedHook
from mmengine.runner import Runner

from ...datasets.sampler import SkeletonSampler


@HOOKS.register_module()
class SamplerSeedHook(DistSamplerSeedHook):
    """MMEngine's hook of the epoch, and the seed after a resume.

    Without ``--seed`` every start draws a new seed. On a resume MMEngine takes
    the seed of the checkpoint, but the sampler has been built before that:
    order and augmentation would change.
    """

    def before_run(self, runner: Runner) -> None:
        """See, before a checkpoint is loaded, whose seed the sampler has."""
        # Not runner.train_loop: in a test that would build the training.
        loader = getattr(runner._train_loop, 'dataloader', None)
        sampler = getattr(loader, 'sampler', None)
        self._follows = (
            isinstance(sampler, SkeletonSampler)
            and sampler.seed == runner.seed
        )

    def before_train(self, runner: Runner) -> None:
        """Hand the resumed seed to a sampler that has none of its own."""
        if self._follows:
            sampler = runner.train_loop.dataloader.sampler
            sampler.seed = runner.seed
            sampler.set_epoch(sampler.epoch)

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

    def before_train(self, runner: Runner) -> None:
        """Hand the runner's seed to the sampler of the training."""
        sampler = runner.train_loop.dataloader.sampler
        own_seed = runner._randomness_cfg.get('diff_rank_seed', False)
        if isinstance(sampler, SkeletonSampler) and not own_seed:
            sampler.seed = runner.seed
            sampler.set_epoch(sampler.epoch)

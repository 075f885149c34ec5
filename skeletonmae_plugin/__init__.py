"""SkeletonMAE pre-training and STRL fine-tuning as a plug-in of MMAction2.

Importing the package applies the cures of :mod:`.compat` and registers every
part in ``mmaction.registry``; nothing else happens.
"""

from . import compat

# The cures must stand before anything of MMAction2 is imported.
compat.apply()

from . import (  # noqa: E402
    datasets,
    engine,
    evaluation,
    models,
    visualization,
)

__version__ = '0.1.0'

__all__ = [
    'compat',
    'datasets',
    'engine',
    'evaluation',
    'models',
    'visualization',
]

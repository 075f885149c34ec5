"""What pre-training buys on a file: arms over label subsets and seeds."""

from .spec import ARMS, Spec

__all__ = ['ARMS', 'Spec']

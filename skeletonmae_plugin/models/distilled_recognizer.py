"""A student that learns from labels and from teachers."""

from collections.abc import Mapping, Sequence

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .strl_recognizer import STRLRecognizer
from .teachers import Teachers


@MODELS.register_module()
class DistilledRecognizer(STRLRecognizer):
    r"""A STRLRecognizer whose teachers have an opinion of every clip.

    .. math::
        L = \mathrm{CE}(s_i, y_i)_{i \text{ has a label}}
        + \lambda \tau^2\, \mathrm{KL}(t_i \,\|\, s_i)_{\text{all } i}

    where each term is a mean over its clips (Hinton et al.,
    https://arxiv.org/abs/1503.02531). Teachers see the very views that the
    student sees, as in https://arxiv.org/abs/2106.05237.

    What is saved is a STRLRecognizer: teachers are no part of the state, and
    no test reads them.

    Args:
        backbone: The student's, see :class:`STRLRecognizer`.
        teachers: See :class:`Teachers`.
        cls_head: The student's.
        distillation: Config of the loss on scores. Default: DistillationLoss
            as it is.
        data_preprocessor: See :class:`STRLRecognizer`.

    Shapes:
        - inputs: (N, M, T, V, C), N clips of one view each; valid:
          (N, M, T, V) bool
    """

    def __init__(
        self,
        backbone: dict,
        teachers: Sequence[Mapping[str, str]],
        cls_head: dict | None = None,
        distillation: dict | None = None,
        data_preprocessor: dict | None = None,
    ) -> None:
        super().__init__(backbone, cls_head, data_preprocessor)
        self.teachers = Teachers(teachers)
        self.distillation = MODELS.build(
            distillation or dict(type='DistillationLoss')
        )

    def init_weights(self) -> None:
        """Initialise the student; miss a teacher now, not at a first step."""
        super().init_weights()
        self.teachers.load()

    def loss(
        self, inputs: Tensor, data_samples: list, valid: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The head's losses of clips with a label, ``loss_distill`` of all.

        Raises:
            ValueError: If a clip has several views.
        """
        self._require_one_view(inputs, data_samples)
        scores, _ = self.extract_feat(inputs, 'head', valid)  # (N, K)
        losses = self._label_losses(scores, data_samples)
        target = self.teachers(inputs, valid)
        return losses | {'loss_distill': self.distillation(scores, target)}

    def _label_losses(
        self, scores: Tensor, data_samples: list
    ) -> dict[str, Tensor]:
        rows = [i for i, s in enumerate(data_samples) if 'gt_label' in s]
        if not rows:
            # With few labels a batch may have none.
            return {'loss_cls': 0 * scores.sum()}
        chosen = torch.tensor(rows, device=scores.device)
        return self.cls_head.loss_by_feat(
            scores[chosen], [data_samples[i] for i in rows]
        )

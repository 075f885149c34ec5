"""Recognition that knows who is there."""

from typing import Any

from mmaction.models.recognizers import RecognizerGCN
from mmaction.registry import MODELS
from torch import Tensor


@MODELS.register_module()
class STRLRecognizer(RecognizerGCN):
    """MMAction2's ``RecognizerGCN`` with ``valid`` handed to the backbone.

    Args:
        backbone: Takes ``valid``: STRL, SkeletonMAE, or a stock one in
            InputMaskedBackbone, HeatmapBackbone, StemmedBackbone, LateFusion.
        cls_head: MMAction2's GCNHead.
        data_preprocessor: Default: SkeletonDataPreprocessor, which has joined
            batch and clips already.

    Shapes:
        - inputs: (N, M, T, V, C), N = batch x clips; valid: (N, M, T, V) bool
    """

    def __init__(
        self,
        backbone: dict,
        cls_head: dict | None = None,
        data_preprocessor: dict | None = None,
    ) -> None:
        super().__init__(
            backbone,
            cls_head,
            data_preprocessor=data_preprocessor
            or dict(type='SkeletonDataPreprocessor'),
        )

    def extract_feat(
        self,
        inputs: Tensor,
        stage: str = 'backbone',
        valid: Tensor | None = None,
    ) -> tuple[Tensor, dict]:
        """The backbone's features or, at stage 'head', class scores (N, K).

        Features are (N, 1, D, T', V) of a backbone that pools persons, STRL
        for one, and (N, M, D, T', V) of others.
        """
        feats = self.backbone(inputs, valid=valid)
        if stage == 'head' and self.with_cls_head:
            feats = self.cls_head(feats)
        return feats, {}

    def loss(
        self, inputs: Tensor, data_samples: list, valid: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The head's losses.

        Raises:
            ValueError: If a clip has no label, or several views.
        """
        unlabelled = [s for s in data_samples if 'gt_label' not in s]
        if unlabelled:
            raise ValueError(
                f'{len(unlabelled)} of {len(data_samples)} clips of a batch '
                'have no label, for instance '
                f'{unlabelled[0].get("frame_dir")!r}; recognition needs one '
                'for each: label them, or choose labelled clips by '
                'label_fraction=1.0 of the data set, keep_unlabelled=False; '
                'DistilledRecognizer learns from the others too'
            )
        self._require_one_view(inputs, data_samples)
        feats, _ = self.extract_feat(inputs, valid=valid)
        return self.cls_head.loss(feats, data_samples)

    def _require_one_view(self, inputs: Tensor, data_samples: list) -> None:
        if len(inputs) != len(data_samples):
            raise ValueError(
                f'recognition learns from one view of each clip, got '
                f'{len(inputs)} views of {len(data_samples)} clips; set '
                'num_clips=1 of SampleSkeletonFrames in the pipeline of the '
                'training'
            )

    def predict(
        self, inputs: Tensor, data_samples: list, valid: Tensor | None = None
    ) -> list[Any]:
        """The samples with ``pred_score`` and ``pred_label``."""
        feats, _ = self.extract_feat(inputs, valid=valid)
        return self.cls_head.predict(feats, data_samples)

    def _forward(
        self,
        inputs: Tensor,
        stage: str = 'backbone',
        valid: Tensor | None = None,
    ) -> Tensor:
        return self.extract_feat(inputs, stage, valid)[0]

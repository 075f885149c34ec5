"""What is missing for ONNX is said before the work."""

import pytest

from skeletonmae_plugin.export import libraries


def test_a_missing_library_is_named(monkeypatch):
    libraries.require_onnx()
    monkeypatch.setattr(
        libraries, 'find_spec', lambda name: None if 'script' in name else 1
    )
    with pytest.raises(
        ImportError, match=r'onnxscript is not installed.*plugin\[export\]'
    ):
        libraries.require_onnx()

"""What ONNX needs beside PyTorch."""

from importlib.util import find_spec

#: What the exporter of PyTorch, and what runs its file.
LIBRARIES = ('onnx', 'onnxscript', 'onnxruntime')


def require_onnx() -> None:
    """Say how to get what is missing.

    Raises:
        ImportError: If a library is not there.
    """
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise ImportError(
            f'expected {", ".join(LIBRARIES)} for ONNX, but '
            f'{", ".join(missing)} is not installed; run: pip install '
            f'{" ".join(missing)} (the extra skeletonmae_plugin[export])'
        )

"""What a processor computes in without emulation."""

import torch


def cpu_computes_bfloat16() -> bool:
    """Whether this CPU has instructions for bfloat16 (AVX-512 or AMX)."""
    # Not public in torch; where they are missing, so are the instructions.
    names = ('_is_avx512_bf16_supported', '_is_amx_tile_supported')
    return any(getattr(torch.cpu, name, bool)() for name in names)


def fast_dtype(device: str) -> str:
    """The fastest number format of a device, by its name in torch.

    'bfloat16' from Ampere on and on CPUs that have it, 'float16' on older
    GPUs, else 'float32'.
    """
    if device == 'cuda':
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
        return 'bfloat16' if fast else 'float16'
    if device == 'cpu' and cpu_computes_bfloat16():
        return 'bfloat16'
    return 'float32'

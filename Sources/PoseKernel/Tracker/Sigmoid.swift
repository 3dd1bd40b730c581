import Glibc

/// In single precision throughout, as the reference computes it.
@inline(__always)
func sigmoid(_ logit: Float) -> Float { 1 / (1 + expf(-logit)) }

#pragma once
#include <stdbool.h>
#include "CVector.h"

// What the running CPU and kernel offer; C because Swift has no spelling for cpuid.

/// AVX2, FMA and the operating system's support for 256-bit state.
bool ccpu_has_avx2_fma(void);
/// AVX-512 F, BW, DQ, VL (x86-64-v4) and the operating system's support for 512-bit state.
bool ccpu_has_avx512(void);

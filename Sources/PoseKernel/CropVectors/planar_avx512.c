#include "CCropVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define LANES 16
#define V(name) _mm512_##name
#define CROP ccrop_planar_avx512
#include "planar.h"
#pragma clang attribute pop
#endif

#include "CCropVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define LANES 8
#define V(name) _mm256_##name
#define CROP ccrop_planar_avx2
#include "planar.h"
#pragma clang attribute pop
#endif

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#define NAME(name) name##_avx512
enum { lanes = 16, most_vectors = 6 };

/// The first `count` lanes.
static inline __attribute__((always_inline)) TARGET void store_first(float *place, __m512 value, size_t count) {
    _mm512_mask_storeu_ps(place, count >= lanes ? 0xFFFF : (__mmask16)((1u << count) - 1), value);
}

#include "planes.h"
#endif

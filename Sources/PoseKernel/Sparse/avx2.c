#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
#define NAME(name) name##_avx2
enum { lanes = 8, most_vectors = 6 };

/// The first `count` lanes.
static inline __attribute__((always_inline)) TARGET void store_first(float *place, __m256 value, size_t count) {
    if (count >= lanes) return _mm256_storeu_ps(place, value);
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    _mm256_maskstore_ps(place, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), index), value);
}

#include "planes.h"
#endif

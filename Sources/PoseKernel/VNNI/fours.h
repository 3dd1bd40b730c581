#pragma once
#include "product.h"

// Products of bytes, or of 16-bit integers, whose rows of A stand in *fours*: word by word, each word that of four rows
// one after the other. Rows of a picture that lie one below the other, and pixels that lie side by side, come out of
// saturating packs in this order.

/// Of the products of some rows in fours with one panel of B. The last 8 columns of two rows share a vector, so that no
/// lane idles.
typedef struct {
    __m512i whole[16][3];
    __m512i half[8];
} four_sums;

/// `rows` x (`vectors` of 16 and perhaps one of 8) sums, from `start` on (NULL: zero); of each four only the first
/// `of_four` are rows, all of them where there are sums of 8. Weights are bytes with a sign, what stands in A has none;
/// or both are 16-bit integers.
INLINE void multiply_fours(four_sums *sums, const int rows, const int of_four, const int vectors, const bool half,
                           const bool bytes, const int32_t *a, size_t words, const int32_t *start, const uint32_t *b) {
    const size_t width = 16 * (size_t)vectors + (half ? 8 : 0);
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sums->whole[r][v] = start ? _mm512_loadu_si512(start + 16 * v) : _mm512_setzero_si512();
        }
        sums->half[r / 2] = _mm512_setzero_si512();
    }
    const __m512i first = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    const __m512i last = _mm512_setr_epi32(2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    for (size_t i = 0; i < words; i++) {
        __m512i line[3];
        UNROLL for (int v = 0; v < vectors; v++) line[v] = _mm512_loadu_si512(b + 16 * v);
        UNROLL for (int r = 0; r < rows && vectors > 0; r++) {
            const size_t four = (size_t)(r / of_four) * 4 * words, place = (size_t)(r % of_four);
            const __m512i value = _mm512_set1_epi32(a[four + 4 * i + place]);
            UNROLL for (int v = 0; v < vectors; v++) {
                sums->whole[r][v] = add_products(sums->whole[r][v], value, line[v], bytes);
            }
        }
        if (half) {
            const __m512i rest = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)(b + 16 * vectors)));
            UNROLL for (int r = 0; r < rows; r += 4) {
                const __m128i *place = (const __m128i *)(a + (size_t)r * words + 4 * i);
                const __m512i four = _mm512_broadcast_i32x4(_mm_loadu_si128(place));
                const __m512i upper = _mm512_permutexvar_epi32(first, four);
                const __m512i lower = _mm512_permutexvar_epi32(last, four);
                sums->half[r / 2] = add_products(sums->half[r / 2], upper, rest, bytes);
                sums->half[r / 2 + 1] = add_products(sums->half[r / 2 + 1], lower, rest, bytes);
            }
        }
        b += width;
    }
}

/// The last 8 columns of row `r`.
INLINE __m256i half_sums(const four_sums *sums, const int r) {
    return r % 2 ? _mm512_extracti64x4_epi64(sums->half[r / 2], 1) : _mm512_castsi512_si256(sums->half[r / 2]);
}

/// Rounded integers of 16 bits, lane by lane four of each vector in turn, `first` two by two and `second`: as fours of
/// words of two. 32 words.
INLINE void pairs_of(__m512i first, __m512i second, __m512i pairs[2]) {
    const __m512 low = _mm512_castsi512_ps(first), high = _mm512_castsi512_ps(second);
    const __m512i even = _mm512_castps_si512(_mm512_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
    const __m512i odd = _mm512_castps_si512(_mm512_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1)));
    const __m512i front = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i rear = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    pairs[0] = _mm512_permutex2var_epi64(even, front, odd);
    pairs[1] = _mm512_permutex2var_epi64(even, rear, odd);
}

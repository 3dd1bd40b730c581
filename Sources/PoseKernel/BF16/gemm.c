#include "CBF16.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

bool cbf16_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bf16");
}

/// Columns of the panel that begins where `left` columns are still to do.
static size_t panel_width(size_t left) {
    if (left > 48) return left <= 64 ? 32 : 48;
    return (left + 15) / 16 * 16;
}

/// Rows whose part of A is rounded at once: a multiple of every tile's rows.
enum { block_rows = 96 };

size_t cbf16_scratch_bytes(size_t k) { return block_rows * k * 2; }

size_t cbf16_packed_count(size_t k, size_t n) {
    size_t column = 0;
    while (column < n) column += panel_width(n - column);
    return column * (k / 2);
}

/// To the nearest, ties to even; infinities stay.
static uint32_t rounded(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

void cbf16_pack(const float *weights, size_t k, size_t n, uint32_t *packed) {
    for (size_t column = 0; column < n;) {
        size_t width = panel_width(n - column);
        for (size_t i = 0; i < k; i += 2) {
            for (size_t j = 0; j < width; j++) {
                const float *row = weights + (column + j) * k + i;
                *packed++ = column + j < n ? rounded(row[0]) | rounded(row[1]) << 16 : 0;
            }
        }
        column += width;
    }
}

/// `count` rows of k floats as bf16.
TARGET static void round_rows(const float *a, size_t count, uint16_t *target) {
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        __m512bh pair = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(a + i));
        _mm512_storeu_si512(target + i, (__m512i)pair);
    }
    for (; i < count; i += 8) {
        __m128bh eight = _mm256_cvtneps_pbh(_mm256_loadu_ps(a + i));
        _mm_storeu_si128((__m128i *)(target + i), (__m128i)eight);
    }
}

INLINE __m512 clamped(__m512 x) {
    return _mm512_min_ps(_mm512_max_ps(x, _mm512_setzero_ps()), _mm512_set1_ps(6));
}

/// One tile: `rows` x `vectors` of 16 sums in registers while k runs. Both are constants where this is inlined.
INLINE void tile(const cbf16_gemm_task *task, const int rows, const int vectors, const uint16_t *a,
                 const uint32_t *b, size_t row, size_t column) {
    __m512 sums[16][3];
    const size_t pairs = task->k / 2;
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_loadu_ps(task->bias + column + 16 * v);
    }
    const uint32_t *lines = (const uint32_t *)a;
    for (size_t i = 0; i < pairs; i++) {
        __m512bh line[3];
        UNROLL for (int v = 0; v < vectors; v++) line[v] = (__m512bh)_mm512_loadu_si512(b + 16 * v);
        UNROLL for (int r = 0; r < rows; r++) {
            __m512bh value = (__m512bh)_mm512_set1_epi32((int)lines[(size_t)r * pairs + i]);
            UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], value, line[v]);
        }
        b += 16 * vectors;
    }
    UNROLL for (int r = 0; r < rows; r++) {
        const size_t offset = (row + (size_t)r) * task->n + column;
        UNROLL for (int v = 0; v < vectors; v++) {
            __m512 sum = sums[r][v];
            const size_t left = task->n - column - 16 * (size_t)v;
            const __mmask16 mask = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
            if (task->clamp) sum = clamped(sum);
            if (task->residual) {
                sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, task->residual + offset + 16 * v));
                if (task->clamp_residual) sum = clamped(sum);
            }
            _mm512_mask_storeu_ps(task->c + offset + 16 * v, mask, sum);
        }
    }
}

/// `count` rows of one panel from `row`, whose rounded part of A is `a`: whole tiles, then the rest in smaller ones.
#define PANEL(name, rows, vectors)                                                                          \
    TARGET static void name(const cbf16_gemm_task *task, const uint16_t *a, size_t row, size_t count,             \
                            const uint32_t *b, size_t column) {                                                   \
        size_t done = 0;                                                                                          \
        for (; done + rows <= count; done += rows)                                                                \
            tile(task, rows, vectors, a + done * task->k, b, row + done, column);                           \
        for (; done + 4 <= count; done += 4)                                                                      \
            tile(task, 4, vectors, a + done * task->k, b, row + done, column);                              \
        for (; done < count; done++)                                                                              \
            tile(task, 1, vectors, a + done * task->k, b, row + done, column);                              \
    }

PANEL(panel16, 16, 1)
PANEL(panel32, 12, 2)
PANEL(panel48, 8, 3)

TARGET void cbf16_gemm(const cbf16_gemm_task *task) {
    uint16_t *rounded_a = task->scratch;
    for (size_t row = 0; row < task->m; row += block_rows) {
        const size_t count = task->m - row < block_rows ? task->m - row : block_rows;
        round_rows(task->a + row * task->k, count * task->k, rounded_a);
        const uint32_t *b = task->packed_b;
        for (size_t column = 0; column < task->n;) {
            const size_t width = panel_width(task->n - column);
            switch (width) {
            case 16: panel16(task, rounded_a, row, count, b, column); break;
            case 32: panel32(task, rounded_a, row, count, b, column); break;
            default: panel48(task, rounded_a, row, count, b, column);
            }
            b += width * (task->k / 2);
            column += width;
        }
    }
}

TARGET float cbf16_peak(size_t rounds) {
    __m512 sums[12];
    const __m512bh one = (__m512bh)_mm512_set1_epi32(0x3F803F80);
    UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm512_set1_ps((float)i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm512_dpbf16_ps(sums[i], one, one);
    }
    float total = 0;
    UNROLL for (int i = 0; i < 12; i++) total += _mm512_reduce_add_ps(sums[i]);
    return total;
}

#else
bool cbf16_available(void) { return false; }
size_t cbf16_packed_count(size_t k, size_t n) { return k * n; }
void cbf16_pack(const float *weights, size_t k, size_t n, uint32_t *packed) {}
size_t cbf16_scratch_bytes(size_t k) { return 0; }
void cbf16_gemm(const cbf16_gemm_task *task) {}
float cbf16_peak(size_t rounds) { return 0; }
#endif

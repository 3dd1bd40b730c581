#include "CVNNI.h"

#if defined(__x86_64__)
#include "product.h"

bool cvnni_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}

/// Rows whose part of A is rounded at once: a multiple of every tile's rows and of 16.
enum { block_rows = 96 };

/// The rounded rows, and for each its scale and the scale's inverse.
size_t cvnni_scratch_bytes(size_t k) { return block_rows * (k * 2 + 2 * sizeof(float)); }

/// Lines of a panel before its words: its columns' scales and, of bytes, what their sums begin with.
static inline size_t header_lines(bool bytes) { return bytes ? 2 : 1; }

static inline size_t panel_lines(size_t k, bool bytes) { return header_lines(bytes) + row_words(k, bytes); }

size_t cvnni_packed_count(size_t k, size_t n, bool bytes) {
    size_t column = 0;
    while (column < n) column += panel_width(n - column);
    return column * panel_lines(k, bytes);
}

/// The greatest integer of A.
static float greatest_value(size_t k, cvnni_form form) {
    if (form.bytes) return form.range == cvnni_clamped ? six : byte_weight;
    return (float)greatest_of(k, form.range);
}

/// One column as integers; what it was multiplied by.
static double round_column(const float *weights, size_t k, cvnni_form form, long *rounded) {
    const bool clamped = form.range == cvnni_clamped;
    const double scale = form.bytes ? byte_scale(weights, k, 1, byte_weight)
                                    : weight_scale(weights, k, 1, greatest_value(k, form), clamped);
    if (form.bytes) {
        round_evenly(weights, k, 1, scale, byte_weight, rounded);
    } else {
        for (size_t i = 0; i < k; i++) rounded[i] = nearest(weights[i] * scale);
    }
    return scale;
}

/// Where A may be negative 128 is added to its bytes, which have no sign.
static int32_t start_of(const long *rounded, size_t k, cvnni_range range) {
    int32_t sum = 0;
    for (size_t i = 0; i < k; i++) sum += (int32_t)rounded[i];
    return range == cvnni_clamped ? 0 : -128 * sum;
}

void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_form form, uint32_t *packed) {
    memset(packed, 0, cvnni_packed_count(k, n, form.bytes) * sizeof *packed);
    const double step = form.range == cvnni_clamped ? 6 / (double)greatest_value(k, form) : 1;
    long *rounded = malloc(k * sizeof *rounded);
    for (size_t column = 0; column < n;) {
        const size_t width = panel_width(n - column);
        for (size_t j = 0; j < width && column + j < n; j++) {
            const float back = (float)(step / round_column(weights + (column + j) * k, k, form, rounded));
            memcpy(packed + j, &back, sizeof back);
            if (form.bytes) {
                const int32_t start = start_of(rounded, k, form.range);
                memcpy(packed + width + j, &start, sizeof start);
            }
            pack_terms(rounded, k, form.bytes ? 4 : 2, packed + header_lines(form.bytes) * width + j, width);
        }
        packed += width * panel_lines(k, form.bytes);
        column += width;
    }
    free(rounded);
}

/// Added to a number of at most 22 bits, this leaves its nearest integer in the low bits.
static const float shift = 0x1.8p23f;

/// The low halves of both vectors' lanes.
INLINE __m512i low_halves(__m512 first, __m512 second) {
    const __m512i odd = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24,
                                         22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_epi16(_mm512_castps_si512(first), odd, _mm512_castps_si512(second));
}

/// `count` values in 0...6; a multiple of 8.
TARGET static void round_clamped(const float *a, size_t count, float greatest, uint16_t *target) {
    const __m512 scale = _mm512_set1_ps(greatest / 6), magic = _mm512_set1_ps(shift);
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const __m512 first = _mm512_fmadd_ps(clamped(_mm512_loadu_ps(a + i)), scale, magic);
        const __m512 second = _mm512_fmadd_ps(clamped(_mm512_loadu_ps(a + i + 16)), scale, magic);
        _mm512_storeu_si512(target + i, low_halves(first, second));
    }
    for (; i < count; i += 8) {
        const __m512 eight = _mm512_maskz_loadu_ps(0xFF, a + i);
        const __m512 bits = _mm512_fmadd_ps(clamped(eight), scale, magic);
        _mm_storeu_si128((__m128i *)(target + i), _mm512_castsi512_si128(low_halves(bits, bits)));
    }
}

/// The greatest magnitude of a row, as bits: compared as integers, NaN is above infinity and stays.
INLINE uint32_t greatest_magnitude(const float *row, size_t k) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    // Not zero: that is divided by.
    __m512i greatest = _mm512_castps_si512(_mm512_set1_ps(1e-30f));
    for (size_t i = 0; i < k; i += 16) {
        const __mmask16 mask = i + 16 <= k ? 0xFFFF : 0xFF;
        const __m512i bits = _mm512_maskz_loadu_epi32(mask, row + i);
        greatest = _mm512_max_epu32(greatest, _mm512_and_si512(bits, magnitude));
    }
    return _mm512_reduce_max_epu32(greatest);
}

/// What each of `count` rows of k floats is multiplied by, so that its greatest magnitude becomes `greatest`; back[r]
/// makes sums of row r what they were. `scales` has room for `count` and 15 more.
TARGET static void find_scales(const float *a, size_t count, size_t k, float greatest, float *back, float *scales) {
    for (size_t r = 0; r < count; r++) {
        const uint32_t bits = greatest_magnitude(a + r * k, k);
        memcpy(scales + r, &bits, sizeof bits);
    }
    for (size_t r = 0; r < count; r++) back[r] = scales[r] * (1 / greatest);
    for (size_t r = 0; r < count; r += 16) {
        _mm512_storeu_ps(scales + r, _mm512_div_ps(_mm512_set1_ps(greatest), _mm512_loadu_ps(scales + r)));
    }
}

/// A row of k values times `scale` to integers of 16 bits.
TARGET static void round_row(const float *row, size_t k, float by, uint16_t *target) {
    const __m512 magic = _mm512_set1_ps(shift), scale = _mm512_set1_ps(by);
    size_t i = 0;
    for (; i + 32 <= k; i += 32) {
        const __m512 first = _mm512_fmadd_ps(_mm512_loadu_ps(row + i), scale, magic);
        const __m512 second = _mm512_fmadd_ps(_mm512_loadu_ps(row + i + 16), scale, magic);
        _mm512_storeu_si512(target + i, low_halves(first, second));
    }
    if (i + 16 <= k) {
        const __m512 bits = _mm512_fmadd_ps(_mm512_loadu_ps(row + i), scale, magic);
        _mm256_storeu_si256((__m256i *)(target + i), _mm512_cvtepi32_epi16(_mm512_castps_si512(bits)));
        i += 16;
    }
    if (i < k) {
        const __m512 bits = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(0xFF, row + i), scale, magic);
        _mm_storeu_si128((__m128i *)(target + i), _mm512_castsi512_si128(low_halves(bits, bits)));
    }
}

/// `count` values (a multiple of 8) times `by`, plus `added`, to bytes: what lies beyond 0...255 is moved there, NaN to
/// 0. Up to 56 bytes more are written.
TARGET static void round_bytes(const float *a, size_t count, float by, float added, uint8_t *target) {
    const __m512 scale = _mm512_set1_ps(by), offset = _mm512_set1_ps(added), most = _mm512_set1_ps(255);
    const __m512i turn = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    for (size_t i = 0; i < count; i += 64) {
        const __mmask64 inside = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
        __m512 values[4];
        UNROLL for (int v = 0; v < 4; v++) {
            const __m512 own = _mm512_maskz_loadu_ps((__mmask16)(inside >> 16 * v), a + i + 16 * v);
            // The second where one is NaN: as an integer the least of all, as what lies beyond the greatest would be.
            values[v] = _mm512_min_ps(most, _mm512_fmadd_ps(own, scale, offset));
        }
        _mm512_storeu_si512(target + i, _mm512_permutexvar_epi32(turn, bytes_of(values)));
    }
}

INLINE __m256i add_half_products(__m256i sum, __m256i value, __m256i weights, const bool bytes) {
    return bytes ? _mm256_dpbusd_epi32(sum, value, weights) : _mm256_dpwssd_epi32(sum, value, weights);
}

/// Of the products of some rows of A with one panel of B.
typedef struct {
    __m512i whole[16][3];
    __m256i half[16];
} tile_sums;

/// `rows` x (`vectors` of 16 and perhaps one of 8) sums in registers while k runs. All three are constants where this
/// is inlined.
INLINE void multiply(tile_sums *sums, const int rows, const int vectors, const bool half, const bool bytes,
                     const int32_t *a, size_t words, const uint32_t *panel) {
    const size_t width = 16 * (size_t)vectors + (half ? 8 : 0);
    const uint32_t *starts = panel + width, *b = panel + header_lines(bytes) * width;
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sums->whole[r][v] = bytes ? _mm512_loadu_si512(starts + 16 * v) : _mm512_setzero_si512();
        }
        if (!half) continue;
        const __m256i *rest = (const __m256i *)(starts + 16 * vectors);
        sums->half[r] = bytes ? _mm256_loadu_si256(rest) : _mm256_setzero_si256();
    }
    for (size_t i = 0; i < words; i++) {
        __m512i line[3];
        UNROLL for (int v = 0; v < vectors; v++) line[v] = _mm512_loadu_si512(b + 16 * v);
        const __m256i rest = half ? _mm256_loadu_si256((const __m256i *)(b + 16 * vectors)) : _mm256_setzero_si256();
        UNROLL for (int r = 0; r < rows; r++) {
            const __m512i value = _mm512_set1_epi32(a[(size_t)r * words + i]);
            UNROLL for (int v = 0; v < vectors; v++) {
                sums->whole[r][v] = add_products(sums->whole[r][v], value, line[v], bytes);
            }
            if (half) sums->half[r] = add_half_products(sums->half[r], _mm512_castsi512_si256(value), rest, bytes);
        }
        b += width;
    }
}

/// Rows of A as integers, in words, and what makes their sums what they were, or NULL: all by the same.
typedef struct {
    const int32_t *a;
    const float *back;
} rounded_rows;

static inline rounded_rows behind(rounded_rows rows, size_t count, size_t words) {
    return (rounded_rows){rows.a + count * words, rows.back ? rows.back + count : NULL};
}

/// One tile, of which no column lies beyond n if `whole`.
INLINE void tile(const cvnni_gemm_task *task, const int rows, const int vectors, const bool half, const bool bytes,
                 const bool whole, rounded_rows from, size_t row, const uint32_t *panel, size_t column) {
    tile_sums sums;
    multiply(&sums, rows, vectors, half, bytes, from.a, row_words(task->k, bytes), panel);
    const float *scales = (const float *)panel, *back = from.back;
    UNROLL for (int v = 0; v < vectors; v++) {
        const size_t at = column + 16 * (size_t)v;
        const column_terms own = terms(scales + 16 * v, task->bias + at, false);
        UNROLL for (int r = 0; r < rows; r++) {
            finish(task, sums.whole[r][v], back ? back + r : NULL, own, row + (size_t)r, at, whole);
        }
    }
    if (!half) return;
    const size_t at = column + 16 * (size_t)vectors;
    const column_terms own = terms(scales + 16 * vectors, task->bias + at, true);
    UNROLL for (int r = 0; r < rows; r++) {
        finish_half(task, sums.half[r], back ? back + r : NULL, own, row + (size_t)r, at, whole);
    }
}

/// `count` rows of one panel from `row`: whole tiles, then the rest in smaller ones.
#define PANEL_OF(name, rows, vectors, half, bytes, whole)                                                            \
    TARGET static void name(const cvnni_gemm_task *task, rounded_rows from, size_t row, size_t count,                \
                            const uint32_t *panel, size_t column) {                                                  \
        const size_t words = row_words(task->k, bytes);                                                              \
        size_t done = 0;                                                                                             \
        for (; done + rows <= count; done += rows)                                                                   \
            tile(task, rows, vectors, half, bytes, whole, behind(from, done, words), row + done, panel, column);     \
        for (; done + 4 <= count; done += 4)                                                                         \
            tile(task, 4, vectors, half, bytes, whole, behind(from, done, words), row + done, panel, column);        \
        for (; done < count; done++)                                                                                 \
            tile(task, 1, vectors, half, bytes, whole, behind(from, done, words), row + done, panel, column);        \
    }
#define PANEL_OF_WIDTH(name, rows, vectors, half, bytes)                                                             \
    PANEL_OF(name##_whole, rows, vectors, half, bytes, true)                                                         \
    PANEL_OF(name##_part, rows, vectors, half, bytes, false)                                                         \
    static void name(const cvnni_gemm_task *task, rounded_rows from, size_t row, size_t count,                       \
                     const uint32_t *panel, size_t column) {                                                         \
        const bool whole = task->n - column >= 16 * vectors + 8 * half;                                              \
        (whole ? name##_whole : name##_part)(task, from, row, count, panel, column);                                 \
    }
#define PANEL(width, rows, vectors, half)                                                                            \
    PANEL_OF_WIDTH(pairs##width, rows, vectors, half, false)                                                         \
    PANEL_OF_WIDTH(bytes##width, rows, vectors, half, true)

PANEL(8, 16, 0, true)
PANEL(16, 16, 1, false)
PANEL(24, 8, 1, true)
PANEL(32, 12, 2, false)
PANEL(40, 8, 2, true)
PANEL(48, 8, 3, false)

/// C from `rows` rows of A that are integers already.
static void multiply_rounded(const cvnni_gemm_task *task, bool bytes, rounded_rows from, size_t row, size_t rows) {
    static void (*const panels[2][6])(const cvnni_gemm_task *, rounded_rows, size_t, size_t, const uint32_t *,
                                      size_t) = {
        {pairs8, pairs16, pairs24, pairs32, pairs40, pairs48},
        {bytes8, bytes16, bytes24, bytes32, bytes40, bytes48},
    };
    const uint32_t *panel = task->packed_b;
    for (size_t column = 0; column < task->n;) {
        const size_t width = panel_width(task->n - column);
        panels[bytes][width / 8 - 1](task, from, row, rows, panel, column);
        panel += width * panel_lines(task->k, bytes);
        column += width;
    }
}

void cvnni_gemm(const cvnni_gemm_task *task, cvnni_form form) {
    const size_t k = task->k;
    const float greatest = greatest_value(k, form);
    const bool clamped = form.range == cvnni_clamped;
    float *back = task->scratch, *scales = back + block_rows;
    void *values = scales + block_rows;
    for (size_t row = 0; row < task->m; row += block_rows) {
        const size_t count = task->m - row < block_rows ? task->m - row : block_rows;
        const float *a = task->a + row * k;
        if (clamped && form.bytes) round_bytes(a, count * k, greatest / 6, 0, values);
        else if (clamped) round_clamped(a, count * k, greatest, values);
        else find_scales(a, count, k, greatest, back, scales);
        for (size_t r = 0; r < count && !clamped; r++) {
            if (form.bytes) round_bytes(a + r * k, k, scales[r], 128, (uint8_t *)values + r * k);
            else round_row(a + r * k, k, scales[r], (uint16_t *)values + r * k);
        }
        const rounded_rows rounded = {values, clamped ? NULL : back};
        multiply_rounded(task, form.bytes, rounded, row, count);
    }
}

/// Dot products of pairs of 16-bit integers, or of fours of bytes.
INLINE float peak(size_t rounds, const bool bytes) {
    __m512i sums[12];
    const __m512i one = _mm512_set1_epi16(1);
    UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm512_set1_epi32(i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (int i = 0; i < 12; i++) {
            sums[i] = bytes ? _mm512_dpbusd_epi32(sums[i], one, one) : _mm512_dpwssd_epi32(sums[i], one, one);
            // Or the compiler adds once what all rounds add.
            __asm__ volatile("" : "+v"(sums[i]));
        }
    }
    __m512i total = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < 12; i++) total = _mm512_add_epi32(total, sums[i]);
    return (float)_mm512_reduce_add_epi32(total);
}

TARGET float cvnni_peak(size_t rounds) { return peak(rounds, false); }
TARGET float cvnni_byte_peak(size_t rounds) { return peak(rounds, true); }

#else
bool cvnni_available(void) { return false; }
size_t cvnni_packed_count(size_t k, size_t n, bool bytes) { return k * n; }
void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_form form, uint32_t *packed) {}
size_t cvnni_scratch_bytes(size_t k) { return 0; }
void cvnni_gemm(const cvnni_gemm_task *task, cvnni_form form) {}
float cvnni_peak(size_t rounds) { return 0; }
float cvnni_byte_peak(size_t rounds) { return 0; }
#endif

#include "CVNNI.h"

#if defined(__x86_64__)
#include "expand.h"

// Expansions of bytes: each pixel, or its difference from the mean of all, is scaled by its own greatest magnitude. A panel
// is its columns' scales and what their sums begin with, then the lines of words.

/// One column; what its sums begin with: A has 128 added to be without sign.
static int32_t pack_column(const float *weights, size_t depth, double scale, uint32_t *words, size_t stride) {
    long *rounded = malloc(depth * sizeof *rounded);
    int32_t sum = 0;
    for (size_t i = 0; i < depth; i++) {
        rounded[i] = nearest(weights[i] * scale);
        sum += (int32_t)rounded[i];
    }
    pack_terms(rounded, depth, 4, words, stride);
    free(rounded);
    return -128 * sum;
}

void cvnni_pack_bytes(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    const size_t depth = shape->depth;
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t j = 0; j < width && column + j < shape->channels; j++) {
            const float *row = weights + (column + j) * depth;
            const double scale = byte_scale(row, depth, 1, byte_weight);
            const float back = (float)(six / 6.0 / scale);
            const int32_t start = pack_column(row, depth, scale, packed + expansion_header * width + j, width);
            memcpy(packed + j, &back, sizeof back);
            memcpy(packed + width + j, &start, sizeof start);
        }
        packed += cvnni_expansion_panel(shape, width);
        column += width;
    }
}

/// 16 values of each of four rows from `i` on or, unless `whole`, the last 8; less those in the middle where it is not
/// NULL.
INLINE void load_four(const float *const rows[4], const float *middle, size_t i, const bool whole, __m512 values[4]) {
    const __mmask16 mask = whole ? 0xFFFF : 0xFF;
    UNROLL for (int r = 0; r < 4; r++) {
        values[r] = _mm512_maskz_loadu_ps(mask, rows[r] + i);
        if (middle) values[r] = _mm512_maskz_sub_ps(mask, values[r], _mm512_loadu_ps(middle + i));
    }
}

/// The greatest of what was found and of the magnitudes of `values`, as bits: compared as integers, NaN is above
/// infinity and stays.
INLINE void take_greatest(const __m512 values[4], __m512i greatest[4]) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    UNROLL for (int r = 0; r < 4; r++) {
        greatest[r] = _mm512_max_epu32(greatest[r], _mm512_and_si512(_mm512_castps_si512(values[r]), magnitude));
    }
}

/// The greatest magnitudes of four rows.
INLINE __m128 greatest_magnitudes(const float *const rows[4], const float *middle, size_t depth) {
    __m512i greatest[4];
    __m512 values[4];
    // Not zero: that is divided by.
    UNROLL for (int r = 0; r < 4; r++) greatest[r] = _mm512_castps_si512(_mm512_set1_ps(1e-30f));
    size_t i = 0;
    for (; i + 16 <= depth; i += 16) {
        load_four(rows, middle, i, true, values);
        take_greatest(values, greatest);
    }
    if (i < depth) {
        load_four(rows, middle, i, false, values);
        take_greatest(values, greatest);
    }
    const __m512i first = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[0], greatest[1]),
                                           _mm512_unpackhi_epi32(greatest[0], greatest[1]));
    const __m512i second = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[2], greatest[3]),
                                            _mm512_unpackhi_epi32(greatest[2], greatest[3]));
    const __m512i all = _mm512_max_epu32(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
    const __m256i half = _mm256_max_epu32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_castsi128_ps(_mm_max_epu32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}

/// 16 values of each of four rows, scaled, as bytes in fours of rows.
INLINE void store_four(__m512 values[4], const __m512 scales[4], int32_t *target) {
    const __m512 added = _mm512_set1_ps(128);
    UNROLL for (int r = 0; r < 4; r++) values[r] = _mm512_fmadd_ps(values[r], scales[r], added);
    _mm512_storeu_si512(target, bytes_of(values));
}

/// Four rows less the middle, if there is one, each by its own greatest magnitude; `back` makes their sums what they
/// were.
INLINE void round_four(const float *const rows[4], const float *middle, size_t depth, int32_t *target, float *back) {
    const __m128 magnitudes = greatest_magnitudes(rows, middle, depth);
    _mm_storeu_ps(back, _mm_mul_ps(magnitudes, _mm_set1_ps(1.0f / byte_weight)));
    float factors[4];
    _mm_storeu_ps(factors, _mm_div_ps(_mm_set1_ps(byte_weight), magnitudes));
    __m512 scales[4], values[4];
    UNROLL for (int r = 0; r < 4; r++) scales[r] = _mm512_set1_ps(factors[r]);
    size_t i = 0;
    for (; i + 16 <= depth; i += 16) {
        load_four(rows, middle, i, true, values);
        store_four(values, scales, target + i);
    }
    if (i == depth) return;
    load_four(rows, middle, i, false, values);
    store_four(values, scales, target + i);
}

/// Rounded pixels, each a four of rows one below the other, and what makes their sums what they were.
typedef struct {
    int32_t *a;
    float *back;
} rounded_pixels;

/// Of a line of the scratch.
static rounded_pixels line_at(const cvnni_band_task *task, band_scratch scratch, size_t index) {
    return (rounded_pixels){rounded_line(task, scratch, index), scratch.back + 4 * index * task->shape.width};
}

TARGET void cvnni_round_bytes(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four) {
    const cvnni_band_shape *shape = &task->shape;
    const rounded_pixels to = line_at(task, scratch, index);
    int32_t *target = to.a;
    float *back = to.back;
    const float *rows[4];
    find_rows(task, four, rows);
    for (size_t x = 0; x < shape->width; x++) {
        if (shape->expands_differences) round_four(rows, scratch.middle, shape->depth, target, back);
        else round_four(rows, NULL, shape->depth, target, back);
        UNROLL for (int r = 0; r < 4; r++) rows[r] += shape->depth;
        target += 4 * expansion_words(shape);
        back += 4;
    }
}

/// `pixels` from column `x` of one panel of 16 * `vectors` channels. The picture has the first `rows` of the four's
/// rows; the others are zero.
INLINE void expand_tile(const int pixels, const int rows, const int vectors, rounded_pixels from, size_t words,
                        const uint32_t *panel, const float *offsets, const expanded_line *to, size_t x) {
    const size_t width = 16 * (size_t)vectors;
    four_sums sums;
    multiply_fours(&sums, rows * pixels, rows, vectors, false, true, from.a, words, (const int32_t *)panel + width,
                   panel + expansion_header * width);
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m512 scale = _mm512_loadu_ps(panel + 16 * v), offset = _mm512_loadu_ps(offsets + 16 * v);
        UNROLL for (int p = 0; p < pixels; p++) {
            __m512 values[4];
            UNROLL for (int r = 0; r < 4; r++) {
                values[r] = _mm512_setzero_ps();
                if (r >= rows) continue;
                const __m512 own = _mm512_mul_ps(_mm512_set1_ps(from.back[4 * p + r]), scale);
                values[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums.whole[rows * p + r][v]), own, offset);
            }
            _mm512_storeu_si512(to->cells[v] + (x + (size_t)p) * cell, cells_of(bytes_of(values)));
        }
    }
}

#define EXPAND_ROWS(name, pixels, rows, vectors)                                                                     \
    TARGET static void name(rounded_pixels from, size_t count, size_t words, const uint32_t *panel,                  \
                            const float *offsets, const expanded_line *to) {                                         \
        for (size_t x = 0; x < count;) {                                                                             \
            const size_t step = count - x >= pixels ? pixels : 1;                                                    \
            if (step == pixels) expand_tile(pixels, rows, vectors, from, words, panel, offsets, to, x);              \
            else expand_tile(1, rows, vectors, from, words, panel, offsets, to, x);                                  \
            from.a += step * 4 * words;                                                                              \
            from.back += step * 4;                                                                                   \
            x += step;                                                                                               \
        }                                                                                                            \
    }
#define EXPAND(name, most, vectors)                                                                                  \
    EXPAND_ROWS(name##_1, most, 1, vectors)                                                                          \
    EXPAND_ROWS(name##_2, (most) / 2, 2, vectors)                                                                    \
    EXPAND_ROWS(name##_3, (most) / 3, 3, vectors)                                                                    \
    EXPAND_ROWS(name##_4, (most) / 4, 4, vectors)

// For each width at most so many rows of A.
EXPAND(expand16, 16, 1)
EXPAND(expand32, 12, 2)
EXPAND(expand48, 8, 3)

void cvnni_expand_bytes(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                        const uint32_t *panel, size_t column, size_t width) {
    static void (*const panels[3][4])(rounded_pixels, size_t, size_t, const uint32_t *, const float *,
                                      const expanded_line *) = {
        {expand16_1, expand16_2, expand16_3, expand16_4},
        {expand32_1, expand32_2, expand32_3, expand32_4},
        {expand48_1, expand48_2, expand48_3, expand48_4},
    };
    const expanded_line to = line_of(task, four, column, width);
    panels[width / cell - 1][rows_of(task, four) - 1](line_at(task, scratch, index), task->shape.width,
                                       expansion_words(&task->shape), panel, scratch.offsets + column, &to);
}

#endif

#include "CVNNI.h"

#if defined(__x86_64__)
#include "expand.h"
#include "stem.h"

// Expansions of 16-bit integers. Four rows of pixels, or all that a stem puts out, have one scale, a power of two, so that a
// shift makes steps of the ring of a sum. A panel is its columns' shifts and, behind a stem, what their sums begin with,
// then the lines of words.

enum {
    /// The greatest magnitude of A.
    greatest_step = 32768,
    /// A sum of products lies below 2^30, what it begins with, too.
    sum_bits = 30,
    /// No magnitude below 2 to minus this matters; one of 2 to this or more is strange.
    usual_exponent = 20,
};

/// What a power of two has the exponent of that a column's weights are multiplied by.
static int32_t shift_of(int exponent) { return exponent < 0 ? 0 : exponent > usual_exponent ? usual_exponent : exponent; }

void cvnni_pack_pairs(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    const size_t depth = shape->depth;
    float *steps = malloc(depth * sizeof *steps);
    long *rounded = malloc(depth * sizeof *rounded);
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t j = 0; j < width && column + j < shape->channels; j++) {
            for (size_t i = 0; i < depth; i++) steps[i] = weights[(column + j) * depth + i] * six / 6;
            // `weight_scale` leaves a bit less than twice the room.
            const int32_t shift = shift_of(ilogb(weight_scale(steps, depth, 1, greatest_step, false)) - 1);
            for (size_t i = 0; i < depth; i++) rounded[i] = nearest(ldexp(steps[i], shift));
            pack_terms(rounded, depth, 2, packed + expansion_header * width + j, width);
            packed[j] = (uint32_t)shift;
        }
        packed += cvnni_expansion_panel(shape, width);
        column += width;
    }
    free(rounded);
    free(steps);
}

void cvnni_pack_rounded_expansion(const cvnni_band_shape *shape, const float *weights, const float *bias,
                                  const void *stem, uint32_t *packed) {
    const stem_weights *source = stem;
    memset(packed, 0, cvnni_expansion_count(shape) * sizeof *packed);
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t j = 0; j < width && column + j < shape->channels; j++) {
            const float *row = weights + (column + j) * outputs;
            double own[outputs], added = bias[column + j];
            for (size_t i = 0; i < outputs; i++) {
                own[i] = row[i] * source->steps[i] * six / 6;
                added += row[i] * source->middles[i];
            }
            added *= six / 6.0;
            const int shift = sum_shift(own, outputs, added, greatest_step, false);
            long rounded[outputs];
            for (size_t i = 0; i < outputs; i++) rounded[i] = nearest(own[i] * ldexp(1, shift));
            pack_terms(rounded, outputs, 2, packed + expansion_header * width + j, width);
            packed[j] = (uint32_t)shift;
            packed[width + j] = (uint32_t)sum_start(added, shift);
        }
        packed += cvnni_expansion_panel(shape, width);
        column += width;
    }
}

// Rounding

/// The greatest magnitude of four rows, those that are strange left out, lies below 2 to the power of this.
INLINE int32_t exponent_of(const float *const rows[4], size_t count) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    const __m512i strange = _mm512_castps_si512(_mm512_set1_ps(1 << usual_exponent));
    __m512i greatest = _mm512_castps_si512(_mm512_set1_ps(1.0f / (1 << usual_exponent)));
    for (size_t i = 0; i < count; i += 16) {
        const __mmask16 mask = i + 16 <= count ? 0xFFFF : 0xFF;
        UNROLL for (int r = 0; r < 4; r++) {
            const __m512i bits = _mm512_and_si512(_mm512_maskz_loadu_epi32(mask, rows[r] + i), magnitude);
            greatest = _mm512_mask_max_epu32(greatest, _mm512_cmplt_epu32_mask(bits, strange), greatest, bits);
        }
    }
    return (int32_t)(_mm512_reduce_max_epu32(greatest) >> 23) - 126;
}

/// The largest exponent of a scale with which no column's sums begin with too much.
TARGET static int32_t greatest_scale(const cvnni_band_task *task, band_scratch scratch) {
    __m512i least_room = _mm512_set1_epi32(sum_bits);
    const uint32_t *panel = task->expansion;
    const size_t channels = cell_channels(&task->shape);
    for (size_t column = 0; column < channels;) {
        const size_t width = panel_width(channels - column);
        for (size_t v = 0; v < width; v += cell) {
            const __m512 offset = _mm512_abs_ps(_mm512_loadu_ps(scratch.offsets + column + v));
            // Rounded down: the offset and the half that is added to it lie below two to one more than this.
            const __m512 exponent = _mm512_getexp_ps(_mm512_add_ps(offset, _mm512_set1_ps(1)));
            const __m512i taken = _mm512_add_epi32(_mm512_cvtps_epi32(exponent), _mm512_loadu_si512(panel + v));
            least_room = _mm512_min_epi32(least_room, _mm512_sub_epi32(_mm512_set1_epi32(sum_bits - 1), taken));
        }
        panel += cvnni_expansion_panel(&task->shape, width);
        column += width;
    }
    return _mm512_reduce_min_epi32(least_room);
}

/// Rows as 16-bit integers in fours, each value times `scale`.
INLINE void round_rows(const float *const rows[4], size_t count, __m512 scale, int32_t *target) {
    for (size_t i = 0; i < count; i += 16) {
        const __mmask16 mask = i + 16 <= count ? 0xFFFF : 0xFF;
        __m512i integers[4], pairs[2];
        UNROLL for (int r = 0; r < 4; r++) {
            integers[r] = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_maskz_loadu_ps(mask, rows[r] + i), scale));
        }
        pairs_of(_mm512_packs_epi32(integers[0], integers[1]), _mm512_packs_epi32(integers[2], integers[3]), pairs);
        _mm512_storeu_si512(target + 2 * i, pairs[0]);
        if (i + 16 <= count) _mm512_storeu_si512(target + 2 * i + 16, pairs[1]);
    }
}

/// Of a line of the scratch: the exponent of the scale that it has.
static float *exponent_at(const cvnni_band_task *task, band_scratch scratch, size_t index) {
    return scratch.back + 4 * index * task->shape.width;
}

TARGET void cvnni_round_pairs(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four) {
    const size_t count = task->shape.width * task->shape.depth;
    const float *rows[4];
    find_rows(task, four, rows);
    // The greatest magnitude becomes one of 15 bits.
    const int32_t wanted = 15 - exponent_of(rows, count), most = greatest_scale(task, scratch);
    const float exponent = (float)(wanted < most ? wanted : most);
    *exponent_at(task, scratch, index) = exponent;
    const __m512 scale = _mm512_scalef_ps(_mm512_set1_ps(1), _mm512_set1_ps(exponent));
    round_rows(rows, count, scale, rounded_line(task, scratch, index));
}

// Products

/// What the sums of a panel's columns begin with, what makes steps of the ring of them, and the words.
typedef struct {
    const int32_t *start, *shift;
    const uint32_t *lines;
} panel_part;

/// `pixels` from column `x` of one panel of 16 * `vectors` channels. `mask`: of the bytes of rows that exist.
INLINE void expand_tile(const int pixels, const int vectors, const int32_t *a, size_t words, panel_part panel,
                        __m512i mask, const expanded_line *to, size_t x) {
    four_sums sums;
    multiply_fours(&sums, 4 * pixels, 4, vectors, false, false, a, words, panel.start, panel.lines);
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m512i shift = _mm512_loadu_si512(panel.shift + 16 * v);
        UNROLL for (int p = 0; p < pixels; p++) {
            __m512i rows[4];
            UNROLL for (int r = 0; r < 4; r++) rows[r] = _mm512_srav_epi32(sums.whole[4 * p + r][v], shift);
            const __m512i upper = _mm512_packs_epi32(rows[0], rows[1]), lower = _mm512_packs_epi32(rows[2], rows[3]);
            const __m512i cells = _mm512_and_si512(cells_of(_mm512_packus_epi16(upper, lower)), mask);
            _mm512_storeu_si512(to->cells[v] + (x + (size_t)p) * cell, cells);
        }
    }
}

#define EXPAND(width, pixels, vectors)                                                                               \
    TARGET static void expand##width(const int32_t *a, size_t count, size_t words, panel_part panel,                 \
                                     __m512i mask, const expanded_line *to) {                                        \
        for (size_t x = 0; x < count;) {                                                                             \
            const size_t step = count - x >= pixels ? pixels : 1;                                                    \
            if (step == pixels) expand_tile(pixels, vectors, a, words, panel, mask, to, x);                          \
            else expand_tile(1, vectors, a, words, panel, mask, to, x);                                              \
            a += step * 4 * words;                                                                                   \
            x += step;                                                                                               \
        }                                                                                                            \
    }

EXPAND(16, 4, 1)
EXPAND(32, 3, 2)
EXPAND(48, 2, 3)

/// The same as a stem's panel for a line that was multiplied by a power of two: its sums begin with the offsets, and with a
/// half so that shifts round.
INLINE void scale_panel(const uint32_t *panel, size_t width, const float *offsets, float exponent, int32_t *start,
                        int32_t *shift) {
    for (size_t v = 0; v < width; v += cell) {
        const __m512 own = _mm512_add_ps(_mm512_cvtepi32_ps(_mm512_loadu_si512(panel + v)), _mm512_set1_ps(exponent));
        // What is shifted the other way is far beyond what the ring holds anyway.
        const __m512 bits = _mm512_max_ps(own, _mm512_setzero_ps());
        const __m512 offset = _mm512_add_ps(_mm512_loadu_ps(offsets + v), _mm512_set1_ps(0.5f));
        _mm512_storeu_si512(shift + v, _mm512_cvtps_epi32(bits));
        _mm512_storeu_si512(start + v, _mm512_cvtps_epi32(_mm512_scalef_ps(offset, bits)));
    }
}

TARGET void cvnni_expand_pairs(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                               const uint32_t *panel, size_t column, size_t width) {
    const expanded_line to = line_of(task, four, column, width);
    int32_t start[48], shift[48];
    panel_part part = {
        .start = (const int32_t *)panel + width, .shift = (const int32_t *)panel,
        .lines = panel + expansion_header * width};
    if (!task->stem.weights) {
        scale_panel(panel, width, scratch.offsets + column, *exponent_at(task, scratch, index), start, shift);
        part.start = start;
        part.shift = shift;
    }
    const __m512i mask = _mm512_set1_epi32((int32_t)(0xFFFFFFFF >> 8 * (4 - rows_of(task, four))));
    (width == 16 ? expand16 : width == 32 ? expand32 : expand48)(rounded_line(task, scratch, index), task->shape.width,
                                                                 expansion_words(&task->shape), part, mask, &to);
}

#else
void cvnni_pack_rounded_expansion(const cvnni_band_shape *shape, const float *weights, const float *bias,
                                  const void *stem, uint32_t *packed) {}
#endif

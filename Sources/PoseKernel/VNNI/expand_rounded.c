#include "CVNNI.h"

#if defined(__x86_64__)
#include "expand.h"
#include "stem.h"

// The expansion of what the stem puts out: 16-bit integers, each channel in steps of its own, which the weights are
// multiplied by. As all pixels have one scale, a shift makes steps of the ring of a sum. A panel is its columns' shifts
// and what their sums begin with, then the lines of words.

/// What the stem's integers reach.
enum { greatest_step = 32768 };

void cvnni_pack_rounded_expansion(const cvnni_band_shape *shape, const float *weights, const float *bias,
                                  const void *stem, uint32_t *packed) {
    // The bias is the weight of the greatest step; `weight_scale` leaves room for half of that with each term.
    enum { halves = 2, count = outputs + 1 + halves };
    const stem_weights *source = stem;
    memset(packed, 0, cvnni_expansion_count(shape) * sizeof *packed);
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t j = 0; j < width && column + j < shape->channels; j++) {
            const float *row = weights + (column + j) * outputs;
            double added = bias[column + j];
            float all[count] = {0};
            for (size_t i = 0; i < outputs; i++) {
                all[i] = (float)(row[i] * source->steps[i] * six / 6);
                added += row[i] * source->middles[i];
            }
            added *= six / 6.0;
            all[outputs] = (float)(added / greatest_step);
            const int exponent = ilogb(weight_scale(all, count, 1, greatest_step, false));
            const int32_t shift = exponent < 0 ? 0 : exponent > 30 ? 30 : exponent;
            const double scale = ldexp(1, shift);
            long rounded[outputs];
            for (size_t i = 0; i < outputs; i++) rounded[i] = nearest(all[i] * scale);
            pack_terms(rounded, outputs, 2, packed + expansion_header * width + j, width);
            packed[j] = (uint32_t)shift;
            packed[width + j] = (uint32_t)(int32_t)nearest(added * scale + scale / 2);
        }
        packed += cvnni_expansion_panel(shape, width);
        column += width;
    }
}

// What both have in common

/// What the words of a panel's columns are added to and what makes steps of the ring of the sums.
typedef struct {
    const int32_t *start, *shift;
    const uint32_t *lines;
} panel_part;

/// `pixels` from column `x` of one panel of 16 * `vectors` channels.
INLINE void expand_tile(const int pixels, const int vectors, const int32_t *a, size_t words, panel_part panel,
                        const expanded_line *to, size_t x) {
    four_sums sums;
    multiply_fours(&sums, 4 * pixels, vectors, false, false, a, words, panel.start, panel.lines);
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m512i shift = _mm512_loadu_si512(panel.shift + 16 * v);
        UNROLL for (int p = 0; p < pixels; p++) {
            __m512i rows[4];
            UNROLL for (int r = 0; r < 4; r++) rows[r] = _mm512_srav_epi32(sums.whole[4 * p + r][v], shift);
            const __m512i upper = _mm512_packs_epi32(rows[0], rows[1]), lower = _mm512_packs_epi32(rows[2], rows[3]);
            store_cells(_mm512_packus_epi16(upper, lower), to, v, x + (size_t)p);
        }
    }
}

#define EXPAND(width, pixels, vectors)                                                                               \
    TARGET static void expand##width(const int32_t *a, size_t count, size_t words, panel_part panel,                 \
                                     const expanded_line *to) {                                                      \
        size_t x = 0;                                                                                                \
        for (; x + pixels <= count; x += pixels) expand_tile(pixels, vectors, a + x * 4 * words, words, panel, to, x); \
        for (; x < count; x++) expand_tile(1, vectors, a + x * 4 * words, words, panel, to, x);                      \
    }

EXPAND(16, 4, 1)
EXPAND(32, 3, 2)
EXPAND(48, 2, 3)

static void expand(const cvnni_band_task *task, const int32_t *a, size_t four, panel_part panel, size_t column,
                   size_t width) {
    const expanded_line to = line_of(task, four, column, width);
    const size_t words = expansion_words(&task->shape);
    (width == 16 ? expand16 : width == 32 ? expand32 : expand48)(a, task->shape.width, words, panel, &to);
}

void cvnni_expand_rounded_line(const cvnni_band_task *task, const int32_t *a, size_t four, const uint32_t *panel,
                               size_t column, size_t width) {
    const panel_part part = {
        .start = (const int32_t *)panel + width, .shift = (const int32_t *)panel, .lines = panel + expansion_header * width};
    expand(task, a, four, part, column, width);
}

// A line of any input

/// The power of two that a line whose greatest magnitude lies below 2^`exponent` is multiplied by.
TARGET static int32_t scale_of(const cvnni_band_task *task, band_scratch scratch, int32_t exponent) {
    const cvnni_band_shape *shape = &task->shape;
    __m512i most = _mm512_set1_epi32(15 - exponent);
    const uint32_t *panel = task->expansion;
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t v = 0; v < width; v += 16) {
            const __m512 offset = _mm512_abs_ps(_mm512_loadu_ps(scratch.offsets + column + v));
            const __m512 size = _mm512_getexp_ps(_mm512_add_ps(offset, _mm512_set1_ps(1)));
            const __m512i taken = _mm512_add_epi32(_mm512_cvtps_epi32(size), _mm512_loadu_si512(panel + v));
            most = _mm512_min_epi32(most, _mm512_sub_epi32(_mm512_set1_epi32(29), taken));
        }
        panel += cvnni_expansion_panel(shape, width);
        column += width;
    }
    return _mm512_reduce_min_epi32(most);
}

TARGET void cvnni_round_whole_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t line = shape->width * shape->depth;
    int32_t *target = rounded_line(task, scratch, index);
    const float *rows[4];
    for (size_t r = 0; r < 4; r++) rows[r] = task->input + least(4 * four + r, shape->height - 1) * line;
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF), strange = _mm512_castps_si512(_mm512_set1_ps(0x1p20f));
    __m512i greatest = _mm512_castps_si512(_mm512_set1_ps(0x1p-20f));
    for (size_t i = 0; i < line; i += 16) {
        const __mmask16 mask = i + 16 <= line ? 0xFFFF : 0xFF;
        UNROLL for (int r = 0; r < 4; r++) {
            const __m512i bits = _mm512_and_si512(_mm512_maskz_loadu_epi32(mask, rows[r] + i), magnitude);
            greatest = _mm512_mask_max_epu32(greatest, _mm512_cmplt_epu32_mask(bits, strange), greatest, bits);
        }
    }
    const int32_t exponent = (int32_t)(_mm512_reduce_max_epu32(greatest) >> 23) - 126;
    const int32_t scale = scale_of(task, scratch, exponent);
    scratch.back[4 * index * shape->width] = (float)scale;
    const __m512 factor = _mm512_scalef_ps(_mm512_set1_ps(1), _mm512_set1_ps((float)scale));
    for (size_t i = 0; i < line; i += 16) {
        const __mmask16 mask = i + 16 <= line ? 0xFFFF : 0xFF;
        __m512 values[4];
        UNROLL for (int r = 0; r < 4; r++) {
            values[r] = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, rows[r] + i), factor);
        }
        if (i + 16 <= line) store_values(values, target + 2 * i);
        else {
            int32_t whole[32];
            store_values(values, whole);
            memcpy(target + 2 * i, whole, 64);
        }
    }
}

TARGET void cvnni_expand_whole_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                                    const uint32_t *panel, size_t column, size_t width) {
    int32_t start[48], shift[48];
    const __m512 scale = _mm512_set1_ps(scratch.back[4 * index * task->shape.width]);
    for (size_t v = 0; v < width; v += 16) {
        const __m512 own = _mm512_max_ps(_mm512_add_ps(_mm512_cvtepi32_ps(_mm512_loadu_si512(panel + v)), scale), _mm512_setzero_ps());
        const __m512 offset = _mm512_add_ps(_mm512_loadu_ps(scratch.offsets + column + v), _mm512_set1_ps(0.5f));
        _mm512_storeu_si512(shift + v, _mm512_cvtps_epi32(own));
        _mm512_storeu_si512(start + v, _mm512_cvtps_epi32(_mm512_scalef_ps(offset, own)));
    }
    const panel_part part = {.start = start, .shift = shift, .lines = panel + expansion_header * width};
    expand(task, rounded_line(task, scratch, index), four, part, column, width);
}

void cvnni_pack_whole_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    const size_t depth = shape->depth;
    memset(packed, 0, cvnni_expansion_count(shape) * sizeof *packed);
    float *steps = malloc(depth * sizeof *steps);
    long *rounded = malloc(depth * sizeof *rounded);
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t j = 0; j < width && column + j < shape->channels; j++) {
            for (size_t i = 0; i < depth; i++) steps[i] = weights[(column + j) * depth + i] * six / 6;
            // Half of what a sum may be is for the offset.
            const int exponent = ilogb(weight_scale(steps, depth, 1, greatest_step, false)) - 1;
            const int32_t shift = exponent < 0 ? 0 : exponent > 20 ? 20 : exponent;
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

#else
void cvnni_pack_rounded_expansion(const cvnni_band_shape *shape, const float *weights, const float *bias,
                                  const void *stem, uint32_t *packed) {}
void cvnni_pack_whole_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
#endif

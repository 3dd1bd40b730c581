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

/// `pixels` from column `x` of one panel of 16 * `vectors` channels.
INLINE void expand_tile(const int pixels, const int vectors, const int32_t *a, const uint32_t *panel,
                        const expanded_line *to, size_t x) {
    const size_t width = 16 * (size_t)vectors;
    four_sums sums;
    multiply_fours(&sums, 4 * pixels, vectors, false, false, a, outputs / 2, (const int32_t *)panel + width,
                   panel + expansion_header * width);
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m512i shift = _mm512_loadu_si512(panel + 16 * v);
        UNROLL for (int p = 0; p < pixels; p++) {
            __m512i rows[4];
            UNROLL for (int r = 0; r < 4; r++) rows[r] = _mm512_srav_epi32(sums.whole[4 * p + r][v], shift);
            const __m512i upper = _mm512_packs_epi32(rows[0], rows[1]), lower = _mm512_packs_epi32(rows[2], rows[3]);
            store_cells(_mm512_packus_epi16(upper, lower), to, v, x + (size_t)p);
        }
    }
}

#define EXPAND(width, pixels, vectors)                                                                               \
    TARGET static void expand##width(const int32_t *a, size_t count, const uint32_t *panel,                          \
                                     const expanded_line *to) {                                                      \
        size_t x = 0;                                                                                                \
        for (; x + pixels <= count; x += pixels) expand_tile(pixels, vectors, a + x * 2 * outputs, panel, to, x);    \
        for (; x < count; x++) expand_tile(1, vectors, a + x * 2 * outputs, panel, to, x);                           \
    }

EXPAND(16, 4, 1)
EXPAND(32, 3, 2)
EXPAND(48, 2, 3)

void cvnni_expand_rounded_line(const cvnni_band_task *task, const int32_t *a, size_t four, const uint32_t *panel,
                               size_t column, size_t width) {
    const expanded_line to = line_of(task, four, column, width);
    (width == 16 ? expand16 : width == 32 ? expand32 : expand48)(a, task->shape.width, panel, &to);
}

#else
void cvnni_pack_rounded_expansion(const cvnni_band_shape *shape, const float *weights, const float *bias,
                                  const void *stem, uint32_t *packed) {}
#endif

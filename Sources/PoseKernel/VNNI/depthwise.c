#include "CVNNI.h"

#if defined(__x86_64__)
#include "band.h"

// A word of the ring holds four rows, so that one dot product adds up to four taps of a column. The rows of output that
// begin in one four, its *phases*, read it, the four before and the four behind.

/// Whether the taps of a phase reach into the four that lies `four` behind its own.
static inline bool reaches(int kernel, int stride, int phase, int four) {
    const int start = phase * stride - kernel / 2;
    return start < 4 * four + 4 && start + kernel > 4 * four;
}

static inline size_t tap_words(const cvnni_band_shape *shape) {
    return 3 * shape->kernel * rows_of_four(shape);
}

/// For each cell its scales, biases and taps: four by four, column by column, phase by phase.
size_t cvnni_depthwise_count(const cvnni_band_shape *shape) { return (2 + tap_words(shape)) * cell_channels(shape); }

/// The taps of one channel as integers, kernel x kernel; their scale.
static double round_taps(const cvnni_band_shape *shape, const float *weights, size_t channel, long *taps) {
    const size_t count = shape->kernel * shape->kernel;
    const double scale = byte_scale(weights + channel, count, shape->channels, byte_weight);
    round_evenly(weights + channel, count, shape->channels, scale, byte_weight, taps);
    return scale;
}

/// The four taps of a column that a phase has in a four.
static uint32_t tap_word(const cvnni_band_shape *shape, const long *taps, int four, size_t column, int phase) {
    const int kernel = (int)shape->kernel, stride = (int)shape->stride;
    const int start = phase * stride - kernel / 2;
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        const int row = 4 * four + i - start;
        const long tap = row >= 0 && row < kernel ? taps[(size_t)row * shape->kernel + column] : 0;
        word |= (uint32_t)(tap & 0xFF) << 8 * i;
    }
    return word;
}

void cvnni_pack_depthwise(const cvnni_band_shape *shape, const float *weights, const float *bias, uint32_t *packed) {
    const int phases = (int)rows_of_four(shape);
    memset(packed, 0, cvnni_depthwise_count(shape) * sizeof *packed);
    for (size_t channel = 0; channel < shape->channels; channel++) {
        long taps[25];
        const double greatest = band_six(shape);
        const float back = (float)(greatest / six / round_taps(shape, weights, channel, taps));
        const float added = (float)(bias[channel] * greatest / 6);
        uint32_t *words = packed + channel / cell * (2 + tap_words(shape)) * cell + channel % cell;
        memcpy(words, &back, sizeof back);
        memcpy(words + cell, &added, sizeof added);
        words += 2 * cell;
        for (int four = -1; four <= 1; four++) {
            for (size_t column = 0; column < shape->kernel; column++) {
                for (int phase = 0; phase < phases; phase++, words += cell) {
                    *words = tap_word(shape, taps, four, column, phase);
                }
            }
        }
    }
}

/// Four pixels of each phase. `cells` are those of the fours before, at and behind theirs, at the first column that is
/// read, or NULL where there are none. Kernel and stride are constants where this is inlined.
INLINE void sum_taps(const int kernel, const int stride, const uint32_t *const cells[3], const uint32_t *taps,
                     __m512i sums[4][4]) {
    const int phases = 4 / stride, span = 3 * stride + kernel;
    UNROLL for (int p = 0; p < phases; p++) {
        UNROLL for (int x = 0; x < 4; x++) sums[p][x] = _mm512_setzero_si512();
    }
    UNROLL for (int four = -1; four <= 1; four++) {
        if (!cells[four + 1]) continue;
        __m512i values[11];
        UNROLL for (int i = 0; i < span; i++) values[i] = _mm512_loadu_si512(cells[four + 1] + (size_t)i * cell);
        UNROLL for (int column = 0; column < kernel; column++) {
            UNROLL for (int p = 0; p < phases; p++) {
                if (!reaches(kernel, stride, p, four)) continue;
                const int at = ((four + 1) * kernel + column) * phases + p;
                const __m512i weights = _mm512_loadu_si512(taps + (size_t)at * cell);
                UNROLL for (int x = 0; x < 4; x++) {
                    sums[p][x] = _mm512_dpbusd_epi32(sums[p][x], values[x * stride + column], weights);
                }
            }
        }
    }
}

/// Where four pixels go: the band's pixels stand in fours without a gap, so that a row may begin in the middle of one.
typedef struct {
    /// Of the four that the first pixel belongs to, and words to the next.
    int32_t *words;
    size_t next;
    /// The first pixel's place, and how many of the pixels there are.
    size_t place, count;
} pixel_places;

/// Four pixels' words, lane by lane.
INLINE void store_words(__m512i words, pixel_places to, size_t offset) {
    if (to.place == 0 && to.count == 4) {
        _mm512_storeu_si512(to.words + offset, words);
        return;
    }
    const __m512i order = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i behind = _mm512_sub_epi32(order, _mm512_set1_epi32((int32_t)to.place));
    const __m512i three = _mm512_set1_epi32(3);
    // Within each lane.
    const __m512i turn = _mm512_or_si512(_mm512_andnot_si512(three, order), _mm512_and_si512(three, behind));
    const __m512i turned = _mm512_permutexvar_epi32(turn, words);
    const uint32_t places = ((1u << to.count) - 1) << to.place;
    _mm512_mask_storeu_epi32(to.words + offset, (__mmask16)((places & 0xF) * 0x1111), turned);
    _mm512_mask_storeu_epi32(to.words + to.next + offset, (__mmask16)((places >> 4) * 0x1111), turned);
}

/// Four pixels' floats, rounded and moved to 0...`most`.
INLINE void store_clamped(const __m512 values[4], __m512i most, pixel_places to) {
    const __m512i first = _mm512_packus_epi32(_mm512_cvtps_epi32(values[0]), _mm512_cvtps_epi32(values[1]));
    const __m512i second = _mm512_packus_epi32(_mm512_cvtps_epi32(values[2]), _mm512_cvtps_epi32(values[3]));
    __m512i pairs[2];
    pairs_of(_mm512_min_epu16(first, most), _mm512_min_epu16(second, most), pairs);
    store_words(pairs[0], to, 0);
    store_words(pairs[1], to, 16);
}

INLINE void depthwise(const cvnni_band_task *task, const int kernel, const int stride, size_t channel, size_t first,
                      size_t end) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t phases = 4 / (size_t)stride, width = shape->output_width, next = 4 * band_words(shape);
    const uint32_t *words = task->depthwise + channel / cell * (2 + tap_words(shape)) * cell;
    const __m512 scale = _mm512_loadu_ps(words), bias = _mm512_loadu_ps(words + cell);
    const __m512i most = _mm512_set1_epi16((short)band_six(shape));
    const bool bytes = shape->projects_bytes;
    const size_t fours = picture_fours(shape);
    for (size_t four = first; four < end; four++) {
        const uint32_t *lines[3] = {
            four > 0 ? ring_cells(task, channel, four - 1) : NULL,
            four < fours ? ring_cells(task, channel, four) : NULL,
            four + 1 < fours ? ring_cells(task, channel, four + 1) : NULL,
        };
        int32_t *target = (int32_t *)task->band + next * channel / cell_channels(shape);
        for (size_t x = 0; x < width; x += 4) {
            const size_t offset = x * (size_t)stride * cell;
            const uint32_t *cells[3];
            UNROLL for (int i = 0; i < 3; i++) cells[i] = lines[i] ? lines[i] + offset : NULL;
            __m512i sums[4][4];
            sum_taps(kernel, stride, cells, words + 2 * cell, sums);
            UNROLL for (int p = 0; p < 4 / stride; p++) {
                __m512 values[4];
                UNROLL for (int i = 0; i < 4; i++) {
                    values[i] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[p][i]), scale, bias);
                }
                const size_t pixel = ((four - first) * phases + (size_t)p) * width + x;
                const pixel_places to = {target + pixel / 4 * next, next, pixel % 4, least(width - x, 4)};
                if (bytes) store_words(bytes_of(values), to, 0);
                else store_clamped(values, most, to);
            }
        }
    }
}

#define DEPTHWISE(kernel, stride)                                                                                    \
    TARGET static void depthwise##kernel##stride(const cvnni_band_task *task, size_t channel, size_t first,          \
                                                 size_t end) {                                                       \
        depthwise(task, kernel, stride, channel, first, end);                                                        \
    }

DEPTHWISE(3, 1)
DEPTHWISE(3, 2)
DEPTHWISE(5, 1)
DEPTHWISE(5, 2)

void cvnni_depthwise_cells(const cvnni_band_task *task, size_t channel, size_t first, size_t end) {
    if (task->shape.kernel == 3) (task->shape.stride == 1 ? depthwise31 : depthwise32)(task, channel, first, end);
    else (task->shape.stride == 1 ? depthwise51 : depthwise52)(task, channel, first, end);
}

#else
size_t cvnni_depthwise_count(const cvnni_band_shape *shape) { return 0; }
void cvnni_pack_depthwise(const cvnni_band_shape *shape, const float *weights, const float *bias, uint32_t *packed) {}
#endif

#include "CVNNI.h"

#if defined(__x86_64__)
#include "product.h"

// A pixel's four bytes are one word of a dot product as they stand. A weight is rounded to 16 bits and multiplied as
// two bytes, the high one and the low one, which has a sign too: 24 channels fill three vectors so.

enum {
    channels = cvnni_picture_channels,
    kernel = 3,
    taps = kernel * kernel,
    colours = 3,
    /// Outputs of a tile, and the columns of the picture that it reads.
    tile_outputs = 8,
    tile_columns = 2 * (tile_outputs - 1) + kernel,
    /// So that the high byte does not overflow.
    greatest_weight = 127 * 256 + 127,
};

/// Scales, biases, then for each tap: the high bytes of 16 channels, their low bytes, both of the last 8.
size_t cvnni_picture_count(void) { return 2 * channels + taps * 2 * channels; }

/// Places of a channel's high and low bytes among a tap's words.
static inline size_t high_place(size_t channel) { return channel < 16 ? channel : 16 + channel; }
static inline size_t low_place(size_t channel) { return channel < 16 ? 16 + channel : 24 + channel; }

void cvnni_pack_picture(const float *weights, const float *bias, float factor, float offset, uint32_t *packed) {
    memset(packed, 0, cvnni_picture_count() * sizeof *packed);
    for (size_t channel = 0; channel < channels; channel++) {
        const float *row = weights + channel * taps * colours;
        const double scale = byte_scale(row, taps * colours, 1, greatest_weight);
        long sum = 0;
        for (size_t i = 0; i < taps * colours; i++) {
            const long weight = lrint(row[i] * scale), high = (weight + 128) >> 8, low = weight - high * 256;
            uint32_t *words = packed + 2 * channels + i / colours * 2 * channels;
            words[high_place(channel)] |= (uint32_t)(high & 0xFF) << 8 * (i % colours);
            words[low_place(channel)] |= (uint32_t)(low & 0xFF) << 8 * (i % colours);
            sum += weight;
        }
        const float back = (float)(factor / scale), added = (float)(bias[channel] + (double)sum / scale * offset);
        memcpy(packed + channel, &back, sizeof back);
        memcpy(packed + channels + channel, &added, sizeof added);
    }
}

/// `count` neighbouring outputs, of up to `tile_outputs`, from the pixels that the first one's taps begin with, whose
/// lines are `stride` pixels long.
INLINE void tile(const uint32_t *packed, const uint32_t *pixels, size_t stride, size_t count, float *target) {
    __m512i sums[tile_outputs][3];
    UNROLL for (int i = 0; i < tile_outputs; i++) {
        UNROLL for (int v = 0; v < 3; v++) sums[i][v] = _mm512_setzero_si512();
    }
    const uint32_t *weights = packed + 2 * channels;
    for (int y = 0; y < kernel; y++) {
        // Not unrolled: pixels that outputs share would be kept, for which there are no registers.
        _Pragma("clang loop unroll(disable)") for (int x = 0; x < kernel; x++) {
            __m512i line[3];
            UNROLL for (int v = 0; v < 3; v++) line[v] = _mm512_loadu_si512(weights + 16 * v);
            UNROLL for (int i = 0; i < tile_outputs; i++) {
                const __m512i pixel = _mm512_set1_epi32((int32_t)pixels[2 * i + x]);
                UNROLL for (int v = 0; v < 3; v++) sums[i][v] = _mm512_dpbusd_epi32(sums[i][v], pixel, line[v]);
            }
            weights += 2 * channels;
        }
        pixels += stride;
    }
    const float *scales = (const float *)packed, *biases = scales + channels;
    const column_terms first = terms(scales, biases, false), last = terms(scales + 16, biases + 16, true);
    UNROLL for (size_t i = 0; i < tile_outputs; i++) {
        if (i == count) return;
        const __m512i whole = _mm512_add_epi32(_mm512_slli_epi32(sums[i][0], 8), sums[i][1]);
        const __m512i high = _mm512_slli_epi32(sums[i][2], 8), low = _mm512_shuffle_i64x2(sums[i][2], sums[i][2], 0xEE);
        const __m512 rest = _mm512_cvtepi32_ps(_mm512_add_epi32(high, low));
        float *output = target + i * channels;
        _mm512_storeu_ps(output, clamped(_mm512_fmadd_ps(_mm512_cvtepi32_ps(whole), first.scale, first.bias)));
        _mm256_storeu_ps(output + 16, _mm512_castps512_ps256(clamped(_mm512_fmadd_ps(rest, last.scale, last.bias))));
    }
}

/// The pixels that a tile reads, where some may lie outside.
static void gather(const cvnni_picture_task *task, ptrdiff_t top, ptrdiff_t left, uint32_t *patch) {
    const ptrdiff_t width = (ptrdiff_t)task->width, height = (ptrdiff_t)task->height;
    const ptrdiff_t first = left < 0 ? -left : 0, end = width - left < tile_columns ? width - left : tile_columns;
    memset(patch, task->margin, kernel * tile_columns * sizeof *patch);
    for (ptrdiff_t y = 0; y < kernel; y++, patch += tile_columns) {
        if (top + y < 0 || top + y >= height || end <= first) continue;
        memcpy(patch + first, task->pixels + (top + y) * width + left + first, (size_t)(end - first) * sizeof *patch);
    }
}

TARGET void cvnni_picture(const cvnni_picture_task *task, size_t first, size_t end, float *target) {
    for (size_t y = first; y < end; y++) {
        const ptrdiff_t top = (ptrdiff_t)(2 * y) - (ptrdiff_t)task->pad_top;
        const bool rows_inside = top >= 0 && top + kernel <= (ptrdiff_t)task->height;
        for (size_t x = 0; x < task->output_width; x += tile_outputs) {
            const ptrdiff_t left = (ptrdiff_t)(2 * x) - (ptrdiff_t)task->pad_left;
            const size_t count = task->output_width - x;
            if (rows_inside && left >= 0 && left + tile_columns <= (ptrdiff_t)task->width && count >= tile_outputs) {
                const uint32_t *pixels = task->pixels + top * (ptrdiff_t)task->width + left;
                tile(task->packed, pixels, task->width, tile_outputs, target + x * channels);
            } else {
                uint32_t patch[kernel * tile_columns];
                gather(task, top, left, patch);
                tile(task->packed, patch, tile_columns, count, target + x * channels);
            }
        }
        target += task->output_width * channels;
    }
}

#else
size_t cvnni_picture_count(void) { return 0; }
void cvnni_pack_picture(const float *weights, const float *bias, float factor, float offset, uint32_t *packed) {}
void cvnni_picture(const cvnni_picture_task *task, size_t first, size_t end, float *target) {}
#endif

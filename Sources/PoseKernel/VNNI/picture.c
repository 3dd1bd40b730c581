#include "CVNNI.h"

#if defined(__x86_64__)
#include "picture.h"

// A pixel's four bytes are one word of a dot product as they stand. A weight is rounded to 16 bits and multiplied as
// two bytes, the high one and the low one, which has a sign too: 24 channels fill three vectors so.

/// So that the high byte does not overflow.
enum { greatest_weight = 127 * 256 + 127 };

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

/// `count` neighbouring outputs, of up to `tile_outputs`.
INLINE void tile(const uint32_t *packed, picture_part part, size_t count, float *target) {
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
                const __m512i pixel = _mm512_set1_epi32((int32_t)part.pixels[2 * i + x]);
                UNROLL for (int v = 0; v < 3; v++) sums[i][v] = _mm512_dpbusd_epi32(sums[i][v], pixel, line[v]);
            }
            weights += 2 * channels;
        }
        part.pixels += part.stride;
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

TARGET void cvnni_picture(const cvnni_picture_task *task, size_t first, size_t end, float *target) {
    for (size_t y = first; y < end; y++) {
        for (size_t x = 0; x < task->output_width; x += tile_outputs) {
            uint32_t patch[kernel * tile_columns];
            const picture_part part = part_of(task, y, x, patch);
            const size_t count = task->output_width - x;
            float *outputs = target + x * channels;
            if (count >= tile_outputs) tile(task->packed, part, tile_outputs, outputs);
            else tile(task->packed, part, count, outputs);
        }
        target += task->output_width * channels;
    }
}

#else
size_t cvnni_picture_count(void) { return 0; }
void cvnni_pack_picture(const float *weights, const float *bias, float factor, float offset, uint32_t *packed) {}
void cvnni_picture(const cvnni_picture_task *task, size_t first, size_t end, float *target) {}
#endif

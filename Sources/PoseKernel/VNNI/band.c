#include "CVNNI.h"

#if defined(__x86_64__)
#include "product.h"

// The expansion stands in the ring as pairs of rows, one row's channel in the low half of a word and the next row's in
// the high one: a dot product then adds two taps of the depthwise convolution. The first pair begins so that an even row
// of output begins with a pair: where `pad_top` is odd, with the row above the picture.

/// What 6 becomes between expansion and depthwise convolution.
static const int32_t six = 32767;

static size_t rows_above(size_t pad_top) { return pad_top % 2; }
static size_t pairs_of(size_t kernel) { return (kernel + 1) / 2; }

size_t cvnni_band_pairs(size_t height, size_t pad_top) { return (height + rows_above(pad_top) + 1) / 2; }

size_t cvnni_band_rows(size_t ring_pairs, size_t kernel, size_t stride) {
    const size_t rows = (2 * ring_pairs - kernel) / stride + 1;
    return stride == 1 ? rows / 2 * 2 : rows;
}

/// Scales and biases, then the pairs of weights of an even row of output, then those of an odd one.
size_t cvnni_packed_depthwise_count(size_t channels, size_t kernel) {
    return channels * (2 + 2 * pairs_of(kernel) * kernel);
}

void cvnni_pack_depthwise(const float *weights, const float *bias, size_t channels, size_t kernel, uint32_t *packed) {
    const double greatest = cvnni_greatest(channels, cvnni_clamped);
    uint32_t *words = packed + 2 * channels;
    for (size_t c = 0; c < channels; c++) {
        const double scale = weight_scale(weights + c, kernel * kernel, channels, six, true);
        const float back = (float)(greatest / six / scale), added = (float)(bias[c] * greatest / 6);
        memcpy(packed + c, &back, sizeof back);
        memcpy(packed + channels + c, &added, sizeof added);
        for (size_t odd = 0; odd < 2; odd++) {
            for (size_t p = 0; p < pairs_of(kernel); p++) {
                for (size_t kx = 0; kx < kernel; kx++) {
                    long taps[2];
                    for (size_t i = 0; i < 2; i++) {
                        const size_t ky = 2 * p + i - odd;  // beyond the kernel where it is below zero, too
                        taps[i] = ky < kernel ? lrint(weights[(ky * kernel + kx) * channels + c] * scale) : 0;
                    }
                    words[((odd * pairs_of(kernel) + p) * kernel + kx) * channels + c] = pair(taps[0], taps[1]);
                }
            }
        }
    }
}

/// 16 sums of the expansion, those of two rows, as words of the ring.
INLINE __m512i ring_words(__m512i upper, __m512i lower, const float *back, __m512 scale, __m512 bias) {
    const __m512 zero = _mm512_setzero_ps(), most = _mm512_set1_ps((float)six);
    __m512 first = _mm512_mul_ps(_mm512_cvtepi32_ps(upper), _mm512_set1_ps(back[0]));
    __m512 second = _mm512_mul_ps(_mm512_cvtepi32_ps(lower), _mm512_set1_ps(back[1]));
    first = _mm512_min_ps(_mm512_max_ps(_mm512_fmadd_ps(first, scale, bias), zero), most);
    second = _mm512_min_ps(_mm512_max_ps(_mm512_fmadd_ps(second, scale, bias), zero), most);
    return _mm512_or_si512(_mm512_cvtps_epi32(first), _mm512_slli_epi32(_mm512_cvtps_epi32(second), 16));
}

/// Rounded rows of A, upper and lower row of each pixel in turn, and where their words go.
typedef struct {
    const uint16_t *a;
    const float *back;
    uint32_t *target;
    /// Of the rows of the pair that exist.
    uint32_t mask;
} expanded_rows;

/// `rows` (even) rows of A and one panel of 16 * `vectors` channels from `column`.
INLINE void expand_tile(const cvnni_band_task *task, const int rows, const int vectors, expanded_rows part,
                        const uint32_t *panel, size_t column) {
    tile_sums sums;
    multiply(&sums, rows, vectors, false, part.a, task->depth, panel);
    const __m512i mask = _mm512_set1_epi32((int32_t)part.mask);
    const __m512 steps = _mm512_set1_ps((float)six / 6);
    UNROLL for (int v = 0; v < vectors; v++) {
        const size_t at = column + 16 * (size_t)v;
        const __m512 scale = _mm512_mul_ps(steps, _mm512_loadu_ps((const float *)panel + 16 * v));
        const __m512 bias = _mm512_mul_ps(steps, _mm512_loadu_ps(task->expansion_bias + at));
        UNROLL for (int r = 0; r < rows; r += 2) {
            const __m512i words = ring_words(sums.whole[r][v], sums.whole[r + 1][v], part.back + r, scale, bias);
            _mm512_storeu_si512(part.target + (size_t)r / 2 * task->channels + at, _mm512_and_si512(words, mask));
        }
    }
}

#define EXPAND(name, rows, vectors)                                                                                  \
    TARGET static void name(const cvnni_band_task *task, expanded_rows part, size_t count, const uint32_t *panel,    \
                            size_t column) {                                                                         \
        size_t done = 0;                                                                                             \
        for (; done < count;) {                                                                                      \
            const size_t step = count - done >= rows ? rows : 2;                                                     \
            if (step == rows) expand_tile(task, rows, vectors, part, panel, column);                                 \
            else expand_tile(task, 2, vectors, part, panel, column);                                                 \
            part.a += step * task->depth;                                                                            \
            part.back += step;                                                                                       \
            part.target += step / 2 * task->channels;                                                                \
            done += step;                                                                                            \
        }                                                                                                            \
    }

EXPAND(expand16, 16, 1)
EXPAND(expand32, 12, 2)
EXPAND(expand48, 8, 3)

/// `count` rows of A: all channels.
static void expand_rows(const cvnni_band_task *task, expanded_rows part, size_t count) {
    const uint32_t *panel = task->expansion;
    for (size_t column = 0; column < task->channels;) {
        const size_t width = panel_width(task->channels - column);
        switch (width) {
        case 16: expand16(task, part, count, panel, column); break;
        case 32: expand32(task, part, count, panel, column); break;
        default: expand48(task, part, count, panel, column);
        }
        panel += width * (1 + task->depth / 2);
        column += width;
    }
}

/// Pixels whose two rows are rounded at once.
enum { block_pixels = block_rows / 2 };

/// Pairs of the ring that stand one behind the other, and whose rows exist as `mask` says.
static void expand_run(const cvnni_band_task *task, size_t first, size_t end, uint32_t mask) {
    const size_t width = task->width, depth = task->depth;
    const float greatest = (float)cvnni_greatest(depth, cvnni_rows);
    float *back = task->scratch, *scales = back + block_rows;
    uint16_t *values = (uint16_t *)(scales + block_rows);
    uint32_t *target = task->ring + (first & (task->ring_pairs - 1)) * width * task->channels;
    size_t pixel = first * width;
    while (pixel < end * width) {
        const size_t left = end * width - pixel, count = left < block_pixels ? left : block_pixels;
        for (size_t done = 0; done < count;) {
            const size_t row = (pixel + done) / width, x = (pixel + done) % width;
            const size_t piece = width - x < count - done ? width - x : count - done;
            for (size_t i = 0; i < 2; i++) {
                if (!(mask >> 16 * i & 1)) continue;
                const float *a = task->input + ((2 * row + i - rows_above(task->pad_top)) * width + x) * depth;
                cvnni_round_rows(a, piece, depth, greatest, values + (2 * done + i) * depth, 2 * depth,
                                 back + 2 * done + i, 2, scales);
            }
            done += piece;
        }
        expand_rows(task, (expanded_rows){values, back, target, mask}, 2 * count);
        target += count * task->channels;
        pixel += count;
    }
}

/// The rows of a pair that exist, as a mask of its words.
static uint32_t existing(const cvnni_band_task *task, size_t pair) {
    const size_t above = rows_above(task->pad_top), upper = 2 * pair;
    return (upper >= above && upper - above < task->height ? 0xFFFF : 0) |
           (upper + 1 - above < task->height ? 0xFFFF0000 : 0);
}

static void expand(const cvnni_band_task *task, size_t first, size_t end) {
    while (first < end) {
        const uint32_t mask = existing(task, first);
        size_t next = first + 1;
        while (next < end && (next & (task->ring_pairs - 1)) != 0 && existing(task, next) == mask) next++;
        expand_run(task, first, next, mask);
        first = next;
    }
}

/// `block` outputs of a row, or of two rows one above the other, for 16 channels from `channel`. `inside`: all columns
/// that they read exist. All of `kernel` to `inside` are constants where this is inlined.
INLINE void outputs(const cvnni_band_task *task, const int kernel, const int stride, const int rows, const int block,
                    const bool inside, ptrdiff_t first_pair, ptrdiff_t left, size_t channel, __m512i sums[2][8]) {
    const int taps_high = (kernel + 1) / 2, span = (block - 1) * stride + kernel;
    const ptrdiff_t pairs = (ptrdiff_t)cvnni_band_pairs(task->height, task->pad_top);
    const size_t channels = task->channels;
    const uint32_t *even = task->depthwise + 2 * channels + channel;
    const uint32_t *odd = even + (size_t)(taps_high * kernel) * channels;
    UNROLL for (int b = 0; b < block; b++) sums[0][b] = sums[1][b] = _mm512_setzero_si512();
    for (int p = 0; p < taps_high; p++) {
        const ptrdiff_t pair = first_pair + p;
        if (pair < 0 || pair >= pairs) continue;
        const ptrdiff_t line = (ptrdiff_t)((size_t)pair & (task->ring_pairs - 1)) * (ptrdiff_t)task->width + left;
        const uint32_t *source = task->ring + line * (ptrdiff_t)channels + channel;
        __m512i taps[16];
        UNROLL for (int i = 0; i < span; i++) {
            taps[i] = inside || (size_t)(left + i) < task->width ? _mm512_loadu_si512(source + (size_t)i * channels)
                                                                 : _mm512_setzero_si512();
        }
        UNROLL for (int kx = 0; kx < kernel; kx++) {
            const size_t at = (size_t)(p * kernel + kx) * channels;
            const __m512i weight = _mm512_loadu_si512(even + at);
            UNROLL for (int b = 0; b < block; b++) {
                sums[0][b] = _mm512_dpwssd_epi32(sums[0][b], taps[b * stride + kx], weight);
            }
            if (rows < 2) continue;
            const __m512i lower = _mm512_loadu_si512(odd + at);
            UNROLL for (int b = 0; b < block; b++) {
                sums[1][b] = _mm512_dpwssd_epi32(sums[1][b], taps[b * stride + kx], lower);
            }
        }
    }
}

/// A row of outputs from `y`, or two, whose first goes to `target`: 16 channels from `channel`.
INLINE void row_of_outputs(const cvnni_band_task *task, const int kernel, const int stride, const int rows, size_t y,
                           size_t channel, uint16_t *target) {
    enum { block = 4 };
    const size_t channels = task->channels, width = task->output_width;
    const __m512 scale = _mm512_loadu_ps((const float *)task->depthwise + channel);
    const __m512 bias = _mm512_loadu_ps((const float *)task->depthwise + channels + channel);
    const __m512 zero = _mm512_setzero_ps(), most = _mm512_set1_ps((float)cvnni_greatest(channels, cvnni_clamped));
    const ptrdiff_t top = (ptrdiff_t)(y * (size_t)stride) - (ptrdiff_t)(task->pad_top - rows_above(task->pad_top));
    for (size_t x = 0; x < width; x += block) {
        const ptrdiff_t left = (ptrdiff_t)(x * (size_t)stride) - (ptrdiff_t)task->pad_left;
        const ptrdiff_t right = left + (block - 1) * stride + kernel;
        __m512i sums[2][8];
        // Arithmetic shift: `top` is even and may be negative.
        if (left >= 0 && right <= (ptrdiff_t)task->width) {
            outputs(task, kernel, stride, rows, block, true, top >> 1, left, channel, sums);
        } else {
            outputs(task, kernel, stride, rows, block, false, top >> 1, left, channel, sums);
        }
        UNROLL for (int r = 0; r < rows; r++) {
            UNROLL for (int b = 0; b < block; b++) {
                if (x + (size_t)b >= width) continue;
                const __m512 value = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][b]), scale, bias);
                const __m512i whole = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(value, zero), most));
                uint16_t *place = target + ((size_t)r * width + x + (size_t)b) * channels + channel;
                _mm256_storeu_si256((__m256i *)place, _mm512_cvtepi32_epi16(whole));
            }
        }
    }
}

/// All rows of 16 channels before the next: their part of the ring stays in the first cache.
INLINE void depthwise(const cvnni_band_task *task, const int kernel, const int stride, size_t first, size_t end) {
    const size_t line = task->output_width * task->channels;
    for (size_t channel = 0; channel < task->channels; channel += 16) {
        size_t y = first;
        for (; stride == 1 && y + 2 <= end; y += 2) {
            row_of_outputs(task, kernel, stride, 2, y, channel, task->band + (y - first) * line);
        }
        for (; y < end; y++) row_of_outputs(task, kernel, stride, 1, y, channel, task->band + (y - first) * line);
    }
}

#define DEPTHWISE(kernel, stride)                                                                                    \
    TARGET static void depthwise##kernel##stride(const cvnni_band_task *task, size_t first, size_t end) {            \
        depthwise(task, kernel, stride, first, end);                                                                 \
    }

DEPTHWISE(3, 1)
DEPTHWISE(3, 2)
DEPTHWISE(5, 1)
DEPTHWISE(5, 2)

void cvnni_band(const cvnni_band_task *task) {
    const size_t pairs = cvnni_band_pairs(task->height, task->pad_top), channels = task->channels;
    size_t ready = 0;
    for (size_t first = 0; first < task->output_height; first += task->band_rows) {
        const size_t left = task->output_height - first, rows = left < task->band_rows ? left : task->band_rows;
        // Behind the last row that the band reads, as the pairs count them.
        const size_t end = (first + rows - 1) * task->stride + task->kernel + rows_above(task->pad_top);
        size_t needed = end <= task->pad_top ? 0 : (end - task->pad_top + 1) / 2;
        if (needed > pairs) needed = pairs;
        if (needed > ready) expand(task, ready, needed);
        if (needed > ready) ready = needed;
        if (task->kernel == 3) (task->stride == 1 ? depthwise31 : depthwise32)(task, first, first + rows);
        else (task->stride == 1 ? depthwise51 : depthwise52)(task, first, first + rows);
        const size_t count = rows * task->output_width;
        for (size_t row = 0; row < count; row += block_rows) {
            const size_t some = count - row < block_rows ? count - row : block_rows;
            cvnni_multiply_rounded(&task->projection, task->band + row * channels, NULL,
                                   first * task->output_width + row, some);
        }
    }
}

#else
size_t cvnni_band_rows(size_t ring_pairs, size_t kernel, size_t stride) { return 1; }
size_t cvnni_band_pairs(size_t height, size_t pad_top) { return 0; }
size_t cvnni_packed_depthwise_count(size_t channels, size_t kernel) { return 0; }
void cvnni_pack_depthwise(const float *weights, const float *bias, size_t channels, size_t kernel, uint32_t *packed) {}
void cvnni_band(const cvnni_band_task *task) {}
#endif

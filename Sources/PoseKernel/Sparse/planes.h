// Products and bands on planes; included for each instruction set, with its `lanes`, `most_vectors`, TARGET, NAME and
// store_first.
#include <string.h>

#include "layout.h"

#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float vector __attribute__((vector_size(4 * lanes), aligned(4)));
typedef float octet __attribute__((vector_size(32), aligned(4)));

INLINE vector load(const float *place) { return *(const vector *)place; }
INLINE void store(float *place, vector value) { *(vector *)place = value; }
INLINE vector splat(float x) { return x - (vector){}; }
INLINE octet load8(const float *place) { return *(const octet *)place; }
INLINE vector clamped(vector x) {
    return __builtin_elementwise_min(__builtin_elementwise_max(x, splat(0)), splat(6));
}
INLINE octet clamped8(octet x) {
    return __builtin_elementwise_min(__builtin_elementwise_max(x, (octet){}), 6 - (octet){});
}

/// The first `count` of eight values; zeros behind them.
INLINE octet load_part(const float *place, size_t count) {
    if (count >= 8) return load8(place);
    octet value = {};
    memcpy(&value, place, 4 * count);
    return value;
}

INLINE void store_part(float *place, octet value, size_t count) {
    if (count >= 8) *(octet *)place = value;
    else memcpy(place, &value, 4 * count);
}

/// Eight rows to columns: within the halves of 128 bits first, then the halves among each other.
INLINE void turn(octet *x) {
    octet y[8];
    UNROLL for (int i = 0; i < 8; i += 4) {
        octet low = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        octet high = __builtin_shufflevector(x[i], x[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
        octet next_low = __builtin_shufflevector(x[i + 2], x[i + 3], 0, 8, 1, 9, 4, 12, 5, 13);
        octet next_high = __builtin_shufflevector(x[i + 2], x[i + 3], 2, 10, 3, 11, 6, 14, 7, 15);
        y[i] = __builtin_shufflevector(low, next_low, 0, 1, 8, 9, 4, 5, 12, 13);
        y[i + 1] = __builtin_shufflevector(low, next_low, 2, 3, 10, 11, 6, 7, 14, 15);
        y[i + 2] = __builtin_shufflevector(high, next_high, 0, 1, 8, 9, 4, 5, 12, 13);
        y[i + 3] = __builtin_shufflevector(high, next_high, 2, 3, 10, 11, 6, 7, 14, 15);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        x[i] = __builtin_shufflevector(y[i], y[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        x[i + 4] = __builtin_shufflevector(y[i], y[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// Planes from `base` on, `stride` floats apart.
typedef struct {
    float *base;
    size_t stride;
} planes;

/// A row of `count` pixels of `channels` channels to planes, in whole octets; what lies outside of it is zero.
TARGET static void gather(const float *a, size_t channels, size_t count, row_order row, planes to) {
    for (size_t channel = 0; channel < channels; channel += 8) {
        const size_t part = channels - channel;
        for (size_t place = 0; place < row.pitch; place += 8) {
            octet x[8];
            const size_t first = pixel_at(row, place), last = pixel_at(row, place + 7);
            if (part >= 8 && first < count && last < count && last - first == 7 * row.stride) {
                const float *pixel = a + first * channels + channel;
                UNROLL for (size_t i = 0; i < 8; i++, pixel += row.stride * channels) x[i] = load8(pixel);
            } else {
                UNROLL for (size_t i = 0; i < 8; i++) {
                    const size_t pixel = pixel_at(row, place + i);
                    x[i] = pixel < count ? load_part(a + pixel * channels + channel, part) : (octet){};
                }
            }
            turn(x);
            UNROLL for (size_t i = 0; i < 8; i++) {
                if (i < part) *(octet *)(to.base + (channel + i) * to.stride + place) = x[i];
            }
        }
    }
}

/// Turns the finished sums of `count` pixels from `pixel` on back, and stores them.
INLINE void scatter(const csparse_task *task, planes sums, size_t pixel, size_t count) {
    const size_t n = task->weights.n;
    for (size_t column = 0; column < n; column += 8) {
        for (size_t part = 0; part < count; part += 8) {
            octet x[8];
            UNROLL for (size_t i = 0; i < 8; i++) x[i] = load8(sums.base + (column + i) * sums.stride + part);
            turn(x);
            UNROLL for (size_t i = 0; i < 8; i++) {
                if (part + i >= count) continue;
                const size_t place = (pixel + part + i) * n + column;
                octet value = x[i];
                if (task->residual) {
                    value += load_part(task->residual + place, n - column);
                    if (task->clamp_residual) value = clamped8(value);
                }
                store_part(task->c + place, value, n - column);
            }
        }
    }
}

/// Of a product.
typedef struct {
    const float *bias;
    /// For each pixel 1, or 0 where its sums are to be 0: where it and all of A's planes lie outside the picture.
    const float *inside;
    bool clamp;
} offsets;

/// One block of `vectors` vectors: a constant where this is inlined, so that the sums stay in registers.
INLINE void multiply(const csparse_weights *weights, planes from, planes to, offsets add, const int vectors) {
    const size_t k = weights->k, slice = csparse_slice(k);
    const csparse_pair *pair = weights->pairs;
    const csparse_step *step = weights->steps;
    vector inside[most_vectors];
    UNROLL for (int v = 0; v < vectors; v++) inside[v] = load(add.inside + v * lanes);
    for (size_t row = 0; row < k; row += slice) {
        const bool clamps = add.clamp && row + slice >= k;
        for (size_t i = 0; i < (weights->n + 1) / 2; i++, pair++) {
            float *places[2];
            vector sums[2][most_vectors];
            UNROLL for (int j = 0; j < 2; j++) {
                places[j] = to.base + pair->columns[j] * to.stride;
                const vector bias = splat(add.bias[pair->columns[j]]);
                UNROLL for (int v = 0; v < vectors; v++)
                    sums[j][v] = row ? load(places[j] + v * lanes) : bias * inside[v];
            }
            for (const csparse_step *last = step + pair->shared; step < last; step++) {
                const float *plane = from.base + step->rows[0] * from.stride;
                const vector left = splat(step->weights[0]), right = splat(step->weights[1]);
                UNROLL for (int v = 0; v < vectors; v++) {
                    const vector a = load(plane + v * lanes);
                    sums[0][v] += left * a;
                    sums[1][v] += right * a;
                }
            }
            for (const csparse_step *last = step + pair->others; step < last; step++) {
                UNROLL for (int j = 0; j < 2; j++) {
                    const float *plane = from.base + step->rows[j] * from.stride;
                    const vector weight = splat(step->weights[j]);
                    UNROLL for (int v = 0; v < vectors; v++) sums[j][v] += weight * load(plane + v * lanes);
                }
            }
            UNROLL for (int j = 0; j < 2; j++) {
                if (clamps) {
                    UNROLL for (int v = 0; v < vectors; v++) sums[j][v] = clamped(sums[j][v]);
                }
                UNROLL for (int v = 0; v < vectors; v++) store(places[j] + v * lanes, sums[j][v]);
            }
        }
    }
}

#define MULTIPLY(vectors)                                                                                           \
    TARGET static void multiply##vectors(const csparse_weights *weights, planes from, planes to, offsets add) {     \
        multiply(weights, from, to, add, vectors);                                                                  \
    }
MULTIPLY(1) MULTIPLY(2) MULTIPLY(3) MULTIPLY(4) MULTIPLY(5) MULTIPLY(6)
static void (*const sizes[])(const csparse_weights *, planes, planes, offsets) = {
    multiply1, multiply2, multiply3, multiply4, multiply5, multiply6,
};

/// Pixels of a block.
typedef struct {
    size_t first, count;
    int vectors;
} block;

/// Block `index` of `m` pixels. As equal as can be: a small one would do as much work a weight for fewer pixels.
INLINE block block_of(size_t m, size_t index) {
    const size_t vectors = (m + lanes - 1) / lanes, blocks = (vectors + most_vectors - 1) / most_vectors;
    if (index >= blocks) return (block){};
    const size_t first = vectors * index / blocks, last = vectors * (index + 1) / blocks;
    const size_t left = m - first * lanes, size = (last - first) * lanes;
    return (block){.first = first * lanes, .count = left < size ? left : size, .vectors = (int)(last - first)};
}

INLINE planes moved(planes p, size_t pixels) { return (planes){p.base + pixels, p.stride}; }

/// `m` pixels of the planes `from` to rows of C; `pixel` is the first one's there.
TARGET static void project(const csparse_task *task, planes from, float *sums, size_t pixel, size_t m) {
    const planes to = {sums, block_pixels};
    float ones[most_vectors * lanes];
    for (size_t i = 0; i < most_vectors * lanes; i++) ones[i] = 1;
    block b;
    for (size_t i = 0; (b = block_of(m, i)).count; i++) {
        sizes[b.vectors - 1](&task->weights, moved(from, b.first), to, (offsets){task->bias, ones, task->clamp});
        scatter(task, to, pixel + b.first, b.count);
    }
}

TARGET void NAME(csparse_gemm)(const csparse_task *task) {
    const size_t k = task->weights.k;
    const planes channels = {task->scratch, block_pixels};
    block b;
    for (size_t i = 0; (b = block_of(task->m, i)).count; i++) {
        gather(task->a + b.first * k, k, b.count, (row_order){b.count, 0, 1}, channels);
        project(task, channels, task->scratch + k * block_pixels, b.first, b.count);
    }
}

/// The sums of most_rows x a vector of neighbouring outputs of one channel.
INLINE void filter(vector *sums, const float *source, size_t pitch, const float *weights, size_t channels,
                   const int kernel, const int stride) {
    // A loop, so that the compiler keeps this order: all sums at once, of which each tap that is loaded serves several.
    _Pragma("clang loop unroll(disable)") for (size_t kx = 0; kx < (size_t)kernel; kx++) {
        vector column[5];
        UNROLL for (int ky = 0; ky < kernel; ky++) column[ky] = splat(weights[((size_t)(ky * kernel) + kx) * channels]);
        const float *place = source + (stride == 1 ? kx : kx % 2 * (pitch / 2) + kx / 2);
        UNROLL for (int y = 0; y < (most_rows - 1) * stride + kernel; y++, place += pitch) {
            const vector tap = load(place);
            UNROLL for (int r = 0; r < most_rows; r++) {
                const int ky = y - r * stride;
                if (ky >= 0 && ky < kernel) sums[r] += column[ky] * tap;
            }
        }
    }
}

/// `count` rows of outputs of every channel. Of the last ones some may be computed that are not stored.
INLINE void depthwise(const csparse_band_task *task, planes from, size_t pitch, planes to, size_t count,
                      const int kernel, const int stride) {
    const size_t width = task->shape.output_width, channels = task->shape.channels;
    for (size_t c = 0; c < channels; c++) {
        const float *source = from.base + c * from.stride;
        float *target = to.base + c * to.stride;
        for (size_t y = 0; y < count; y += most_rows) {
            for (size_t x = 0; x < width; x += lanes) {
                vector sums[most_rows];
                UNROLL for (int r = 0; r < most_rows; r++) sums[r] = splat(task->depthwise_bias[c]);
                filter(sums, source + y * (size_t)stride * pitch + x, pitch, task->depthwise + c, channels, kernel,
                       stride);
                UNROLL for (size_t r = 0; r < most_rows; r++) {
                    if (y + r >= count) break;
                    const vector value = task->clamp_depthwise ? clamped(sums[r]) : sums[r];
                    store_first(target + (y + r) * width + x, value, width - x);
                }
            }
        }
    }
}

#define DEPTHWISE(kernel, stride)                                                                                     \
    TARGET static void depthwise##kernel##stride(const csparse_band_task *task, planes from, size_t pitch, planes to, \
                                                 size_t count) {                                                      \
        depthwise(task, from, pitch, to, count, kernel, stride);                                                      \
    }
DEPTHWISE(3, 1) DEPTHWISE(3, 2) DEPTHWISE(5, 1) DEPTHWISE(5, 2)

TARGET static void filter_rows(const csparse_band_task *task, planes from, size_t pitch, planes to, size_t count) {
    const bool is_large = task->shape.kernel == 5;
    if (task->shape.stride == 1) (is_large ? depthwise51 : depthwise31)(task, from, pitch, to, count);
    else (is_large ? depthwise52 : depthwise32)(task, from, pitch, to, count);
}

/// `m` pixels, of which `inside` says which lie in the picture.
TARGET static void expand(const csparse_band_task *task, planes from, planes to, size_t m, const float *inside) {
    block b;
    for (size_t i = 0; (b = block_of(m, i)).count; i++) {
        const offsets add = {task->expansion_bias, inside + b.first, task->clamp_expansion};
        sizes[b.vectors - 1](&task->expansion, moved(from, b.first), moved(to, b.first), add);
    }
}

/// Rows of the ring: `fresh` and those behind it are not there from the band before, those from `inside` to `below` lie
/// in the picture, the first of them being its row `row`; `end` are read.
typedef struct {
    size_t fresh, inside, below, end, row;
} ring_rows;

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// For `count` rows of the output from `first` on.
INLINE ring_rows rows_for(const csparse_band_shape *s, size_t first, size_t count) {
    // From the topmost row of padding.
    const size_t top = first * s->stride, fresh = first ? s->kernel - s->stride : 0;
    const size_t above = s->pad_top > top ? s->pad_top - top : 0;
    ring_rows rows = {.fresh = fresh, .end = (count - 1) * s->stride + s->kernel};
    rows.inside = least(above > fresh ? above : fresh, rows.end);
    rows.below = s->height + s->pad_top > top ? least(s->height + s->pad_top - top, rows.end) : 0;
    if (rows.below < rows.inside) rows.below = rows.inside;
    rows.row = top + rows.inside - s->pad_top;
    return rows;
}

/// Puts into the ring what rows of the output read and the band before has not put there.
TARGET static void fill(const csparse_band_task *task, const band_layout *l, planes input, planes ring,
                        const float *inside, ring_rows rows) {
    const csparse_band_shape *s = &task->shape;
    const size_t pitch = l->row.pitch, last = l->rows * s->stride;
    if (rows.fresh) {
        for (size_t c = 0; c < s->channels; c++) {
            float *plane = ring.base + c * ring.stride;
            memmove(plane, plane + last * pitch, 4 * rows.fresh * pitch);
        }
    }
    for (size_t y = rows.inside; y < rows.below; y++) {
        gather(task->input + (rows.row + y - rows.inside) * s->width * s->depth, s->depth, s->width, l->row,
               moved(input, y * pitch));
    }
    const size_t first = rows.inside * pitch;
    expand(task, moved(input, first), moved(ring, first), (rows.below - rows.inside) * pitch, inside);
    for (size_t c = 0; c < s->channels; c++) {
        float *plane = ring.base + c * ring.stride;
        memset(plane + rows.fresh * pitch, 0, 4 * (rows.inside - rows.fresh) * pitch);
        memset(plane + rows.below * pitch, 0, 4 * ((rows.end - rows.below) * pitch + pitch - s->width));
    }
}

TARGET void NAME(csparse_band)(const csparse_band_task *task) {
    const csparse_band_shape *s = &task->shape;
    const band_layout l = layout_of(*s);
    const planes input = {task->scratch + l.lead, l.ring_stride};
    const planes ring = {input.base + l.input_count, l.ring_stride};
    const planes band = {task->scratch + l.input_count + l.ring_count, l.band_stride};
    float *sums = band.base + l.band_count, *inside = sums + l.sums_count;
    for (size_t i = 0; i < l.inside_count; i++) {
        inside[i] = i < l.row.pitch ? pixel_at(l.row, i) < s->width : inside[i - l.row.pitch];
    }
    for (size_t first = 0; first < s->output_height; first += l.rows) {
        const size_t count = least(s->output_height - first, l.rows);
        fill(task, &l, input, ring, inside, rows_for(s, first, count));
        filter_rows(task, ring, l.row.pitch, band, count);
        project(&task->projection, band, sums, first * s->output_width, count * s->output_width);
    }
}

#include "CSparse.h"

#if defined(__x86_64__)
#include <string.h>

#define TARGET __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

/// Values of a vector, and vectors of pixels in a block at most.
enum { lanes = 8, most_vectors = 8, block_pixels = lanes * most_vectors, most_rows = 128 };

typedef float vector __attribute__((vector_size(4 * lanes), aligned(4)));

bool csparse_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

size_t csparse_slice(size_t k) {
    const size_t slices = (k + most_rows - 1) / most_rows;
    return slices ? (k + slices - 1) / slices : 0;
}

static size_t whole_vectors(size_t count) { return (count + lanes - 1) / lanes * lanes; }

size_t csparse_scratch_count(size_t k, size_t n) {
    return (whole_vectors(csparse_slice(k)) + whole_vectors(n)) * block_pixels;
}

INLINE vector load(const float *place) { return *(const vector *)place; }
INLINE void store(float *place, vector value) { *(vector *)place = value; }
INLINE vector splat(float x) { return (vector){x, x, x, x, x, x, x, x}; }

INLINE vector clamped(vector x) {
    return __builtin_elementwise_min(__builtin_elementwise_max(x, splat(0)), splat(6));
}

/// The first `count` of a vector's values; zeros behind them.
INLINE vector load_part(const float *place, size_t count) {
    if (count >= lanes) return load(place);
    vector value = splat(0);
    memcpy(&value, place, 4 * count);
    return value;
}

INLINE void store_part(float *place, vector value, size_t count) {
    if (count >= lanes) store(place, value);
    else memcpy(place, &value, 4 * count);
}

/// Eight rows to columns: within the halves of 128 bits first, then the halves among each other.
INLINE void turn(vector *x) {
    vector y[lanes];
    UNROLL for (int i = 0; i < lanes; i += 4) {
        vector low = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        vector high = __builtin_shufflevector(x[i], x[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
        vector next_low = __builtin_shufflevector(x[i + 2], x[i + 3], 0, 8, 1, 9, 4, 12, 5, 13);
        vector next_high = __builtin_shufflevector(x[i + 2], x[i + 3], 2, 10, 3, 11, 6, 14, 7, 15);
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

/// Pixels from `pixel` on, `count` of them real, `width` of them a whole number of vectors.
typedef struct {
    size_t pixel, count, width;
} block;

/// `count` channels of a block from `a` on, channel by channel. Pixels beyond the real ones repeat the last.
INLINE void gather(const float *a, size_t stride, block b, size_t count, float *target) {
    for (size_t pixel = 0; pixel < b.width; pixel += lanes) {
        for (size_t channel = 0; channel < count; channel += lanes) {
            vector x[lanes];
            UNROLL for (size_t i = 0; i < lanes; i++) {
                const size_t row = pixel + i < b.count ? pixel + i : b.count - 1;
                x[i] = load_part(a + row * stride + channel, count - channel);
            }
            turn(x);
            UNROLL for (size_t i = 0; i < lanes; i++) store(target + (channel + i) * b.width + pixel, x[i]);
        }
    }
}

/// Turns the finished sums of the columns from `column` on, a vector's width of them, back and stores them.
INLINE void scatter(const csparse_task *task, const float *sums, block b, size_t column) {
    const size_t n = task->weights.n;
    for (size_t part = 0; part < b.width; part += lanes) {
        vector x[lanes];
        UNROLL for (size_t i = 0; i < lanes; i++) x[i] = load(sums + (column + i) * b.width + part);
        turn(x);
        UNROLL for (size_t i = 0; i < lanes; i++) {
            if (part + i >= b.count) continue;
            const size_t place = (b.pixel + part + i) * n + column;
            vector value = x[i];
            if (task->residual) {
                value += load_part(task->residual + place, n - column);
                if (task->clamp_residual) value = clamped(value);
            }
            store_part(task->c + place, value, n - column);
        }
    }
}

/// One block, of `vectors` vectors: a constant where this is inlined, so that the sums of a column stay in registers.
INLINE void multiply(const csparse_task *task, block b, const int vectors) {
    const csparse_weights *weights = &task->weights;
    const size_t k = weights->k, n = weights->n, slice = csparse_slice(k);
    float *channels = task->scratch, *sums = channels + whole_vectors(slice) * block_pixels;
    const uint32_t *starts = weights->starts;
    for (size_t row = 0; row < k; row += slice, starts += n + 1) {
        const size_t count = k - row < slice ? k - row : slice;
        const bool is_last = row + count == k;
        gather(task->a + b.pixel * k + row, k, b, count, channels);
        for (size_t column = 0; column < n; column++) {
            vector sum[most_vectors];
            float *place = sums + column * b.width;
            UNROLL for (int v = 0; v < vectors; v++) sum[v] = row ? load(place + v * lanes) : splat(task->bias[column]);
            for (uint32_t i = starts[column]; i < starts[column + 1]; i++) {
                const float *channel = channels + weights->rows[i] * b.width;
                const vector weight = splat(weights->values[i]);
                UNROLL for (int v = 0; v < vectors; v++) sum[v] += weight * load(channel + v * lanes);
            }
            UNROLL for (int v = 0; v < vectors; v++)
                store(place + v * lanes, is_last && task->clamp ? clamped(sum[v]) : sum[v]);
            if (is_last && (column % lanes == lanes - 1 || column + 1 == n)) {
                scatter(task, sums, b, column / lanes * lanes);
            }
        }
    }
}

#define MULTIPLY(vectors)                                                                                         \
    TARGET static void multiply##vectors(const csparse_task *task, block b) {                                     \
        b.width = vectors * lanes;                                                                                \
        multiply(task, b, vectors);                                                                               \
    }
MULTIPLY(1) MULTIPLY(2) MULTIPLY(3) MULTIPLY(4) MULTIPLY(5) MULTIPLY(6) MULTIPLY(7) MULTIPLY(8)

void csparse_gemm(const csparse_task *task) {
    static void (*const sizes[])(const csparse_task *, block) = {
        multiply1, multiply2, multiply3, multiply4, multiply5, multiply6, multiply7, multiply8,
    };
    const size_t vectors = (task->m + lanes - 1) / lanes, blocks = (vectors + most_vectors - 1) / most_vectors;
    // Blocks as equal as can be: a small one at the end would do as much work a weight for fewer pixels.
    for (size_t i = 0; i < blocks; i++) {
        const size_t first = vectors * i / blocks, last = vectors * (i + 1) / blocks, pixel = first * lanes;
        const size_t left = task->m - pixel, size = (last - first) * lanes;
        sizes[last - first - 1](task, (block){.pixel = pixel, .count = left < size ? left : size});
    }
}

#else
bool csparse_available(void) { return false; }
size_t csparse_slice(size_t k) { return k; }
size_t csparse_scratch_count(size_t k, size_t n) { return 0; }
void csparse_gemm(const csparse_task *task) { __builtin_trap(); }
#endif

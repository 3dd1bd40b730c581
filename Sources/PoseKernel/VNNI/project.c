#include "CVNNI.h"

#if defined(__x86_64__)
#include "band.h"

size_t cvnni_projection_count(const cvnni_band_shape *shape) {
    return shape->outputs * (1 + band_words(shape));
}

/// One column as integers, of `shape->channels` terms; what its sums are multiplied by.
static float round_column(const cvnni_band_shape *shape, const float *weights, long *rounded) {
    const size_t channels = shape->channels;
    const double greatest = band_six(shape);
    double scale;
    if (shape->projects_bytes) {
        scale = byte_scale(weights, channels, 1, byte_weight);
        round_evenly(weights, channels, 1, scale, byte_weight, rounded);
    } else {
        scale = weight_scale(weights, channels, 1, greatest, true);
        for (size_t i = 0; i < channels; i++) rounded[i] = nearest(weights[i] * scale);
    }
    return (float)(6 / greatest / scale);
}

void cvnni_pack_projection(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    const size_t channels = shape->channels, words = band_words(shape), parts = shape->projects_bytes ? 4 : 2;
    memset(packed, 0, cvnni_projection_count(shape) * sizeof *packed);
    long *rounded = malloc(channels * sizeof *rounded);
    for (size_t column = 0; column < shape->outputs;) {
        const size_t width = panel_width(shape->outputs - column);
        for (size_t j = 0; j < width; j++) {
            const float back = round_column(shape, weights + (column + j) * channels, rounded);
            memcpy(packed + j, &back, sizeof back);
            pack_terms(rounded, channels, parts, packed + width + j, width);
        }
        packed += width * (1 + words);
        column += width;
    }
    free(rounded);
}

/// `rows` (a multiple of 4) rows of A, of which the first `count` exist, and one panel.
INLINE void project_tile(const cvnni_gemm_task *product, const int rows, const int vectors, const bool half,
                         const bool bytes, const int32_t *a, size_t row, size_t count, const uint32_t *panel,
                         size_t column) {
    const size_t width = 16 * (size_t)vectors + (half ? 8 : 0);
    four_sums sums;
    multiply_fours(&sums, rows, 4, vectors, half, bytes, a, row_words(product->k, bytes), NULL, panel + width);
    const float *scales = (const float *)panel;
    UNROLL for (int v = 0; v <= vectors; v++) {
        if (v == vectors && !half) break;
        const size_t at = column + 16 * (size_t)v;
        const column_terms own = terms(scales + 16 * v, product->bias + at, v == vectors);
        UNROLL for (int r = 0; r < rows; r++) {
            if ((size_t)r >= count) break;
            if (v < vectors) finish(product, sums.whole[r][v], NULL, own, row + (size_t)r, at, true);
            else finish_half(product, half_sums(&sums, r), NULL, own, row + (size_t)r, at, true);
        }
    }
}

#define PROJECT_OF(name, rows, vectors, half, bytes)                                                                 \
    TARGET static void name(const cvnni_gemm_task *product, const int32_t *a, size_t row, size_t count,              \
                            const uint32_t *panel, size_t column) {                                                  \
        const size_t words = row_words(product->k, bytes);                                                           \
        size_t done = 0;                                                                                             \
        for (; done + rows <= count; done += rows)                                                                   \
            project_tile(product, rows, vectors, half, bytes, a + done * words, row + done, rows, panel, column);    \
        for (; done < count; done += 4)                                                                              \
            project_tile(product, 4, vectors, half, bytes, a + done * words, row + done, count - done, panel,        \
                         column);                                                                                    \
    }
#define PROJECT(width, rows, vectors, half)                                                                          \
    PROJECT_OF(project_bytes##width, rows, vectors, half, true)                                                      \
    PROJECT_OF(project_pairs##width, rows, vectors, half, false)

PROJECT(8, 16, 0, true)
PROJECT(16, 16, 1, false)
PROJECT(24, 8, 1, true)
PROJECT(32, 12, 2, false)
PROJECT(40, 8, 2, true)
PROJECT(48, 8, 3, false)

/// `count` pixels of the output from `row` on, one behind the other in the band.
static void project(const cvnni_gemm_task *product, bool bytes, const int32_t *a, size_t row, size_t count) {
    static void (*const panels[2][6])(const cvnni_gemm_task *, const int32_t *, size_t, size_t, const uint32_t *,
                                      size_t) = {
        {project_pairs8, project_pairs16, project_pairs24, project_pairs32, project_pairs40, project_pairs48},
        {project_bytes8, project_bytes16, project_bytes24, project_bytes32, project_bytes40, project_bytes48},
    };
    const uint32_t *panel = product->packed_b;
    for (size_t column = 0; column < product->n;) {
        const size_t width = panel_width(product->n - column);
        panels[bytes][width / 8 - 1](product, a, row, count, panel, column);
        panel += width * (1 + row_words(product->k, bytes));
        column += width;
    }
}

void cvnni_project_rows(const cvnni_band_task *task, size_t first, size_t rows) {
    const cvnni_band_shape *shape = &task->shape;
    const cvnni_gemm_task product = {
        .packed_b = task->projection, .bias = task->projection_bias, .c = task->output, .residual = task->residual,
        .k = cell_channels(shape), .n = shape->outputs, .clamp = task->clamp, .clamp_residual = task->clamp_residual};
    project(&product, shape->projects_bytes, task->band, first * shape->output_width, rows * shape->output_width);
}

#else
size_t cvnni_projection_count(const cvnni_band_shape *shape) { return 0; }
void cvnni_pack_projection(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
#endif

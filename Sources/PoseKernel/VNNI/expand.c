#include "CVNNI.h"

#if defined(__x86_64__)
#include "expand.h"

size_t cvnni_expansion_panel(const cvnni_band_shape *shape, size_t width) {
    return width * (expansion_header + expansion_words(shape));
}

size_t cvnni_expansion_count(const cvnni_band_shape *shape) {
    return cvnni_expansion_panel(shape, cell_channels(shape));
}

void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    memset(packed, 0, cvnni_expansion_count(shape) * sizeof *packed);
    (shape->expands_bytes ? cvnni_pack_bytes : cvnni_pack_pairs)(shape, weights, packed);
}

/// The mean of every second pixel of every second row.
TARGET static void find_middle(const cvnni_band_task *task, float *middle) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t depth = shape->depth, columns = (shape->width + 1) / 2, rows = (shape->height + 1) / 2;
    const __m512 share = _mm512_set1_ps(1 / (float)(rows * columns)), most = _mm512_set1_ps(1e30f);
    for (size_t i = 0; i < depth; i += 16) {
        const __mmask16 mask = i + 16 <= depth ? 0xFFFF : 0xFF;
        __m512 sum = _mm512_setzero_ps();
        for (size_t y = 0; y < shape->height; y += 2) {
            const float *pixel = task->input + y * shape->width * depth + i;
            for (size_t x = 0; x < shape->width; x += 2) {
                sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, pixel + x * depth));
            }
        }
        const __m512 mean = _mm512_mul_ps(sum, share);
        // Not of what is no number: a strange pixel is to do no harm to the others.
        const __mmask16 usual = _mm512_cmp_ps_mask(_mm512_abs_ps(mean), most, _CMP_LT_OQ);
        _mm512_storeu_ps(middle + i, _mm512_maskz_mov_ps(usual, mean));
    }
}

/// The pixel whose differences are expanded, if they are, and what the expansion makes of it in 16 bits, once.
void cvnni_prepare(const cvnni_band_task *task, band_scratch scratch) {
    const cvnni_band_shape *shape = &task->shape;
    // What a stem's sums begin with is packed.
    if (task->stem.weights) return;
    const size_t channels = shape->channels;
    if (shape->expands_differences) {
        find_middle(task, scratch.middle);
        const cvnni_gemm_task product = {
            .a = scratch.middle, .packed_b = task->middle, .bias = task->expansion_bias, .c = scratch.offsets,
            .scratch = scratch.product, .m = 1, .k = shape->depth, .n = channels};
        cvnni_gemm(&product, (cvnni_form){.range = cvnni_rows});
    } else {
        memcpy(scratch.offsets, task->expansion_bias, channels * sizeof(float));
    }
    for (size_t c = 0; c < channels; c++) scratch.offsets[c] *= six / 6.0f;
    for (size_t c = channels; c < cell_channels(shape); c++) scratch.offsets[c] = 0;
}

void cvnni_round_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four) {
    if (task->stem.weights) cvnni_stem_four(&task->stem, four, rounded_line(task, scratch, index));
    else (task->shape.expands_bytes ? cvnni_round_bytes : cvnni_round_pairs)(task, scratch, index, four);
}

void cvnni_expand_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                       const uint32_t *panel, size_t column, size_t width) {
    (task->shape.expands_bytes ? cvnni_expand_bytes : cvnni_expand_pairs)(task, scratch, index, four, panel, column,
                                                                          width);
}

#else
size_t cvnni_expansion_count(const cvnni_band_shape *shape) { return 0; }
void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
#endif

#include "layout.h"

/// Rows of B in a slice at most: of so many planes a block stays in a first cache of 32 KB. No more than 128: the
/// bits that SparseWeights has for a column.
enum { slice_rows = 80 };

size_t csparse_slice(size_t k) {
    const size_t slices = (k + slice_rows - 1) / slice_rows;
    return slices ? (k + slices - 1) / slices : 0;
}

size_t csparse_scratch_count(size_t k, size_t n) { return (k + whole_octets(n)) * block_pixels; }

size_t csparse_band_scratch_count(csparse_band_shape shape) {
    const band_layout l = layout_of(shape);
    return l.input_count + l.ring_count + l.band_count + l.sums_count + l.inside_count;
}

#if !defined(__x86_64__)
void csparse_gemm_avx2(const csparse_task *task) { __builtin_trap(); }
void csparse_gemm_avx512(const csparse_task *task) { __builtin_trap(); }
void csparse_band_avx2(const csparse_band_task *task) { __builtin_trap(); }
void csparse_band_avx512(const csparse_band_task *task) { __builtin_trap(); }
#endif

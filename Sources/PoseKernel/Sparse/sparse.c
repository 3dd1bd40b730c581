#include "layout.h"

/// Rows of B in a slice at most; a column of a slice has 128 bits (SparseWeights).
enum { slice_rows = 128 };

size_t csparse_slice(size_t k) {
    const size_t slices = (k + slice_rows - 1) / slice_rows;
    return slices ? (k + slices - 1) / slices : 0;
}

size_t csparse_scratch_count(size_t k, size_t n) { return (k + whole_octets(n)) * block_pixels; }

size_t csparse_band_scratch_count(csparse_band_shape shape) {
    const band_layout l = layout_of(shape);
    return l.input_count + l.ring_count + l.band_count + l.sums_count + l.inside_count;
}

#if defined(__x86_64__)
bool csparse_available(bool wide) {
    __builtin_cpu_init();
    if (wide) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    }
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
bool csparse_available(bool wide) { return false; }
void csparse_gemm_avx2(const csparse_task *task) { __builtin_trap(); }
void csparse_gemm_avx512(const csparse_task *task) { __builtin_trap(); }
void csparse_band_avx2(const csparse_band_task *task) { __builtin_trap(); }
void csparse_band_avx512(const csparse_band_task *task) { __builtin_trap(); }
#endif

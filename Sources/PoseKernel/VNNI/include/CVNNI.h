#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Matrix products on AVX512-VNNI dot products of 16-bit integers, which Swift has no spelling for. Only to be called
// where `cvnni_available` says so.

/// What is known of A beforehand.
typedef enum {
    /// Nothing: each row is scaled by its own greatest magnitude.
    cvnni_rows,
    /// All of it lies in 0...6 (what does not is moved there, NaN to 0): one scale that never changes.
    cvnni_clamped,
} cvnni_range;

/// C[m, n] = act(A[m, k] * B[k, n] + bias[n]), then with a residual act2(C + residual): A and C fp32 and row-major, B
/// packed. A and B are rounded to integers of at most 16 bits, whose products are added exactly.
typedef struct {
    const float *a;
    /// As `cvnni_pack` laid it out for the same range.
    const uint32_t *packed_b;
    /// n values, padded to a whole panel.
    const float *bias;
    float *c;
    /// NULL, or m x n values; may be `c` itself.
    const float *residual;
    /// `cvnni_scratch_bytes(k)` bytes.
    void *scratch;
    size_t m, k, n;
    bool clamp, clamp_residual;
} cvnni_gemm_task;

/// The CPU's AVX512-VNNI (with AVX-512 F, BW, DQ, VL) and the operating system's support for 512-bit state.
bool cvnni_available(void);
/// 32-bit words in the packed form of a k x n matrix; k is even.
size_t cvnni_packed_count(size_t k, size_t n);
/// Rounds and packs `weights`, n rows of k, each scaled so that no A of that range makes a sum overflow.
void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_range range, uint32_t *packed);
size_t cvnni_scratch_bytes(size_t k);
/// The greatest integer that a value of A becomes.
int32_t cvnni_greatest(size_t k, cvnni_range range);
/// k is a multiple of 8.
void cvnni_gemm(const cvnni_gemm_task *task, cvnni_range range);
/// `rounds` times 12 dot products of 32 multiply-adds on registers alone, for a benchmark to be measured against.
float cvnni_peak(size_t rounds);

#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Matrix products on AVX512-BF16 dot products, which Swift has no spelling for. Only to be called where
// `cbf16_available` says so.

/// C[m, n] = act(A[m, k] * B[k, n] + bias[n]), then with a residual act2(C + residual): A and C fp32 and row-major, B
/// packed, A rounded to bf16 on the way, sums fp32.
typedef struct {
    const float *a;
    /// As `cbf16_pack` laid it out.
    const uint32_t *packed_b;
    /// n values, padded to a whole panel.
    const float *bias;
    float *c;
    /// NULL, or m x n values; may be `c` itself.
    const float *residual;
    /// `cbf16_scratch_bytes(k)` bytes.
    void *scratch;
    size_t m, k, n;
    bool clamp, clamp_residual;
} cbf16_gemm_task;

/// The CPU's AVX512-BF16 (with AVX-512 F, BW, DQ, VL) and the operating system's support for 512-bit state.
bool cbf16_available(void);
/// 32-bit words in the packed form of a k x n matrix; k is even.
size_t cbf16_packed_count(size_t k, size_t n);
/// Rounds and packs `weights`, n rows of k.
void cbf16_pack(const float *weights, size_t k, size_t n, uint32_t *packed);
size_t cbf16_scratch_bytes(size_t k);
/// k is a multiple of 8.
void cbf16_gemm(const cbf16_gemm_task *task);
/// `rounds` times 12 dot products of 32 multiply-adds on registers alone, for a benchmark to be measured against.
float cbf16_peak(size_t rounds);

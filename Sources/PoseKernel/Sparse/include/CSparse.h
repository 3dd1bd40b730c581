#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Matrix products with weights of which most are zero, for 1x1 convolutions, on AVX2 with FMA. The zeros follow no
// pattern, so vectors go over pixels: a block of A is turned to channel by channel, each weight that is not zero is
// multiplied with one channel of all pixels of the block, and the sums are turned back. C because Swift has no spelling
// for the turning. Vectors of 256 bits are faster here than those of 512: the sums of a column are then twice as many
// independent chains.

/// The weights that are not zero, column by column of B.
typedef struct {
    size_t k, n;
    /// n + 1 places in `rows` and `values` for each slice of `csparse_slice(k)` rows of B.
    const uint32_t *starts;
    /// Rows of B, counted within their slice.
    const uint16_t *rows;
    const float *values;
} csparse_weights;

/// C[m, n] = act(A[m, k] * B[k, n] + bias[n]), then with a residual act2(C + residual): fp32, A and C row-major.
typedef struct {
    csparse_weights weights;
    const float *a, *bias;
    float *c;
    /// NULL, or m x n values; may be `c` itself.
    const float *residual;
    /// `csparse_scratch_count(k, n)` floats on a cache line.
    float *scratch;
    size_t m;
    bool clamp, clamp_residual;
} csparse_task;

/// Whether this CPU has what the product needs.
bool csparse_available(void);
/// Rows of B in a slice when there are k of them: a block of A in so many channels stays in the first cache.
size_t csparse_slice(size_t k);
size_t csparse_scratch_count(size_t k, size_t n);
void csparse_gemm(const csparse_task *task);

#pragma once

// Vector operations that Swift compiles lane by lane: its comparisons and `pointwiseMin` branch on each float, even
// with AVX-512. Compared and chosen as whole vectors they are one instruction each, of whatever width the including
// module's flags allow.

typedef float ccpu_float4 __attribute__((ext_vector_type(4)));
typedef float ccpu_float8 __attribute__((ext_vector_type(8)));
typedef float ccpu_float16 __attribute__((ext_vector_type(16)));

#define CCPU_VECTOR_OPERATIONS(vector, lanes)                                                                    \
    /* 0 where a lane is below it, 6 where it is above. */                                                       \
    static inline __attribute__((always_inline)) vector ccpu_relu6_##lanes(vector x) {                           \
        x = x < 0.0f ? (vector)0.0f : x;                                                                         \
        return x > 6.0f ? (vector)6.0f : x;                                                                      \
    }                                                                                                            \
    /* The larger of each two lanes. */                                                                          \
    static inline __attribute__((always_inline)) vector ccpu_max_##lanes(vector a, vector b) {                   \
        return a > b ? a : b;                                                                                    \
    }

CCPU_VECTOR_OPERATIONS(ccpu_float4, 4)
CCPU_VECTOR_OPERATIONS(ccpu_float8, 8)
CCPU_VECTOR_OPERATIONS(ccpu_float16, 16)

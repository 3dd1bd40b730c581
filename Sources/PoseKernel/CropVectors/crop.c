#include "CCropVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX2_FMA __attribute__((target("avx2,fma")))

bool ccrop_has_vectors(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

/// Sixteen lanes: eight pixels of the sub-row above, then of the one below.
typedef struct {
    __m256i red, green, blue;
} colours;

/// One plane's pairs of taps, 48 bytes from above to below.
AVX2 static inline __m256i pairs(const uint16_t *taps) {
    __m128i above = _mm_loadu_si128((const __m128i *)taps);
    return _mm256_inserti128_si256(_mm256_castsi128_si256(above), _mm_loadu_si128((const __m128i *)(taps + 24)), 1);
}

AVX2 static inline __m256i level(__m256i value) {
    return _mm256_min_epi16(_mm256_max_epi16(value, _mm256_setzero_si256()), _mm256_set1_epi16(255));
}

AVX2 static inline __m256i product(__m256i value, int16_t coefficient) {
    return _mm256_mulhi_epi16(value, _mm256_set1_epi16(coefficient));
}

AVX2 static inline colours convert(const ccrop_row *row, __m256i y, __m256i u, __m256i v) {
    __m256i bright = product(
        _mm256_sub_epi16(_mm256_slli_epi16(y, 3), _mm256_set1_epi16((int16_t)(row->black << 3))), row->luma);
    u = _mm256_sub_epi16(_mm256_slli_epi16(u, 3), _mm256_set1_epi16(1024));
    v = _mm256_sub_epi16(_mm256_slli_epi16(v, 3), _mm256_set1_epi16(1024));
    __m256i green = _mm256_add_epi16(product(u, row->green_u), product(v, row->green_v));
    return (colours){
        level(_mm256_add_epi16(bright, product(v, row->red_v))), level(_mm256_add_epi16(bright, green)),
        level(_mm256_add_epi16(bright, product(u, row->blue_u)))};
}

/// The low 16 bits of eight places, twice: for the sub-row above and for the one below.
AVX2 static inline __m256i places(const int32_t *place) {
    __m256i wide = _mm256_loadu_si256((const __m256i *)place);
    const __m256i low = _mm256_setr_epi8(
        0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13);
    __m256i halves = _mm256_shuffle_epi8(wide, low);
    return _mm256_permute4x64_epi64(halves, 0x88);
}

AVX2 static inline __m256i chosen(__m256i pair, __m256i mask) {
    __m256i low = _mm256_and_si256(pair, _mm256_set1_epi16(255));
    return _mm256_blendv_epi8(low, _mm256_srli_epi16(pair, 8), mask);
}

AVX2 static inline __m256i weighted(__m256i left, __m256i wl, __m256i right, __m256i wr) {
    return _mm256_add_epi16(_mm256_mullo_epi16(left, wl), _mm256_mullo_epi16(right, wr));
}

/// Mixes above and below and rounds: eight levels in the low half of 16-bit lanes.
AVX2 static inline __m128i mixed(__m256i sums, __m256i weights) {
    __m128i above = _mm256_castsi256_si128(sums), below = _mm256_extracti128_si256(sums, 1);
    __m256i both = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_unpacklo_epi16(above, below)), _mm_unpackhi_epi16(above, below), 1);
    __m256i sum = _mm256_add_epi32(_mm256_madd_epi16(both, weights), _mm256_set1_epi32(512));
    __m256i levels = _mm256_srli_epi32(sum, 10);
    return _mm_packus_epi32(_mm256_castsi256_si128(levels), _mm256_extracti128_si256(levels, 1));
}

AVX2_FMA static inline void store(__m128i bytes, __m256 scale, __m256 offset, float *output) {
    __m256 value = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
    _mm256_storeu_ps(output, _mm256_fmadd_ps(value, scale, offset));
}

AVX2_FMA void ccrop_convert(const ccrop_row *row, float *output) {
    const __m256i fraction = _mm256_set1_epi16(31), whole = _mm256_set1_epi16(32);
    const __m256 scale = _mm256_set1_ps(row->scale), offset = _mm256_set1_ps(row->offset);
    // Eight reds and greens in one register, eight blues in another, to twenty-four bytes in turn.
    const __m128i first_rg = _mm_setr_epi8(0, 8, -1, 1, 9, -1, 2, 10, -1, 3, 11, -1, 4, 12, -1, 5);
    const __m128i first_b = _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1);
    const __m128i rest_rg = _mm_setr_epi8(13, -1, 6, 14, -1, 7, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i rest_b = _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, -1, -1, -1, -1, -1, -1);
    for (long index = 0; index < row->count; index += 8) {
        const uint16_t *taps = row->taps + 6 * index;
        __m256i x = places(row->x + index), y = _mm256_and_si256(places(row->y + index), fraction);
        __m256i right = _mm256_and_si256(x, fraction), left = _mm256_sub_epi16(whole, right);
        // The right tap of an odd pixel lies in the next block of chroma, that of an even one in its own.
        __m256i next = _mm256_cmpeq_epi16(_mm256_and_si256(x, whole), whole);
        __m256i luma = pairs(taps), u = pairs(taps + 8), v = pairs(taps + 16);
        __m256i low = _mm256_set1_epi16(255);
        colours a = convert(row, _mm256_and_si256(luma, low), _mm256_and_si256(u, low), _mm256_and_si256(v, low));
        colours b = convert(row, _mm256_srli_epi16(luma, 8), chosen(u, next), chosen(v, next));

        __m128i below = _mm256_castsi256_si128(y), above = _mm_sub_epi16(_mm_set1_epi16(32), below);
        __m256i weights = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_unpacklo_epi16(above, below)), _mm_unpackhi_epi16(above, below), 1);
        __m128i red = mixed(weighted(a.red, left, b.red, right), weights);
        __m128i green = mixed(weighted(a.green, left, b.green, right), weights);
        __m128i blue = mixed(weighted(a.blue, left, b.blue, right), weights);

        __m128i rg = _mm_packus_epi16(red, green), bb = _mm_packus_epi16(blue, blue);
        __m128i first = _mm_or_si128(_mm_shuffle_epi8(rg, first_rg), _mm_shuffle_epi8(bb, first_b));
        __m128i rest = _mm_or_si128(_mm_shuffle_epi8(rg, rest_rg), _mm_shuffle_epi8(bb, rest_b));
        store(first, scale, offset, output);
        store(_mm_srli_si128(first, 8), scale, offset, output + 8);
        store(rest, scale, offset, output + 16);
        output += 24;
    }
}

/// Eight pairs of neighbouring bytes as 16-bit lanes.
AVX2 static inline void gather(const uint8_t *base, __m256i offsets, uint16_t *target) {
    __m256i words = _mm256_and_si256(_mm256_i32gather_epi32((const int *)base, offsets, 1), _mm256_set1_epi32(0xFFFF));
    _mm_storeu_si128(
        (__m128i *)target, _mm_packus_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
}

AVX2 bool ccrop_gather(const ccrop_planes *planes, const int32_t *x, const int32_t *y, uint16_t *taps) {
    __m256i column = _mm256_srai_epi32(_mm256_loadu_si256((const __m256i *)x), 5);
    __m256i line = _mm256_srai_epi32(_mm256_loadu_si256((const __m256i *)y), 5);
    // Four bytes are read where two are used, so the last columns and lines are left to others.
    __m256i outside = _mm256_or_si256(
        _mm256_or_si256(column, line),
        _mm256_or_si256(
            _mm256_cmpgt_epi32(column, _mm256_set1_epi32(planes->width - 5)),
            _mm256_cmpgt_epi32(line, _mm256_set1_epi32(planes->height - 5))));
    if (_mm256_movemask_ps(_mm256_castsi256_ps(outside))) return false;

    __m256i stride = _mm256_set1_epi32((int32_t)planes->luma_stride);
    __m256i place = _mm256_add_epi32(_mm256_mullo_epi32(line, stride), column);
    gather(planes->luma, place, taps);
    gather(planes->luma, _mm256_add_epi32(place, stride), taps + 24);

    stride = _mm256_set1_epi32((int32_t)planes->chroma_stride);
    place = _mm256_add_epi32(
        _mm256_mullo_epi32(_mm256_srli_epi32(line, 1), stride), _mm256_srli_epi32(column, 1));
    // An odd line and the one below it lie in different blocks.
    __m256i is_odd = _mm256_srai_epi32(_mm256_slli_epi32(line, 31), 31);
    __m256i below = _mm256_add_epi32(place, _mm256_and_si256(is_odd, stride));
    gather(planes->u, place, taps + 8);
    gather(planes->u, below, taps + 32);
    gather(planes->v, place, taps + 16);
    gather(planes->v, below, taps + 40);
    return true;
}

// Without FMA: sums and products round one by one, as in PixelMap.
AVX2 void ccrop_places(
    const double *m, double start_x, double start_y, double start_w, long count, int32_t *x, int32_t *y) {
    // Adding this puts a double's value, rounded half to even, into the low bits of its pattern.
    const __m256d rounder = _mm256_set1_pd(0x1.8p52);
    const __m256i low = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    __m256d u = _mm256_setr_pd(0, 1, 2, 3);
    for (long index = 0; index < count; index += 4) {
        __m256d w = _mm256_div_pd(
            _mm256_set1_pd(32), _mm256_add_pd(_mm256_mul_pd(u, _mm256_set1_pd(m[6])), _mm256_set1_pd(start_w)));
        __m256d px = _mm256_add_pd(_mm256_mul_pd(u, _mm256_set1_pd(m[0])), _mm256_set1_pd(start_x));
        __m256d py = _mm256_add_pd(_mm256_mul_pd(u, _mm256_set1_pd(m[3])), _mm256_set1_pd(start_y));
        px = _mm256_add_pd(_mm256_mul_pd(px, w), rounder);
        py = _mm256_add_pd(_mm256_mul_pd(py, w), rounder);
        __m256i ix = _mm256_permutevar8x32_epi32(_mm256_castpd_si256(px), low);
        __m256i iy = _mm256_permutevar8x32_epi32(_mm256_castpd_si256(py), low);
        _mm_storeu_si128((__m128i *)(x + index), _mm256_castsi256_si128(ix));
        _mm_storeu_si128((__m128i *)(y + index), _mm256_castsi256_si128(iy));
        u = _mm256_add_pd(u, _mm256_set1_pd(4));
    }
}

#else

bool ccrop_has_vectors(void) { return false; }
void ccrop_convert(const ccrop_row *row, float *output) { __builtin_trap(); }
bool ccrop_gather(const ccrop_planes *planes, const int32_t *x, const int32_t *y, uint16_t *taps) {
    __builtin_trap();
}
void ccrop_places(
    const double *m, double start_x, double start_y, double start_w, long count, int32_t *x, int32_t *y) {
    __builtin_trap();
}

#endif

#include "CCropVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

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

/// Two neighbouring bytes.
static inline int pair(const uint8_t *place) {
    uint16_t value;
    memcpy(&value, place, sizeof value);
    return value;
}

/// Eight pairs of neighbouring bytes as 16-bit lanes. Loads one by one: a gathering instruction takes longer here.
AVX2 static inline void gather(const uint8_t *base, const int32_t *offsets, uint16_t *target) {
    __m128i low = _mm_cvtsi32_si128(pair(base + offsets[0]));
    __m128i high = _mm_cvtsi32_si128(pair(base + offsets[4]));
    low = _mm_insert_epi16(low, pair(base + offsets[1]), 1);
    high = _mm_insert_epi16(high, pair(base + offsets[5]), 1);
    low = _mm_insert_epi16(low, pair(base + offsets[2]), 2);
    high = _mm_insert_epi16(high, pair(base + offsets[6]), 2);
    low = _mm_insert_epi16(low, pair(base + offsets[3]), 3);
    high = _mm_insert_epi16(high, pair(base + offsets[7]), 3);
    _mm_storeu_si128((__m128i *)target, _mm_unpacklo_epi64(low, high));
}

/// Asks for a line of the cache; any address will do.
static inline void prefetch(const uint8_t *place) { _mm_prefetch((const char *)place, _MM_HINT_T0); }

AVX2 static inline __m256i clamped(__m256i value, int32_t size) {
    return _mm256_max_epi32(_mm256_min_epi32(value, _mm256_set1_epi32(size - 1)), _mm256_setzero_si256());
}

/// Where eight places lie in a plane whose samples stand for blocks of 2^`shift` pixels a side.
AVX2 static inline void locate(__m256i column, __m256i line, long stride, int shift, int32_t *places) {
    __m256i start = _mm256_mullo_epi32(_mm256_srli_epi32(line, shift), _mm256_set1_epi32((int32_t)stride));
    _mm256_storeu_si256((__m256i *)places, _mm256_add_epi32(start, _mm256_srli_epi32(column, shift)));
}

/// Eight pairs of bytes that need not be neighbours.
static inline void couple(const uint8_t *base, const int32_t *left, const int32_t *right, uint16_t *target) {
    for (int i = 0; i < 8; i++) target[i] = (uint16_t)(base[left[i]] | base[right[i]] << 8);
}

/// The taps of eight pixels some of which lie at or beyond the border, whose pixels go on there.
AVX2 static void gather_clamped(
    const ccrop_planes *planes, __m256i column, __m256i line, int32_t *x, uint16_t *taps) {
    const __m256i one = _mm256_set1_epi32(1);
    __m256i left = clamped(column, planes->width), right = clamped(_mm256_add_epi32(column, one), planes->width);
    for (int half = 0; half < 2; half++) {
        __m256i row = clamped(half ? _mm256_add_epi32(line, one) : line, planes->height);
        int32_t a[8], b[8];
        locate(left, row, planes->luma_stride, 0, a);
        locate(right, row, planes->luma_stride, 0, b);
        couple(planes->luma, a, b, taps + 24 * half);
        locate(left, row, planes->chroma_stride, 1, a);
        locate(right, row, planes->chroma_stride, 1, b);
        couple(planes->u, a, b, taps + 24 * half + 8);
        couple(planes->v, a, b, taps + 24 * half + 16);
    }
    // The right taps are stored in full: have them taken as those of odd pixels.
    __m256i places = _mm256_loadu_si256((const __m256i *)x);
    _mm256_storeu_si256((__m256i *)x, _mm256_or_si256(places, _mm256_set1_epi32(32)));
}

AVX2 bool ccrop_gather(const ccrop_planes *planes, int32_t *x, const int32_t *y, uint16_t *taps) {
    __m256i column = _mm256_srai_epi32(_mm256_loadu_si256((const __m256i *)x), 5);
    __m256i line = _mm256_srai_epi32(_mm256_loadu_si256((const __m256i *)y), 5);
    // Each tap has one to its right and one below.
    __m256i outside = _mm256_or_si256(
        _mm256_or_si256(column, line),
        _mm256_or_si256(
            _mm256_cmpgt_epi32(column, _mm256_set1_epi32(planes->width - 3)),
            _mm256_cmpgt_epi32(line, _mm256_set1_epi32(planes->height - 3))));
    if (_mm256_movemask_ps(_mm256_castsi256_ps(outside))) {
        if (planes->goes_on) gather_clamped(planes, column, line, x, taps);
        return planes->goes_on;
    }

    int32_t places[8], below[8];
    locate(column, line, planes->luma_stride, 0, places);
    prefetch(planes->luma + planes->luma_ahead + places[0]);
    prefetch(planes->luma + planes->luma_ahead + planes->luma_stride + places[0]);
    gather(planes->luma, places, taps);
    gather(planes->luma + planes->luma_stride, places, taps + 24);

    locate(column, line, planes->chroma_stride, 1, places);
    // An odd line and the one below it lie in different blocks.
    locate(column, _mm256_add_epi32(line, _mm256_set1_epi32(1)), planes->chroma_stride, 1, below);
    prefetch(planes->u + planes->chroma_ahead + places[0]);
    prefetch(planes->v + planes->chroma_ahead + places[0]);
    gather(planes->u, places, taps + 8);
    gather(planes->u, below, taps + 32);
    gather(planes->v, places, taps + 16);
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
bool ccrop_gather(const ccrop_planes *planes, int32_t *x, const int32_t *y, uint16_t *taps) {
    __builtin_trap();
}
void ccrop_places(
    const double *m, double start_x, double start_y, double start_w, long count, int32_t *x, int32_t *y) {
    __builtin_trap();
}

#endif

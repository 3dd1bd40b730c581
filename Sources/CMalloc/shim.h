// glibc's settings of its allocator, which Swift's own module of the C library leaves out.
#include <malloc.h>

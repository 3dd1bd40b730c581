// libpq's C interface as it is; nothing needed wrapping.
#include <libpq-fe.h>

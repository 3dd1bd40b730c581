#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int limit(int resource, rlim_t value) {
    struct rlimit limits = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &limits) == 0 ? 0 : errno;
}

int csandbox_enter(uint64_t address_space, uint64_t cpu_seconds, uint64_t descriptors) {
    int failed = limit(RLIMIT_AS, address_space);
    if (!failed) failed = limit(RLIMIT_CPU, cpu_seconds);
    if (!failed) failed = limit(RLIMIT_FSIZE, 0);
    if (!failed) failed = limit(RLIMIT_CORE, 0);
    if (!failed) failed = limit(RLIMIT_NOFILE, descriptors);
    if (failed) return failed;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    // The parent may have died before the line above.
    if (getppid() == 1) return ESRCH;
    return 0;
}

int csandbox_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int csandbox_close_from(posix_spawn_file_actions_t *actions, int lowest) {
    return posix_spawn_file_actions_addclosefrom_np(actions, lowest);
}

void csandbox_no_new_privileges(void) { prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

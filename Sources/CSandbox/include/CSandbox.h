#pragma once
#include <spawn.h>
#include <stdint.h>

// What the analyzer child gives up before it parses the first byte of a clip. C because prctl is variadic and the
// limits' types differ between platforms. Called once, by the child itself, after models and rules are loaded.

/// Resource limits: address space and CPU seconds as given; no files written, no core dump, no further descriptors
/// above `descriptors`. Then no new privileges by exec, and death with the parent.
/// System calls are not filtered and the file system is not hidden yet: seccomp and Landlock have their place at the
/// end of this function, once their lists are derived and tested.
/// 0, or the errno of what failed.
int csandbox_enter(uint64_t address_space, uint64_t cpu_seconds, uint64_t descriptors);

/// The calling thread, and whatever it starts from now on, gains no rights by exec.
void csandbox_no_new_privileges(void);

// GNU extensions that Swift's importer does not show.

/// A pipe (read end, write end) that no other program inherits. 0 or -1 with errno.
int csandbox_pipe(int ends[2]);
/// Makes a spawned child close every descriptor from `lowest` on. 0 or an errno.
int csandbox_close_from(posix_spawn_file_actions_t *actions, int lowest);

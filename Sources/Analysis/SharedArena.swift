internal import CMalloc

/// glibc's heap. Usually each thread gets one of its own, and what is freed in one is of no use to another: a clip's first
/// decoder, opened on one thread, would leave its pictures' memory behind where no later decoder finds it.
package enum SharedArena {
    /// One heap for all threads of this process from now on. They allocate too seldom to get in each other's way. For
    /// programs that do nothing else than analyse clips, before their threads begin.
    package static func use() { mallopt(M_ARENA_MAX, 1) }
}

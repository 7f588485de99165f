#define _GNU_SOURCE 1
#include "CLinux.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

static __thread void *thread_pointer;

void *clinux_thread_pointer(void) { return thread_pointer; }
void clinux_set_thread_pointer(void *pointer) { thread_pointer = pointer; }

static __thread int thread_number;

int clinux_thread_number(void) { return thread_number; }
void clinux_set_thread_number(int number) { thread_number = number; }

int clinux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    return accept4(fd, address, length, flags);
}

int clinux_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }
int clinux_nice_thread(int value) { return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), value); }
int clinux_available_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

char **clinux_environment(void) { return environ; }

static int change_flags(int fd, int get, int set, int bit, int on) {
    int flags = fcntl(fd, get, 0);
    if (flags < 0) return -1;
    return fcntl(fd, set, on ? flags | bit : flags & ~bit);
}
int clinux_set_nonblocking(int fd) { return change_flags(fd, F_GETFL, F_SETFL, O_NONBLOCK, 1); }
int clinux_set_close_on_exec(int fd, int on) { return change_flags(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on); }

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
int clinux_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_spawn_in_session(posix_spawnattr_t *attributes, short flags) {
    return posix_spawnattr_setflags(attributes, flags | POSIX_SPAWN_SETSID);
}
int clinux_spawn_closing_others(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
int clinux_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int clinux_exited(int status) { return WIFEXITED(status); }
int clinux_exit_status(int status) { return WEXITSTATUS(status); }
int clinux_termination_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

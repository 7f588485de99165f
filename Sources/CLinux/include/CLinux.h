// Linux system calls and macros that Swift's Glibc module does not export, each named and typed.
#ifndef CLINUX_H
#define CLINUX_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

// epoll_event is packed and holds a union: build it and read it in C, so that Swift sees plain integers.
static inline int clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(epoll, operation, fd, &event);
}
static inline uint64_t clinux_event_data(const struct epoll_event *event) { return event->data.u64; }
static inline uint32_t clinux_event_mask(const struct epoll_event *event) { return event->events; }

// accept4(2) sits behind _GNU_SOURCE. Fills `address` and `length` as accept(2) does.
int clinux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

// A pointer that belongs to the calling thread: the event loop that runs on it, or NULL.
void *clinux_thread_pointer(void);
void clinux_set_thread_pointer(void *pointer);

// A small number that belongs to the calling thread; 0 until it is set.
int clinux_thread_number(void);
void clinux_set_thread_number(int number);

int clinux_name_thread(const char *name);
// nice(2) is per thread on Linux: this lowers only the caller.
int clinux_nice_thread(int value);
// The processors that this process may run on, which containers and taskset restrict.
int clinux_available_cores(void);

// environ(7), which Swift sees as a mutable global.
char **clinux_environment(void);

// Variadic or macro-only calls.
int clinux_set_nonblocking(int fd);
int clinux_set_close_on_exec(int fd, int on);
// pipe2(2) and pidfd_open(2); all their descriptors close on exec.
int clinux_pipe(int ends[2]);
int clinux_pidfd(pid_t pid);
// The parts of posix_spawn(3) that sit behind _GNU_SOURCE: a session of the child's own, and closing all but 0, 1, 2.
int clinux_spawn_in_session(posix_spawnattr_t *attributes, short flags);
int clinux_spawn_closing_others(posix_spawn_file_actions_t *actions);
int clinux_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *path);
int clinux_exited(int status);
int clinux_exit_status(int status);
int clinux_termination_signal(int status);
#endif

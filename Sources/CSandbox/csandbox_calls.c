#define _GNU_SOURCE 1
#include "CSandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define FIELD(name) offsetof(struct seccomp_data, name)
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define REFUSE(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define DENY(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), REFUSE(EPERM)
// Opening fails when one of the flags that write is there; `flags` is the argument that holds them, little end first.
#define READ_ONLY(call, flags)                                                                                         \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), LOAD(FIELD(args[flags])),                                   \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1), REFUSE(EACCES), ALLOW

int csandbox_forbid_calls(void) {
#ifdef ARCHITECTURE
    struct sock_filter filter[] = {
        // A call by another architecture's numbers would pass unseen.
        LOAD(FIELD(arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        REFUSE(EPERM),
        LOAD(FIELD(nr)),
#if defined(__x86_64__)
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        REFUSE(EPERM),
        READ_ONLY(open, 1),
        DENY(creat), DENY(fork), DENY(vfork), DENY(rename), DENY(link), DENY(symlink), DENY(unlink), DENY(mkdir),
        DENY(rmdir), DENY(chmod), DENY(chown), DENY(mknod),
#endif
        READ_ONLY(openat, 2),
        // The C library falls back on the older calls, whose arguments can be seen.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        REFUSE(ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        REFUSE(ENOSYS),
        DENY(socket), DENY(socketpair), DENY(connect), DENY(bind), DENY(listen), DENY(accept), DENY(accept4),
        DENY(execve), DENY(execveat), DENY(clone), DENY(unshare), DENY(setns), DENY(ptrace), DENY(process_vm_readv),
        DENY(process_vm_writev), DENY(pidfd_open), DENY(pidfd_getfd), DENY(pidfd_send_signal), DENY(kill),
        DENY(tkill), DENY(rt_sigqueueinfo), DENY(rt_tgsigqueueinfo), DENY(mount), DENY(umount2), DENY(chroot),
        DENY(pivot_root), DENY(bpf), DENY(keyctl), DENY(add_key), DENY(request_key), DENY(perf_event_open),
        DENY(userfaultfd), DENY(io_uring_setup), DENY(io_uring_enter), DENY(io_uring_register),
        DENY(open_by_handle_at), DENY(renameat), DENY(renameat2), DENY(linkat), DENY(symlinkat), DENY(unlinkat),
        DENY(mkdirat), DENY(mknodat), DENY(fchmodat), DENY(fchownat), DENY(fchmod), DENY(fchown), DENY(truncate),
        DENY(setxattr), DENY(utimensat), DENY(memfd_create), DENY(shmget), DENY(msgget), DENY(semget), DENY(mq_open),
        ALLOW,
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#else
    return -1;
#endif
}

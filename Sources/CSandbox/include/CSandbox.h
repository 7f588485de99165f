// What a process gives up, for good, before it looks at bytes from strangers. Two walls of the kernel's, which need no
// privileges; where one is missing, the other still stands.
#ifndef CSANDBOX_H
#define CSANDBOX_H

// No network, no other program, no other process or thread, no signal to another, no file written or changed: such
// calls fail as if they were not permitted. 0 when the kernel has agreed.
int csandbox_forbid_calls(void);

// From here on, only what lies under these directories can be opened, and only to be read; those that are missing are
// passed over. 0 when the kernel has agreed.
int csandbox_read_only(const char *const *paths, int count);
#endif

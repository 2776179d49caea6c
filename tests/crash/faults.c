/* Preloaded into a process under test: what the system calls on files below one folder do, and when.

   Every call of a kind that is watched has a number, from 1 on. At the number that was asked for, the call fails, or
   does half its work, or the process ends or gets a signal. Watched are files by the path that they were opened with,
   and pipes if asked for. FAULTS in the environment of a program asks once for all of its run; the function
   faults_arm() does it from inside. Only tests load this. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define FDS 4096
#define KINDS 9
enum { WRITE, SYNC, RENAME, CREATE, FOLDER, REMOVE, READ, OPEN, REPLY };

/* What happens at the number, beside failing with a number of errno. */
enum { KILL_BEFORE = 1000, KILL_AFTER, KILL_TORN, KILL_GROUP, SHORT, SIGNAL = 2000 };

static char prefix[4096];
static size_t prefix_length;
static char once[4096]; /* a file that is made when the fault happens: it happens to one process only */
static unsigned watched; /* a bit for each kind */
static long at, n_of[KINDS];
static int action, is_sticky;
static unsigned char is_ours[FDS];
static long *count; /* of watched calls; shared with the processes that this one forks */

static void real(void *pointer, const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(pointer, &found, sizeof found);
}
#define REAL(type, name, ...)                \
    static type (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real(&real_##name, #name)

long faults_count(void) { return count ? *count : 0; }
long faults_count_of(int kind) { return n_of[kind]; }

void faults_arm(const char *folder, unsigned kinds, long number, int what, int sticky, const char *mark) {
    if (!count) {
        count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (count == MAP_FAILED) abort();
    }
    snprintf(prefix, sizeof prefix, "%s", folder);
    snprintf(once, sizeof once, "%s", mark);
    prefix_length = strlen(prefix);
    watched = kinds;
    at = number;
    action = what;
    is_sticky = sticky;
    *count = 0;
    memset(n_of, 0, sizeof n_of);
}

/* FAULTS=role:kinds:number:action:sticky:mark:folder, role being w for worker processes and s for all others. */
__attribute__((constructor)) static void from_environment(void) {
    const char *asked = getenv("FAULTS");
    char role, mark[2048], folder[2048], line[4096] = "";
    unsigned kinds;
    long number;
    int what, sticky;
    if (!asked || sscanf(asked, "%c:%u:%ld:%d:%d:%2047[^:]:%2047[^\n]", &role, &kinds, &number, &what, &sticky, mark, folder) != 7)
        return;
    int file = open("/proc/self/cmdline", O_RDONLY);
    ssize_t length = file < 0 ? 0 : read(file, line, sizeof line - 1);
    if (file >= 0) close(file);
    for (ssize_t i = 0; i < length; i++)
        if (!line[i]) line[i] = ' ';
    int is_worker = strstr(line, "cleaner.engine.worker") != NULL;
    if (is_worker == (role == 'w')) faults_arm(folder, kinds, number, what, sticky, mark);
}

/* SHIFT=seconds in the environment moves the calendar, and no other clock. */
static time_t shift(void) {
    static time_t seconds;
    static int is_known;
    if (!is_known) {
        const char *asked = getenv("SHIFT");
        seconds = asked ? atoll(asked) : 0;
        is_known = 1;
    }
    return seconds;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real_call)(clockid_t, struct timespec *);
    if (!real_call) real(&real_call, "clock_gettime");
    int done = real_call(clock, now);
    if (!done && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return done;
}
int gettimeofday(struct timeval *now, void *zone) {
    static int (*real_call)(struct timeval *, void *);
    if (!real_call) real(&real_call, "gettimeofday");
    int done = real_call(now, zone);
    if (!done) now->tv_sec += shift();
    return done;
}
time_t time(time_t *kept) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}

static int below(const char *path) {
    if (!watched || !path || strncmp(path, prefix, prefix_length)) return 0;
    return path[prefix_length] == '/' || path[prefix_length] == 0;
}

/* 0 if the call is to go on as usual, -1 if it is to fail (errno is set), 1 if it is to do half, 2 if to die after. */
static int fault(int kind) {
    if (!(watched & 1u << kind)) return 0;
    n_of[kind]++;
    long number = ++*count;
    if (number < at || (number > at && !is_sticky) || at <= 0) return 0;
    if (once[0] && once[0] != '-') {
        REAL(int, open, const char *, int, ...);
        int mark = real_open(once, O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (mark < 0) return 0;
        close(mark);
    }
    if (action < KILL_BEFORE) {
        errno = action;
        return -1;
    }
    switch (action) {
    case KILL_BEFORE: kill(getpid(), SIGKILL); pause(); return 0;
    case KILL_GROUP: kill(0, SIGKILL); pause(); return 0;
    case KILL_AFTER: return 2;
    case KILL_TORN: return kind == WRITE ? 3 : 2;
    case SHORT: return kind == WRITE ? 1 : 0;
    default: kill(getpid(), action - SIGNAL); return 0;
    }
}

static void die(int how) {
    if (how >= 2) {
        kill(getpid(), SIGKILL);
        pause();
    }
}

static int is_watched(int fd) { return fd >= 0 && fd < FDS && is_ours[fd]; }

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < FDS) is_ours[fd] = below(path) != 0;
    return fd;
}

#define OPEN_BODY(call, path, flags)                                                            \
    int how = below(path) ? fault(flags & (O_WRONLY | O_RDWR | O_CREAT) ? CREATE : OPEN) : 0;   \
    mode_t mode = 0;                                                                            \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                        \
        va_list rest;                                                                           \
        va_start(rest, flags);                                                                  \
        mode = va_arg(rest, mode_t);                                                            \
        va_end(rest);                                                                           \
    }                                                                                           \
    if (how < 0) return -1;                                                                     \
    int fd = opened(call, path);                                                                \
    die(how);                                                                                   \
    return fd

int open(const char *path, int flags, ...) {
    REAL(int, open, const char *, int, ...);
    OPEN_BODY(real_open(path, flags, mode), path, flags);
}
int open64(const char *path, int flags, ...) {
    REAL(int, open64, const char *, int, ...);
    OPEN_BODY(real_open64(path, flags, mode), path, flags);
}
int openat(int folder, const char *path, int flags, ...) {
    REAL(int, openat, int, const char *, int, ...);
    OPEN_BODY(real_openat(folder, path, flags, mode), path, flags);
}
int openat64(int folder, const char *path, int flags, ...) {
    REAL(int, openat64, int, const char *, int, ...);
    OPEN_BODY(real_openat64(folder, path, flags, mode), path, flags);
}
int close(int fd) {
    REAL(int, close, int);
    if (fd >= 0 && fd < FDS) is_ours[fd] = 0;
    return real_close(fd);
}

static size_t half(int how, size_t size) { return (how == 1 || how == 3) && size > 1 ? size / 2 : size; }

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    int how = is_watched(fd) ? fault(WRITE) : 0;
    if (how < 0) return -1;
    ssize_t done = real_write(fd, data, half(how, size));
    die(how);
    return done;
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    int how = is_watched(fd) ? fault(WRITE) : 0;
    if (how < 0) return -1;
    ssize_t done = real_pwrite64(fd, data, half(how, size), offset);
    die(how);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }
ssize_t writev(int fd, const struct iovec *pieces, int n) { /* workers answer this way */
    REAL(ssize_t, writev, int, const struct iovec *, int);
    int how = fault(REPLY);
    if (how < 0) return -1;
    ssize_t done = real_writev(fd, pieces, n);
    die(how);
    return done;
}
ssize_t read(int fd, void *data, size_t size) {
    REAL(ssize_t, read, int, void *, size_t);
    int how = is_watched(fd) ? fault(READ) : 0;
    return how < 0 ? -1 : real_read(fd, data, size);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t offset) {
    REAL(ssize_t, pread64, int, void *, size_t, off64_t);
    int how = is_watched(fd) ? fault(READ) : 0;
    return how < 0 ? -1 : real_pread64(fd, data, size, offset);
}
ssize_t pread(int fd, void *data, size_t size, off_t offset) { return pread64(fd, data, size, offset); }

#define SIMPLE(name, kind, is_here, parameters, arguments)  \
    int name parameters {                                   \
        static int(*real_call) parameters;                  \
        if (!real_call) real(&real_call, #name);            \
        int how = (is_here) ? fault(kind) : 0;              \
        if (how < 0) return -1;                             \
        int done = real_call arguments;                     \
        die(how);                                           \
        return done;                                        \
    }
SIMPLE(fsync, SYNC, is_watched(fd), (int fd), (fd))
SIMPLE(fdatasync, SYNC, is_watched(fd), (int fd), (fd))
SIMPLE(ftruncate, WRITE, is_watched(fd), (int fd, off_t length), (fd, length))
SIMPLE(ftruncate64, WRITE, is_watched(fd), (int fd, off64_t length), (fd, length))
SIMPLE(rename, RENAME, below(to), (const char *from, const char *to), (from, to))
SIMPLE(mkdir, FOLDER, below(path), (const char *path, mode_t mode), (path, mode))
SIMPLE(unlink, REMOVE, below(path), (const char *path), (path))
SIMPLE(rmdir, REMOVE, below(path), (const char *path), (path))

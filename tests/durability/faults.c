/* Writes and flushes of one process that fail when it is told: preloaded (LD_PRELOAD), armed from inside.
 *
 * arm(kind, at, error, lasts): the at-th call of a kind on a file of a SQLite database, counted from 1, fails with an
 * error number; when it lasts, every later one of that kind fails too. An error number of 0 makes a short write.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { NONE, WRITE, FLUSH };
static int kind = NONE, error_number = 0, lasting = 0;
static long place = 0, count = 0, failed = 0;

void arm(int which, long at, int error, int lasts) {
    kind = which, place = at, error_number = error, lasting = lasts, count = 0, failed = 0;
}
long failures(void) { return failed; }

static int fails(int which, int file) {
    char link[64], name[512];
    if (which != kind) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    if (!strstr(name, ".sqlite")) return 0;
    count++;
    if (count == place || (lasting && count > place)) return ++failed, 1;
    return 0;
}

#define REAL(name, type) static type real; if (!real) real = (type)dlsym(RTLD_NEXT, name)
typedef ssize_t (*at_offset)(int, const void *, size_t, off_t);
typedef ssize_t (*plain)(int, const void *, size_t);
typedef int (*flush)(int);

static ssize_t instead(int file, const void *bytes, size_t size, off_t offset, at_offset real) {
    if (error_number) return errno = error_number, -1;
    return real(file, bytes, size / 2, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t size, off_t offset) {
    REAL("pwrite64", at_offset);
    return fails(WRITE, file) ? instead(file, bytes, size, offset, real) : real(file, bytes, size, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
    REAL("pwrite", at_offset);
    return fails(WRITE, file) ? instead(file, bytes, size, offset, real) : real(file, bytes, size, offset);
}
ssize_t write(int file, const void *bytes, size_t size) {
    REAL("write", plain);
    if (!fails(WRITE, file)) return real(file, bytes, size);
    if (error_number) return errno = error_number, -1;
    return real(file, bytes, size / 2);
}
int fdatasync(int file) {
    REAL("fdatasync", flush);
    return fails(FLUSH, file) ? (errno = error_number, -1) : real(file);
}
int fsync(int file) {
    REAL("fsync", flush);
    return fails(FLUSH, file) ? (errno = error_number, -1) : real(file);
}

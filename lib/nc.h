/* ISC license. */

/* What two or more tools share. Returns 0/-1 with errno, or 1/0 for parsers; nothing here prints or exits, but for nc_exec. */

#ifndef NC_H
#define NC_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <skalibs/gccattributes.h>
#include <skalibs/strerr.h>

#define NC_VERSION "0.1.0"
#define NC_DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#define dieusage() strerr_dieusage(100, USAGE)

/* "unable to ...: REASON; hint": hint is one string */
#define nc_diefusys(e, hint, ...) strerr_diefu(e, __VA_ARGS__, ": ", strerror(errno), "; ", hint)

 /* programs */

typedef int nc_main_func (int, char const *const *, char const *const *) ;

struct nc_tool
{
  char const *name ;
  nc_main_func *main ;
  int fuses ;  /* steps and keepers: may be called by nc_exec in place of an execve */
} ;

/* The tools linked into this image, sorted by name. The build makes both. */
extern struct nc_tool const nc_tools[] ;
extern size_t const nc_tools_n ;

/* The linked tool of that exact name, or 0. */
extern struct nc_tool const *nc_tool_find (char const *name) ;

/* Ends the step: runs argv, by a call where argv[0] names a sibling linked in, else by execve with PATH from envp.
   Dies 127 where the program is not found, 126 where it cannot be executed, with a message that starts with PROG. */
extern void nc_exec (char const *const *argv, char const *const *envp) gccattr_noreturn ;

/* The same, always by execve. */
extern void nc_exec_image (char const *const *argv, char const *const *envp) gccattr_noreturn ;

 /* the argument and environment strings of this image, proc_pid_cmdline(5), proc_pid_environ(5) */

/* Called once by main, before anything else. */
extern void nc_args_init (int argc, char const *const *argv, char const *const *envp) ;

/* main's argv: every frame of the stack is below it. */
extern void const *nc_args_vector (void) ;

/* The last word of the line, or 0 where there is none: what a keeper may still need is copied before. */
extern void nc_args_overwrite (char const *title) ;  /* argv area: title, then zero bytes */
extern void nc_env_overwrite (void) ;                /* environment area: zero bytes */

 /* environment */

/* Value of name in envp, or 0. */
extern char const *nc_env_get (char const *const *envp, char const *name) ;

/* Copies envp without name into out, which has room for env_len(envp) + 1 pointers. */
extern void nc_env_without (char const **out, char const *const *envp, char const *name) ;

 /* parsers: 1 and the value, or 0; no system call */

extern int nc_scan_id (char const *s, uint32_t *id) ;               /* 0 to 4294967294, digits only */
extern int nc_scan_fd (char const *s, int *fd) ;                    /* 0 to 1048575 */
extern int nc_scan_size (char const *s, uint64_t *bytes) ;          /* digits and K M G T, 1024 each, either case */
extern int nc_scan_duration (char const *s, uint64_t *ms) ;         /* digits and ms (default), s, m, h */
extern int nc_scan_name (char const *s) ;                           /* [A-Za-z0-9_][A-Za-z0-9_.-]*, at most 64 bytes */
extern int nc_scan_hostname (char const *s) ;                       /* [A-Za-z0-9_][A-Za-z0-9_.-]*, at most 64 bytes, sethostname(2) */
extern int nc_scan_source (char const *s, int *fd) ;                /* "fd:N" */

/* "UID:GID", and *fd is -1; or "fd:N", the owner of what descriptor N is open on. 1, 0 where it is neither, or -1 and errno of
   fstat(2). */
extern int nc_scan_owner (char const *s, uint32_t *uid, uint32_t *gid, int *fd) ;

/* Adds a comma list of names, with or without "cap_" and in lower case, to the set: 0, or the rest of the list from the name
   on that is none. */
extern char const *nc_scan_caps (char const *list, uint64_t *set) ;

/* name=soft[:hard]: 0 and the resource of getrlimit(2) and its limits, or the words that say what is wrong with it. */
extern char const *nc_scan_rlimit (char const *word, int *resource, struct rlimit *limit) ;

/* The next of the fields with a colon between; "fd:N" is one. "\\:" and "\\\\" are undone in place. 0 at the end; *s is what is left, or 0. */
extern char *nc_field (char **s) ;

 /* descriptors and paths */

/* openat2(2) with RESOLVE_NO_MAGICLINKS and more, close-on-exec. */
extern int nc_open_at (int dirfd, char const *path, int flags, unsigned int mode, uint64_t resolve) ;

/* Makes out a file of these bytes, mode 0644: one beside it, synced, is renamed over it, so that a reader sees the old or the new
   one, never a part. -1: *doing is what failed, before the name; 0 where out is there and no regular file, and stays. */
extern int nc_replace (char const *out, char const *s, size_t len, char const **doing) ;

/* Closes fd: r with errno as it is, or -1 with that of close(2) where fd could not be closed: whoever passes an error by, because it
   says that something has gone, does not pass that one by. */
extern int nc_close (int fd, int r) ;

/* Is number not open: 1, 0, or -1. */
extern int nc_fd_free (int number) ;

/* What is about to be bound, in place of nc_open_at. A link on the way is followed only where nobody but root can have put it:
   every directory that leads to it is root's and not for others to write to. ELOOP otherwise. flags: O_PATH, or O_RDONLY with
   O_DIRECTORY. */
extern int nc_open_source (char const *path, int flags) ;

#define NC_SOURCE_HINT "a symbolic link is followed only where nobody but root can replace it; name what it leads to"

/* Moves fd to exactly number, not close-on-exec; EEXIST where number is open. */
extern int nc_fd_give (int fd, int number) ;

/* Writes all of it by one write(2); a short write is EIO. */
extern int nc_write_at (int dirfd, char const *path, char const *s, size_t len) ;

 /* mounts, by descriptor: fsopen(2), open_tree(2), mount_setattr(2), move_mount(2); all close-on-exec */

/* A new detached file system; options are key, value (0: a flag), ..., 0; attr is of NC_MOUNT_*. */
extern int nc_mount_new (char const *fs, char const *const *options, unsigned int attr) ;

/* A detached recursive copy of the mount tree at fd. */
extern int nc_mount_clone (int fd) ;

/* Sets NC_MOUNT_* on every mount of the tree at fd, and makes them private: the copy of a shared mount is its peer, also where it
   is detached, and what is mounted in it would appear on the host. The second shifts ids by a user namespace. */
extern int nc_mount_attr (int fd, uint64_t set) ;
extern int nc_mount_idmap (int fd, int userns) ;

/* Attaches the detached tree fd on the object target, or on name in dir (a last link is not followed). */
extern int nc_mount_on (int fd, int target) ;
extern int nc_mount_at (int fd, int dir, char const *name) ;
/* Reads a file of less than max bytes and adds a zero byte: its length, or -1, EFBIG where it is larger. */
extern ssize_t nc_read_at (int dirfd, char const *path, char *s, size_t max) ;

/* A descriptor (O_PATH) of a /proc that is the root of a procfs; -1, EMEDIUMTYPE where it is something else. */
extern int nc_procfs (void) ;

/* What that very procfs has at path: neither a mount on it nor a link out of it. */
extern int nc_procfs_open (int proc, char const *path, int flags) ;

/* Closes every descriptor from first on but for the n in keep, which it sorts. */
extern int nc_fd_only (unsigned int first, int *keep, size_t n) ;

 /* Is this still the mount namespace of the first process, whose mounts are the host's: 1, 0, or -1. Where /proc hides that
   process, 0: without power over it the kernel refuses what must not be. */
extern int nc_first_mounts (void) ;

/* Is this the user namespace of the first process, whose ids are the host's: 1, 0, or -1. */
extern int nc_first_users (void) ;

 /* the journal of a scope, nc-scope(8) */

/* The run directory that NC_SCOPE names, a descriptor of a directory; nothing of it is undone before that is closed, so it is
   closed once what was entered has been made. -1: ENOENT where NC_SCOPE is not set (there is no scope), ESTALE where the
   directory or its keeper has gone, EPERM where it is not the caller's own, anything else from open(2) and flock(2). */
extern int nc_scope_open (char const *const *envp) ;

/* Writes undo/NN-kind, before what text names is made. kind: at most 15 letters a-z. text: 1 to 4095 bytes. */
extern int nc_undo_add (int scopefd, char const *kind, char const *text, size_t len) ;

 /* keepers: block, fork, then unblock in the child and keep in the parent */

/* The signals that a keeper forwards, and SIGCHLD. */
extern void nc_keep_set (sigset_t *set) ;

/* fork(2) without what libc does around it for threads and handlers, which these programs do not have: fewer pages copied. */
extern pid_t nc_fork (void) ;

/* Blocks what a keeper forwards, and SIGCHLD, whose default it restores; what is sent from here on stays pending. */
extern int nc_keep_block (sigset_t *old) ;
extern int nc_keep_unblock (sigset_t const *old) ;

/* Waits for child, forwards signals to it, reaps every other child. Its wait status in *wstat and its exit code as the
   result (128+n where signal n killed it), or -1. After nc_keep_block only rt_sigtimedwait, wait4, kill and madvise are
   called. frame is for nc_park. group: what a terminal sends to a whole group, SIGINT and SIGQUIT, goes to child's. */
extern int nc_keep (pid_t child, int *wstat, void const *frame, int group) ;
extern int nc_keep_code (int wstat) ;

/* One signal, waited for as long as timeout says (0: for ever): 1 when child has ended, 0, or -1. */
extern int nc_keep_step (pid_t child, int *wstat, struct timespec const *timeout, int group) ;

/* Gives up what a keeper that only waits has no use for: all descriptors, dumpability, new privileges, every capability
   but CAP_KILL, every system call but those of nc_keep and exit. Not undone. */
extern int nc_confine (void) ;

/* nc_confine, nc_keep, and exit with the child's code, or 111. Returns only where it could not be confined: -1. frame is
   __builtin_frame_address(0) of the caller, which must not return. */
extern int nc_keeper (pid_t child, void const *frame, int group) ;

/* sigwaitinfo(2), for a wait that may be long: before it, gives back the memory of the program's text and constants, which
   come back from the file when they are used, and of the stack above frame, whose functions must never be returned to. */
extern int nc_park (sigset_t const *set, void const *frame) ;
 /* subordinate ids, subuid(5); the files are read as they are, without NSS */

struct nc_subid
{
  char const *name ;  /* into the text, not ended */
  size_t namelen ;
  uint32_t start, count ;  /* count is 1 or more, start + count at most 4294967295 */
} ;

/* One line without its newline: 1 and the fields, 0 where it is blank or a comment, -1 where it is malformed. No system call. */
extern int nc_parse_subid (char const *s, size_t len, struct nc_subid *e) ;

/* The next entry of the text from s on: 1 and the entry, 0 at the end, -1 where line (counted from 1; start with 0) is malformed. */
extern int nc_subid_next (char const **s, char const *end, struct nc_subid *e, unsigned int *line) ;

/* The whole of a small file below /etc, malloced; *len 0 where there is none. -1 and errno. */
extern int nc_subid_read (char const *path, char **text, size_t *len) ;

 /* leases of host ids to scopes, nc-userns(8) */

enum nc_lease_result
{
  NC_LEASE_OK,
  NC_LEASE_SYSTEM,     /* a system call failed: errno, object */
  NC_LEASE_MALFORMED,  /* object is the file, line the line */
  NC_LEASE_NORANGE,    /* one file has a line for nucleus and the other none that overlaps it, or it starts at 0 */
  NC_LEASE_TAKEN,      /* no line for nucleus, and the built-in range belongs to somebody: object, line */
  NC_LEASE_FULL        /* no room for count consecutive ids */
} ;

struct nc_lease
{
  uint32_t first ;
  char const *object ;
  unsigned int line ;
} ;

/* Ids that are good both as user and as group ids: *first to *first + *count - 1. */
extern int nc_lease_range (struct nc_lease *l, uint32_t *first, uint32_t *count) ;

/* Leases count consecutive ids to the scope of that open directory and absolute path: writes its undo entry, then the lease file. */
extern int nc_lease_take (struct nc_lease *l, int scopefd, char const *scope, uint32_t count) ;

 /* what a change of credentials takes away, capabilities(7), PR_SET_PDEATHSIG(2const) */

struct nc_pdeath
{
  int sig ;
  pid_t parent ;
} ;

/* Before and after: arms the parent-death signal again where it was armed, and raises it where the parent has died between. */
extern int nc_pdeath_save (struct nc_pdeath *p) ;
extern int nc_pdeath_restore (struct nc_pdeath const *p) ;

#endif

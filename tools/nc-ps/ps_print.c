/* ISC license. */

#include <stdio.h>
#include <string.h>

#include "nc_json.h"
#include "ps.h"

/* Everything but printable ASCII, blanks and backslashes too, as \xNN: a word stays a word, and moves no terminal. */
static int ps_escape (stralloc *sa, char const *s, size_t n)
{
  static char const hex[] = "0123456789abcdef" ;
  size_t i = 0 ;
  for (; i < n ; i++)
  {
    unsigned char c = (unsigned char)s[i] ;
    char x[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] } ;
    if (!(c <= 0x20 || c >= 0x7f || c == '\\' ? stralloc_catb(sa, x, 4) : stralloc_catb(sa, s + i, 1))) return 0 ;
  }
  return 1 ;
}

static int ps_command (stralloc *sa, stralloc const *argv)
{
  size_t i = 0 ;
  for (; i < argv->len ; i += strlen(argv->s + i) + 1)
  {
    if (i && !stralloc_catb(sa, " ", 1)) return 0 ;
    if (!argv->s[i] ? !stralloc_cats(sa, "''") : !ps_escape(sa, argv->s + i, strlen(argv->s + i))) return 0 ;
  }
  return 1 ;
}

static void ps_age (char *s, size_t max, uint64_t age)
{
  unsigned long long a = age ;
  if (a < 60) snprintf(s, max, "%llus", a) ;
  else if (a < 3600) snprintf(s, max, "%llum", a / 60) ;
  else if (a < 86400) snprintf(s, max, "%lluh", a / 3600) ;
  else snprintf(s, max, "%llud", a / 86400) ;
}

/* One cell, with its zero byte. */
static int ps_cell (stralloc *sa, char const *s)
{
  if (!(s[0] ? ps_escape(sa, s, strlen(s)) : stralloc_cats(sa, "-"))) return 0 ;
  return stralloc_catb(sa, "", 1) ;
}

static int ps_cells (stralloc *sa, struct ps_row const *r)
{
  char pid[24] = "", uid[24] = "", age[24] = "" ;
  int known = r->st.state[0] != 0 ;
  if (known)
  {
    snprintf(pid, sizeof(pid), "%d", (int)r->st.pid) ;
    snprintf(uid, sizeof(uid), "%u", (unsigned int)r->st.uid) ;
    ps_age(age, sizeof(age), r->age) ;
  }
  return ps_cell(sa, r->name) && ps_cell(sa, r->id) && ps_cell(sa, pid) && ps_cell(sa, r->state) && ps_cell(sa, age)
   && ps_cell(sa, uid) && ps_cell(sa, known ? r->st.cgroup.s : "")
   && (r->st.argv.len ? ps_command(sa, &r->st.argv) : stralloc_cats(sa, "-")) && stralloc_catb(sa, "", 1) ;
}

int ps_table (stralloc *out, struct ps_row const *rows, size_t n)
{
  static char const head[] = "NAME\0ID\0PID\0STATE\0AGE\0UID\0CGROUP\0COMMAND" ;
  stralloc cells = STRALLOC_ZERO ;
  size_t width[PS_COLUMNS] = { 0 } ;
  size_t i, p ;
  if (!stralloc_catb(&cells, head, sizeof(head))) return 0 ;
  for (i = 0 ; i < n ; i++) if (!ps_cells(&cells, rows + i)) return 0 ;
  for (i = 0, p = 0 ; p < cells.len ; i++, p += strlen(cells.s + p) + 1)
    if (strlen(cells.s + p) > width[i % PS_COLUMNS]) width[i % PS_COLUMNS] = strlen(cells.s + p) ;
  for (i = 0, p = 0 ; p < cells.len ; i++)
  {
    size_t len = strlen(cells.s + p), pad = width[i % PS_COLUMNS] - len + 2 ;
    int last = i % PS_COLUMNS == PS_COLUMNS - 1 ;
    if (!stralloc_catb(out, cells.s + p, len) || !stralloc_readyplus(out, pad)) return 0 ;
    if (last) { if (!stralloc_catb(out, "\n", 1)) return 0 ; }
    else { memset(out->s + out->len, ' ', pad) ; out->len += pad ; }
    p += len + 1 ;
  }
  stralloc_free(&cells) ;
  return 1 ;
}

static int ps_object (stralloc *sa, struct ps_row const *r)
{
  size_t i = 0 ;
  if (!nc_json_put(sa, "{") || !nc_json_member_string(sa, "name", r->name) || !nc_json_member_string(sa, "id", r->id)
   || !nc_json_member_string(sa, "state", r->state) || !nc_json_key(sa, "keeper_pid")
   || !(r->keeper > 0 ? nc_json_u64(sa, (uint64_t)r->keeper) : nc_json_put(sa, "null"))) return 0 ;
  if (!r->st.state[0]) return nc_json_put(sa, "}") ;
  if (!nc_json_member_u64(sa, "pid", (uint64_t)r->st.pid) || !nc_json_member_u64(sa, "start_ticks", r->st.ticks)
   || !nc_json_member_u64(sa, "age_s", r->age) || !nc_json_member_u64(sa, "created_unix_ms", r->st.created)
   || !nc_json_member_u64(sa, "uid", r->st.uid) || !nc_json_member_string(sa, "cgroup", r->st.cgroup.s)
   || !nc_json_key(sa, "argv") || !nc_json_put(sa, "[")) return 0 ;
  for (; i < r->st.argv.len ; i += strlen(r->st.argv.s + i) + 1)
    if ((i && !nc_json_put(sa, ",")) || !nc_json_string(sa, r->st.argv.s + i, strlen(r->st.argv.s + i))) return 0 ;
  return nc_json_put(sa, "]}") ;
}

int ps_json (stralloc *out, struct ps_row const *rows, size_t n)
{
  size_t i = 0 ;
  if (!nc_json_put(out, "[")) return 0 ;
  for (; i < n ; i++) if ((i && !nc_json_put(out, ",\n")) || !ps_object(out, rows + i)) return 0 ;
  return nc_json_put(out, "]\n") ;
}

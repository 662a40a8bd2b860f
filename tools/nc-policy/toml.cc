/* ISC license. */

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "doc.h"

namespace {

struct refused
{
  struct node_pos pos ;
  char const *what ;
} ;

struct node_pos position (toml::source_region const &r, struct node_pos otherwise)
{
  if (!r.begin.line) return otherwise ;
  return { r.begin.line, r.begin.column } ;
}

class reader
{
  node_doc &doc ;

  char const *keep (struct node_pos pos, std::string_view s)
  {
    if (s.find('\0') != std::string_view::npos) throw refused{ pos, "zero byte in a string" } ;
    doc.strings.emplace_back(s) ;
    return doc.strings.back().c_str() ;
  }

  /* toml++ sorts a table by its keys; the text has them in another order */
  void table (struct node *j, toml::table const &t, unsigned int depth)
  {
    struct member { toml::key const *key ; toml::node const *value ; struct node_pos pos ; } ;
    std::vector<member> members ;
    struct node **next = &j->first ;
    for (auto &&[k, v] : t) members.push_back({ &k, &v, position(k.source(), j->pos) }) ;
    std::stable_sort(members.begin(), members.end(), [] (member const &a, member const &b)
      { return a.pos.line != b.pos.line ? a.pos.line < b.pos.line : a.pos.col < b.pos.col ; }) ;
    for (member const &m : members)
    {
      struct node *child = value(*m.value, m.pos, depth) ;
      child->key = keep(m.pos, m.key->str()) ;
      child->keypos = m.pos ;
      *next = child ;
      next = &child->next ;
    }
  }

  void array (struct node *j, toml::array const &a, unsigned int depth)
  {
    struct node **next = &j->first ;
    for (toml::node const &v : a)
    {
      *next = value(v, j->pos, depth) ;
      next = &(*next)->next ;
    }
  }

  void integer (struct node *j, int64_t n)
  {
    if (n < 0) throw refused{ j->pos, "negative number" } ;
    j->number = static_cast<uint64_t>(n) ;
    j->type = NODE_NUMBER ;
  }

 public:
  explicit reader (node_doc &d) : doc(d) {}

  struct node *value (toml::node const &v, struct node_pos otherwise, unsigned int depth)
  {
    struct node *j = &doc.nodes.emplace_back() ;
    std::memset(j, 0, sizeof *j) ;
    j->pos = position(v.source(), otherwise) ;
    if (depth >= NODE_DEPTH_MAX) throw refused{ j->pos, "too many levels" } ;
    if (auto const *t = v.as_table()) { j->type = NODE_OBJECT ; table(j, *t, depth + 1) ; }
    else if (auto const *a = v.as_array()) { j->type = NODE_ARRAY ; array(j, *a, depth + 1) ; }
    else if (auto const *s = v.as_string()) { j->type = NODE_STRING ; j->string = keep(j->pos, s->get()) ; }
    else if (auto const *b = v.as_boolean()) { j->type = NODE_BOOL ; j->number = b->get() ; }
    else if (auto const *i = v.as_integer()) integer(j, i->get()) ;
    else throw refused{ j->pos, v.is_floating_point() ? "number is not a whole one" : "a date or a time has no meaning in a policy" } ;
    return j ;
  }
} ;

}

struct node_doc *toml_read (char const *s, size_t len, struct node **root, struct node_error *e)
{
  node_doc *doc = 0 ;
  *e = { { 1, 1 }, "out of memory" } ;
  try
  {
    doc = new node_doc ;
    toml::table t = toml::parse(std::string_view(s, len)) ;
    reader r(*doc) ;
    *root = r.value(t, { 1, 1 }, 0) ;
    return doc ;
  }
  catch (refused const &r)
  {
    e->pos = r.pos ;
    std::snprintf(e->text, sizeof e->text, "%s", r.what) ;
  }
  catch (toml::parse_error const &x)
  {
    e->pos = position(x.source(), e->pos) ;
    std::snprintf(e->text, sizeof e->text, "%s", std::string(x.description()).c_str()) ;
  }
  catch (std::exception const &) {}
  delete doc ;
  return 0 ;
}

void node_free (struct node_doc *doc)
{
  delete doc ;
}

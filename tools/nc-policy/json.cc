/* ISC license. */

#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "doc.h"

#define KEYS_MAX 1024U

namespace {

/* The reader's events carry no position, so each one finds its own token: from the end of the one before. */
class reader : public nlohmann::json_sax<nlohmann::json>
{
  struct level { struct node *node ; struct node *last ; unsigned int keys ; } ;

  node_doc &doc ;
  char const *text ;
  size_t len ;
  size_t end = 0 ;                /* of the last token */
  struct node_pos at = { 1, 1 } ; /* where end is */
  struct node_error *err ;
  std::vector<level> stack ;
  char const *key_text = 0 ;
  struct node_pos key_pos = { 0, 0 } ;

  void step (size_t to)
  {
    for ( ; end < to && end < len ; end++)
      if (text[end] == '\n') { at.line++ ; at.col = 1 ; }
      else at.col++ ;
  }

  struct node_pos token ()
  {
    if (!end && len >= 3 && !std::memcmp(text, "\xef\xbb\xbf", 3)) end = 3 ;
    size_t i = end ;
    while (i < len && std::strchr(" \t\r\n,:", text[i]) && text[i]) i++ ;
    step(i) ;
    struct node_pos pos = at ;
    if (i < len && text[i] == '"')
    {
      for (i++ ; i < len && text[i] != '"' ; i++) if (text[i] == '\\') i++ ;
      i++ ;
    }
    else if (i < len && std::strchr("{}[]", text[i])) i++ ;
    else while (i < len && !std::strchr(" \t\r\n,:{}[]", text[i])) i++ ;
    step(i) ;
    return pos ;
  }

  bool fail (struct node_pos pos, char const *what)
  {
    err->pos = pos ;
    std::snprintf(err->text, sizeof err->text, "%s", what) ;
    return false ;
  }

  struct node *add (struct node_pos pos, enum node_type type)
  {
    doc.nodes.emplace_back() ;
    struct node *j = &doc.nodes.back() ;
    std::memset(j, 0, sizeof *j) ;
    j->pos = pos ; j->type = type ; j->key = key_text ; j->keypos = key_pos ;
    key_text = 0 ;
    if (!root) root = j ;
    if (!stack.empty())
    {
      level &l = stack.back() ;
      if (l.last) l.last->next = j ; else l.node->first = j ;
      l.last = j ;
    }
    return j ;
  }

  bool keep (struct node_pos pos, string_t &s, char const **p)
  {
    if (s.find('\0') != std::string::npos) return fail(pos, "zero byte in a string") ;
    doc.strings.push_back(s) ;
    *p = doc.strings.back().c_str() ;
    return true ;
  }

  bool open (enum node_type type)
  {
    struct node_pos pos = token() ;
    if (stack.size() >= NODE_DEPTH_MAX) return fail(pos, "too many levels") ;
    struct node *j = add(pos, type) ;
    stack.push_back({ j, 0, 0 }) ;
    return true ;
  }

  bool close () { token() ; stack.pop_back() ; return true ; }

 public:
  struct node *root = 0 ;

  reader (node_doc &d, char const *s, size_t n, struct node_error *e) : doc(d), text(s), len(n), err(e) {}

  bool null () override { add(token(), NODE_NULL) ; return true ; }
  bool boolean (bool b) override { add(token(), NODE_BOOL)->number = b ; return true ; }
  bool number_integer (number_integer_t) override { return fail(token(), "negative number") ; }
  bool number_unsigned (number_unsigned_t n) override { add(token(), NODE_NUMBER)->number = n ; return true ; }
  bool number_float (number_float_t, string_t const &) override
  {
    return fail(token(), "number is not a whole one of at most 64 bits") ;
  }
  bool string (string_t &s) override
  {
    struct node_pos pos = token() ;
    struct node *j = add(pos, NODE_STRING) ;
    return keep(pos, s, &j->string) ;
  }
  bool binary (binary_t &) override { return fail(at, "binary value") ; }
  bool start_object (std::size_t) override { return open(NODE_OBJECT) ; }
  bool end_object () override { return close() ; }
  bool start_array (std::size_t) override { return open(NODE_ARRAY) ; }
  bool end_array () override { return close() ; }
  bool key (string_t &s) override
  {
    key_pos = token() ;
    if (!keep(key_pos, s, &key_text)) return false ;
    if (++stack.back().keys > KEYS_MAX) return fail(key_pos, "too many keys in one object") ;
    for (struct node *j = stack.back().node->first ; j ; j = j->next)
      if (!std::strcmp(j->key, key_text)) return fail(key_pos, "key stands twice in one object") ;
    return true ;
  }

  bool parse_error (std::size_t pos, std::string const &, nlohmann::detail::exception const &ex) override
  {
    std::string what = ex.what() ;
    std::size_t i = what.find("syntax error") ;
    if (i != std::string::npos) what.erase(0, i) ;
    i = what.find("; last read") ;
    if (i != std::string::npos) what.erase(i) ;
    if (ex.id != 101) what = "number does not fit 64 bits" ;
    if (pos > len) what = "unexpected end of the text" ;
    end = 0 ; at = { 1, 1 } ;
    step(pos ? pos - 1 : 0) ;
    return fail(at, what.c_str()) ;
  }
} ;

}

struct node_doc *json_read (char const *s, size_t len, struct node **root, struct node_error *e)
{
  node_doc *doc = 0 ;
  *e = { { 1, 1 }, "out of memory" } ;
  try
  {
    doc = new node_doc ;
    reader r(*doc, s, len, e) ;
    if (nlohmann::json::sax_parse(s, s + len, &r)) { *root = r.root ; return doc ; }
  }
  catch (std::exception const &) {}
  delete doc ;
  return 0 ;
}

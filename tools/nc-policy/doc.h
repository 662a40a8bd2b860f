/* ISC license. */

/* What the two readers share. */

#ifndef NC_POLICY_DOC_H
#define NC_POLICY_DOC_H

#include <deque>
#include <string>

#include "tree.h"

#define NODE_DEPTH_MAX 16

struct node_doc
{
  std::deque<struct node> nodes ;
  std::deque<std::string> strings ;
} ;

#endif

# Small functions that the other files share. Builtins only, as everything in this folder.
let
  inherit (builtins)
    concatMap elemAt floor foldl' fromJSON genList isAttrs isFloat isInt isPath isString length match replaceStrings
    stringLength substring toString typeOf;
in
rec {
  optional = c: x: if c then [ x ] else [ ];
  optionals = c: xs: if c then xs else [ ];
  opt = letter: v: if v == null then [ ] else [ letter (word v) ];
  opts = letter: vs: concatMap (v: [ letter (word v) ]) vs;
  or' = v: default: if v == null then default else v;
  hasPrefix = p: s: substring 0 (stringLength p) s == p;
  last = xs: elemAt xs (length xs - 1);
  unique = foldl' (acc: x: if builtins.elem x acc then acc else acc ++ [ x ]) [ ];

  # a word of the line: also a number, a path and a derivation
  word = v:
    if isString v then v
    else if isInt v then toString v
    else if isFloat v then (if floor v == v then toString (floor v) else builtins.toJSON v)
    else if isPath v || (isAttrs v && v ? outPath) then "${v}"
    else throw "nucleus: a word of the line cannot be a ${typeOf v}";

  # a path that stays where it is: "${./x}" would copy it into the store
  path = v: if isPath v then toString v else word v;

  # a field of an option whose fields have colons between them
  field = v: replaceStrings [ "\\" ":" ] [ "\\\\" "\\:" ] (word v);

  number = digits: let m = match "0*([0-9]+)" digits; in fromJSON (elemAt m 0);

  # 512M -> bytes; null where it is none
  bytes = v:
    let
      m = if isInt v then [ (toString v) "" ] else match "([0-9]{1,15})([kKmMgGtT]?)" v;
      k = 1024;
      unit = { "" = 1; k = k; K = k; m = k * k; M = k * k; g = k * k * k; G = k * k * k; t = k * k * k * k; T = k * k * k * k; };
    in
    if isInt v && v < 0 then null else if m == null then null else number (elemAt m 0) * unit.${elemAt m 1};

  join = sep: xs: builtins.concatStringsSep sep (map word xs);
  range = from: count: genList (i: from + i) count;
}

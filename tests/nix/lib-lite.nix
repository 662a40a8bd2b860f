# A deliberately small stand-in for the parts of nixpkgs `lib` that nixos-module/ uses, so the module
# can be evaluated with nothing but Nix.  Not a module system for real use: no option merging across
# declarations, no specialArgs, no documentation.  The same tests also run with the real lib when present.
let
  inherit (builtins) all any attrNames concatLists concatMap elem filter foldl' functionArgs head isAttrs isBool
    isFunction isInt isList isPath isString length listToAttrs map mapAttrs match removeAttrs tail toString typeOf;
  show = concatStringsSep ".";
  inherit (builtins) concatStringsSep;
  nub = foldl' (acc: x: if elem x acc then acc else acc ++ [ x ]) [ ];
  prop = t: p: v: { _type = t; content = v; } // p;

  mkIf = condition: prop "if" { inherit condition; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: prop "override" { inherit priority; };

  # a definition -> list of { priority; cond; value; }.  mkIf conditions stay unevaluated until a leaf is
  # merged, so that a condition may read `config`.
  discharge = discharge' true;
  discharge' = cond: prio: v:
    let t = if isAttrs v then v._type or "" else ""; in
    if t == "merge" then concatMap (discharge' cond prio) v.contents
    else if t == "if" then discharge' (cond && v.condition) prio v.content
    else if t == "override" then discharge' cond v.priority v.content
    else if t == "order" then map (d: d // { order = v.priority; }) (discharge' cond prio v.content)
    else [ { inherit cond; priority = prio; order = 1000; value = v; } ];
  live = filter (d: d.cond);
  strongestDefs = all': let defs = live all'; m = foldl' (a: d: if d.priority < a then d.priority else a) 9999 defs; in
    builtins.sort (a: b: a.order < b.order) (filter (d: d.priority == m) defs);
  strongest = all': map (d: d.value) (strongestDefs all');
  # push conditions and priorities of an attribute set definition into its children
  childDefs = name: defs: concatMap (d: if d.value ? ${name} then discharge' d.cond d.priority d.value.${name} else [ ]) defs;
  toList = x: if isList x then x else [ x ];

  mkType = name: check: merge: { inherit name check merge; _type = "option-type"; join = other: other; };
  leaf = name: check: mkType name check (path: defs:
    let vs = strongest defs; in
    if vs == [ ] then throw "option `${show path}' is used but not defined"
    else if !all check vs then throw "option `${show path}' is not a ${name}"
    else if all (v: v == head vs) vs then head vs
    else throw "option `${show path}' has conflicting definitions");
  types = rec {
    raw = mkType "raw value" (_: true) (path: defs: head (strongest defs));
    unspecified = raw; anything = raw;
    bool = leaf "boolean" isBool; int = leaf "integer" isInt; str = leaf "string" isString;
    singleLineStr = leaf "single line string" (v: isString v && match ".*\n.*" v == null);
    path = leaf "path" (v: isPath v || ((isString v || v ? outPath) && builtins.substring 0 1 "${v}" == "/"));
    package = leaf "package" (v: isAttrs v && v ? outPath);
    port = leaf "port" (v: isInt v && v >= 0 && v < 65536);
    float = leaf "floating point number" builtins.isFloat;
    ints = {
      positive = leaf "positive integer" (v: isInt v && v > 0);
      unsigned = leaf "unsigned integer" (v: isInt v && v >= 0);
      between = low: high: leaf "integer between ${toString low} and ${toString high}" (v: isInt v && v >= low && v <= high);
    };
    strMatching = pattern: leaf "string matching ${pattern}" (v: isString v && match pattern v != null);
    enum = xs: leaf "one of ${concatStringsSep ", " (map toString xs)}" (v: elem v xs);
    either = a: b: mkType "${a.name} or ${b.name}" (v: a.check v || b.check v) (path: defs:
      if all a.check (strongest defs) then a.merge path defs else b.merge path defs);
    nullOr = t: mkType "null or ${t.name}" (v: v == null || t.check v) (path: defs:
      if all (v: v == null) (strongest defs) then null else t.merge path (filter (d: d.value or null != null) defs));
    listOf = t: mkType "list of ${t.name}" isList (path: defs:
      let vs = strongest defs; in
      if !all isList vs then throw "option `${show path}' is not a list"
      else map (v: t.merge (path ++ [ "*" ]) (discharge 100 v)) (concatLists vs));
    attrsOf = t: mkType "attribute set of ${t.name}" isAttrs (path: defs:
      listToAttrs (map (name: { inherit name; value = t.merge (path ++ [ name ]) (childDefs name defs); })
        (nub (concatMap (d: if isAttrs d.value then attrNames d.value else throw "option `${show path}' is not an attribute set") (live defs))))) // { inner = t; join = other: attrsOf (t.join other.inner); };
    submodule = m: mkType "submodule" isAttrs (path: defs:
      (evalModules { inherit path; modules = toList m; extraDefs = defs; args = { name = if path == [ ] then "" else elemLast path; }; }).config) // { modules = toList m; join = other: submodule (toList m ++ other.modules); };
  };
  elemLast = xs: builtins.elemAt xs (length xs - 1);

  evalModules = { modules, args ? { }, path ? [ ], extraDefs ? [ ] }:
    let
      allArgs = args // { inherit lib config; options = notes path options defs; };
      load = m:
        let
          v = if isPath m || isString m then import m else m;
          a = if isFunction v then v (mapAttrs (n: _: allArgs.${n} or (throw "no module argument `${n}'")) (functionArgs v) // allArgs) else v;
          structured = a ? options || a ? config || a ? imports;
        in
        concatMap load (a.imports or [ ]) ++ [ {
          options = a.options or { };
          config = if structured then a.config or { } else a; } ];
      ms = concatMap load modules;
      options = foldl' deepMerge { } (map (m: m.options) ms);
      defs = concatMap (m: discharge 100 m.config) ms ++ extraDefs;
      walk = path: opts: defs:
        let unknown = filter (n: !(opts ? ${n})) (nub (concatMap (d: attrNames d.value) defs)); in
        if unknown != [ ] then throw "the option `${show (path ++ [ (head unknown) ])}' does not exist"
        else mapAttrs (n: o: let ds = childDefs n defs; p = path ++ [ n ]; in
          if o._type or "" == "option" then
            (o.apply or (x: x)) (o.type.merge p (ds ++ (if o ? default then [ { cond = true; priority = 1500; value = o.default; order = 1000; } ] else [ ])))
          else walk p o ds) opts;
      # the options with their definitions, as modules see them
      notes = path: opts: defs: mapAttrs (n: o: let ds = childDefs n defs; loc = path ++ [ n ]; in
        if o._type or "" == "option" then o // { inherit loc; definitionsWithLocations = ds; } else notes loc o ds) opts;
      config = walk path options defs;
    in { inherit config options; };
  # an option that is declared twice: types of submodules are joined, and an apply comes from one of them
  joinOption = a: b: a // b // (if a ? type && b ? type then { type = a.type.join b.type; } else { type = b.type or a.type or types.raw; });
  deepMerge = a: b: a // mapAttrs (n: v:
    if !(a ? ${n}) then v
    else if v._type or "" == "option" && a.${n}._type or "" == "option" then joinOption a.${n} v
    else if isAttrs v && !(v ? _type) && isAttrs a.${n} then deepMerge a.${n} v else v) b;

  lib = {
    inherit mkIf mkMerge mkOverride types evalModules;
    mkDefault = mkOverride 1000; mkForce = mkOverride 50;
    mkOrder = priority: prop "order" { inherit priority; }; mkBefore = lib.mkOrder 500; mkAfter = lib.mkOrder 1500;
    mkOption = o: o // { _type = "option"; };
    mkEnableOption = d: { _type = "option"; type = types.bool; default = false; description = "Whether to enable ${d}."; };
    mkPackageOption = pkgs: n: _: { _type = "option"; type = types.package; default = pkgs.${n}; description = "The ${n} package."; };
    literalExpression = text: { _type = "literalExpression"; inherit text; };
    filterAttrs = f: s: listToAttrs (concatMap (n: if f n s.${n} then [ { name = n; value = s.${n}; } ] else [ ]) (attrNames s));
    mapAttrsToList = f: s: map (n: f n s.${n}) (attrNames s);
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = f: s: listToAttrs (map (n: f n s.${n}) (attrNames s));
    optionalAttrs = c: a: if c then a else { };
    genAttrs = ns: f: listToAttrs (map (n: { name = n; value = f n; }) ns);
    optionals = c: xs: if c then xs else [ ]; optional = c: x: if c then [ x ] else [ ];
    versionAtLeast = a: b: builtins.compareVersions a b >= 0;
    hasPrefix = p: s: builtins.substring 0 (builtins.stringLength p) s == p;
    inherit mapAttrs concatLists concatMap concatStringsSep toList;
  };
in lib

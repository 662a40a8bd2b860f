# What each mode does unasked, wants and refuses: the table that nc-run --modes prints, and a test compares with it.
let
  rule = words: agent: strict-agent: production: { inherit words agent strict-agent production; };
in
rec {
  rules = {
    hostnet = rule "--network host" "may" "never" "never";
    degraded = rule "--allow-degraded-security" "never" "never" "never";
    chroot = rule "--allow-chroot-fallback" "never" "never" "never";
    nouserns = rule "--userns host" "may" "never" "never";
    userns = rule "root in a user namespace owning nothing" "may" "always" "always";
    groups = rule "without root: supplementary groups kept" "may" "never" "never";
    memory = rule "--memory" "may" "may" "must";
    cpus = rule "--cpus" "may" "may" "must";
    pids = rule "--pids, or 512" "may" "always" "always";
    rootfs = rule "--rootfs" "may" "may" "must";
    store = rule "--rootfs read-only, in /nix/store" "no" "no" "always";
    toolchain = rule "--agent-toolchain-rootfs" "may" "may" "never";
    overlay = rule "--rootfs-mode overlay" "may" "may" "never";
    attest = rule "--verify-rootfs-attestation" "may" "may" "may";
    protect = rule "protected names of a workspace" "always" "always" "may";
    noexec = rule "nothing both writable and executable" "no" "no" "always";
    pinned = rule "policies by their SHA-256" "may" "may" "must";
    lints = rule "policies without a warning of nc-policy" "no" "no" "always";
    hidepid = rule "processes of other users hidden in /proc" "always" "always" "always";
    landlock = rule "Landlock ABI 6, or no start" "no" "always" "always";
    audit = rule "every mount read back" "always" "always" "always";
    asserted = rule "namespaces and process read back" "no" "always" "always";
    lockdown = rule "--require-kernel-lockdown" "may" "may" "may";
  };

  # done in this mode, asked for or not
  always = mode: name: rules.${name}.${mode} == "always";

  # the messages of one rule, given whether it is asked for; said in the words of the option that asks
  demand = mode: name: asked: option:
    let say = rules.${name}.${mode}; in
    if say == "never" && asked then [ "${option} is refused in mode ${mode}" ]
    else if say == "must" && !asked then [ "${option} is needed in mode ${mode}" ]
    else [ ];
}

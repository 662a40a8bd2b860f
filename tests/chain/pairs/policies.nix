{
  name = "web";
  declaration = {
    command = [ "/bin/web" ];
    mode = "strict-agent";
    user = 990;
    gid = 991;
    seccomp = { policy = ../../../policies/seccomp/nginx.json; bpf = "seccomp.bpf"; logDenied = true; };
    landlock.policy = ../../../policies/landlock/nginx.toml;
    capabilities.policy = ../../../policies/caps/low-ports.toml;
  };
}

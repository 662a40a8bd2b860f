{
  name = "agent";
  host.owners = { "/home/alice/work" = 1000; "/home/alice/conf" = 1000; };
  host.credentialsDirectory = "/run/credentials/agent.service";
  declaration = {
    command = [ "agent" ];
    workspace = { path = "/home/alice/work"; unprotect = [ ".envrc" ]; quarantine = true; exec = true; };
    context = { path = "/srv/data"; verify = true; };
    providerConfigs = [
      { source = "/home/alice/conf"; dest = ".config/agent"; writable = true; }
      { source = "/home/alice/conf"; dest = "/home/agent/.ro"; }
    ];
    secrets = [ { source = "/srv/data/key"; dest = "key"; } ];
    credentials = [ { name = "token"; dest = "/run/secrets/token"; } ];
  };
}

{
  name = "agent";
  host.owners = { "/srv/alice/work" = 1000; "/srv/alice/conf" = 1000; };
  host.credentialsDirectory = "/run/credentials/agent.service";
  declaration = {
    command = [ "agent" ];
    workspace = { path = "/srv/alice/work"; unprotect = [ ".envrc" ]; quarantine = true; exec = true; };
    context = { path = "/srv/data"; verify = true; };
    providerConfigs = [
      { source = "/srv/alice/conf"; dest = ".config/agent"; writable = true; }
      { source = "/srv/alice/conf"; dest = "/home/agent/.ro"; }
    ];
    secrets = [ { source = "/srv/data/key"; dest = "key"; } ];
    credentials = [ { name = "token"; dest = "/run/secrets/token"; } ];
  };
}

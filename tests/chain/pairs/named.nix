{
  name = "web";
  declaration = {
    command = [ "sh" "-c" "echo \"$HOME\" it's" ];
    hostname = "host.web";
    runDir = "/run/user/0";
    events = "/var/log/web.jsonl";
    timeNamespace = true;
    cgroupNamespace = false;
    procWritable = true;
  };
}

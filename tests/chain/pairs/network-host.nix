{
  host.nameservers = [ "192.0.2.1" "192.0.2.2" ];
  declaration = { command = [ "curl" ]; network = "host"; };
}

{
  declaration = { command = [ "curl" "https://example.org/?a=b&c" ]; network = "host"; dns = [ "192.0.2.53" "2001:db8::53" ]; };
}

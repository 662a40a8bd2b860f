{ name = "s"; declaration = { mode = "strict-agent"; command = [ "true" ]; }; }

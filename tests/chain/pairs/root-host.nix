{ declaration = { command = [ "id" ]; user = 0; userns = "host"; }; }

{ declaration = { command = [ "true" ]; }; }

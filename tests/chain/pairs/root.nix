{ declaration = { command = [ "id" ]; user = 0; }; }

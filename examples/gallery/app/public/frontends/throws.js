// The frontend of a plugin that fails when it is loaded.
throw new Error('The board has no colours.');

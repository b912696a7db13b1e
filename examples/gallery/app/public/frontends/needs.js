// The frontend of a plugin that needs what the page does not share, as the shims of the server say it.
throw Object.assign(new Error('This page does not share "vue".'), { code: 'FRONTEND_SHARED_MISSING' });

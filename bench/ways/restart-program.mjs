// Loads the plugin, answers, and stays until the benchmark ends.
const { generation } = await import(process.argv[2]);
process.stdin.resume().on('end', () => process.exit());
process.stdout.write(`answer ${generation.sum()}\n`);

import { openDatabase } from '@catalyst-plugins/prisma';

const tablesQuery = `
  select format('%I.%I', table_schema, table_name) as name from information_schema.tables
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
  order by name`;

/** Every row of every table of a database, as a text for each table. */
export async function readTables(where) {
  const { pool, close } = await openDatabase(where);
  try {
    const { rows: tables } = await pool.query(tablesQuery);
    const told = [];
    for (const { name } of tables) {
      const { rows } = await pool.query(`select one::text as text from ${name} one`);
      told.push({ from: `table ${name}`, isPlace: rows.length > 0, text: rows.map(({ text }) => text).join('\n') });
    }
    return told;
  } finally {
    await close();
  }
}

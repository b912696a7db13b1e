-- The application's own tables, safe to run at every start.
CREATE TABLE IF NOT EXISTS "users" (
  "id" SERIAL PRIMARY KEY,
  "name" TEXT NOT NULL UNIQUE,
  "role" TEXT NOT NULL DEFAULT 'player'
);
CREATE TABLE IF NOT EXISTS "servers" (
  "id" SERIAL PRIMARY KEY,
  "name" TEXT NOT NULL UNIQUE,
  "game" TEXT NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'offline',
  "max_players" INTEGER NOT NULL DEFAULT 16,
  "owner_id" INTEGER NOT NULL REFERENCES "users" ("id")
);

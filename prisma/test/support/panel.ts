import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { generateClient } from './generate-client.ts';

/** The models of an application whose plugins see some of it. */
const models = `
model User {
  id           Int       @id @default(autoincrement())
  name         String    @unique
  passwordHash String
  bossId       Int?
  boss         User?     @relation("staff", fields: [bossId], references: [id])
  staff        User[]    @relation("staff")
  servers      Server[]
  comments     Comment[]
}

model Server {
  id       Int      @id @default(autoincrement())
  name     String   @unique
  game     String   @default("chess")
  settings Json?
  price    Decimal  @default(0)
  since    DateTime @default(now())
  icon     Bytes?
  ownerId  Int
  owner    User     @relation(fields: [ownerId], references: [id])
  tickets  Ticket[]

  @@unique([name, ownerId])
}

model Ticket {
  id       Int       @id @default(autoincrement())
  title    String
  isSecret Boolean   @default(false)
  data     Json?
  serverId Int
  server   Server    @relation(fields: [serverId], references: [id])
  comments Comment[]
}

model Comment {
  id       Int    @id @default(autoincrement())
  text     String
  ticketId Int
  ticket   Ticket @relation(fields: [ticketId], references: [id], onDelete: Cascade)
  authorId Int?
  author   User?  @relation(fields: [authorId], references: [id])
}
`;

const tables = `
CREATE TABLE "User" (id serial PRIMARY KEY, name text UNIQUE NOT NULL, "passwordHash" text NOT NULL,
  "bossId" int REFERENCES "User");
CREATE TABLE "Server" (id serial PRIMARY KEY, name text UNIQUE NOT NULL, game text NOT NULL DEFAULT 'chess',
  settings jsonb, price decimal NOT NULL DEFAULT 0, since timestamp(3) NOT NULL DEFAULT now(), icon bytea,
  "ownerId" int NOT NULL REFERENCES "User", UNIQUE (name, "ownerId"));
CREATE TABLE "Ticket" (id serial PRIMARY KEY, title text NOT NULL, "isSecret" bool NOT NULL DEFAULT false, data jsonb,
  "serverId" int NOT NULL REFERENCES "Server");
CREATE TABLE "Comment" (id serial PRIMARY KEY, text text NOT NULL,
  "ticketId" int NOT NULL REFERENCES "Ticket" ON DELETE CASCADE, "authorId" int REFERENCES "User");
`;

const rows = `
TRUNCATE "User", "Server", "Ticket", "Comment" RESTART IDENTITY;
INSERT INTO "User" (name, "passwordHash", "bossId") VALUES ('ana', 'hash-a', NULL), ('ben', 'hash-b', 1);
INSERT INTO "Server" (name, "ownerId") VALUES ('survival', 1), ('creative', 2);
INSERT INTO "Ticket" (title, "isSecret", "serverId") VALUES ('lag', false, 1), ('ban', true, 1), ('crash', false, 2);
INSERT INTO "Comment" (text, "ticketId", "authorId") VALUES ('me too', 1, 2), ('hush', 2, 1);
`;

/** A method whose arguments are not checked by the compiler: attacks are not well typed. */
export type PanelMethod = (args?: unknown) => PanelQuery;

/** A query, with the further calls that the tests make on it. */
export type PanelQuery = Promise<unknown> &
  Readonly<Record<'tickets' | 'comments' | 'server' | 'ticket' | 'owner' | 'staff', PanelMethod>>;

type MethodName =
  | 'findUnique'
  | 'findUniqueOrThrow'
  | 'findFirst'
  | 'findMany'
  | 'count'
  | 'aggregate'
  | 'groupBy'
  | 'create'
  | 'createMany'
  | 'update'
  | 'updateMany'
  | 'upsert'
  | 'delete'
  | 'deleteMany';

/** A client, with `servers` for plugins that have an alias. */
export type PanelClient = Readonly<
  Record<'user' | 'server' | 'servers' | 'ticket' | 'comment', Readonly<Record<MethodName, PanelMethod>>>
>;

/** The methods of a client that are not those of a model. */
export interface PanelMethods {
  $transaction(work: unknown, options?: unknown): Promise<unknown>;
  $queryRaw(text: TemplateStringsArray, ...values: unknown[]): Promise<unknown>;
  $executeRawUnsafe(text: string): Promise<unknown>;
  $disconnect(): Promise<void>;
}

/** What the generated module exports. */
export interface PanelModule {
  readonly Prisma: {
    readonly DbNull: object;
    readonly JsonNull: object;
    readonly Decimal: new (value: string) => object;
    sql(text: TemplateStringsArray, ...values: unknown[]): object;
  };
  readonly PrismaClient: new (options: object) => PanelClient & PanelMethods;
}

/** Generates the application's client. */
export async function generatePanel(name: string): Promise<PanelModule> {
  const folder = await generateClient(name, models);
  return import(/* @vite-ignore */ pathToFileURL(path.join(folder, 'client.ts')).href) as Promise<PanelModule>;
}

/** Makes the application's tables, and a client on them. */
export async function openPanel(pool: Pool, { PrismaClient }: PanelModule): Promise<PanelClient & PanelMethods> {
  await pool.query(tables);
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}

/** Brings the rows back to what they were. */
export async function resetPanel(pool: Pool): Promise<void> {
  await pool.query(rows);
}

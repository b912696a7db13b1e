import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isEnvelope, mapSecrets, secretPlaces, type SecretPlace } from '../../manifest/config-secrets.ts';
import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import type { SecretKeys } from '../../ports/secret-keys.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

interface CipherKey {
  /** Names the key in what it encrypted. */
  readonly id: string;
  readonly bytes: Buffer;
}

const deriveKey = promisify<string, string, number, Buffer>(scrypt);
/** Fixed, so that hosts with the same key read each other's secrets. */
const salt = 'catalyst-plugins/secrets/v1';
const version = 'v1';
const algorithm = 'aes-256-gcm';
const nowhere: SecretPlace = { isSecret: false, at: () => nowhere };

/** Encrypts the secrets of configurations for the store, each bound to its plugin and its place, and decrypts them. */
export class SecretCipher {
  readonly #keys: SecretKeys;
  readonly #derived = new Map<string, Promise<CipherKey>>();

  constructor(keys: SecretKeys) {
    this.#keys = keys;
  }

  /** The configuration as it is stored; what could not be decrypted stays as it was. Throws `SECRET_KEY_UNAVAILABLE`. */
  async seal(manifest: PluginManifest, config: JsonObject): Promise<JsonObject> {
    const places = secretPlaces(manifest);
    if (!hasSecret(config, places, needsSealing)) return config;
    const key = await this.#derive(await this.#keys.first());
    return mapSecrets(config, places, (secret, pointer) =>
      needsSealing(secret) ? encrypt(key, context(manifest.name, pointer), secret) : secret,
    ) as JsonObject;
  }

  /** The configuration as it was before it was sealed; secrets whose key is lost stay as they are stored. */
  async open(plugin: string, stored: JsonObject): Promise<JsonObject> {
    if (!hasSecret(stored, nowhere, isEnvelope)) return stored;
    const texts = await this.#keys.read();
    const keys = await Promise.all(texts.map((text) => this.#derive(text)));
    return mapSecrets(
      stored,
      nowhere,
      (secret, pointer) => decrypt(keys, context(plugin, pointer), secret) ?? secret,
    ) as JsonObject;
  }

  #derive(text: string): Promise<CipherKey> {
    const known = this.#derived.get(text);
    if (known) return known;
    const derived = deriveKey(text, salt, 32).then((bytes) => ({ id: idOf(bytes), bytes }));
    this.#derived.set(text, derived);
    return derived;
  }
}

function idOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function needsSealing(secret: Json): boolean {
  return secret !== null && secret !== '' && !isEnvelope(secret);
}

function hasSecret(config: JsonObject, place: SecretPlace, isOne: (secret: Json) => boolean): boolean {
  let found = false;
  mapSecrets(config, place, (secret) => {
    found ||= isOne(secret);
    return secret;
  });
  return found;
}

/** What a ciphertext is bound to: moved to another plugin or place, it is worth nothing. */
function context(plugin: string, pointer: string): Buffer {
  return Buffer.from(`${version}\0${plugin}\0${pointer}`);
}

function encrypt(key: CipherKey, about: Buffer, secret: Json): JsonObject {
  const iv = randomBytes(12);
  const cipher = createCipheriv(algorithm, key.bytes, iv).setAAD(about);
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()]);
  const parts = [iv, cipher.getAuthTag(), ciphertext].map((bytes) => bytes.toString('base64url'));
  return { $encrypted: [version, key.id, ...parts].join('.') };
}

function decrypt(keys: readonly CipherKey[], about: Buffer, secret: Json): Json | undefined {
  if (!isEnvelope(secret)) return undefined;
  const [form, id, ...parts] = secret.$encrypted.split('.');
  const key = keys.find((one) => one.id === id);
  if (form !== version || !key || parts.length !== 3) return undefined;
  const [iv, tag, ciphertext] = parts.map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer];
  try {
    const decipher = createDecipheriv(algorithm, key.bytes, iv, { authTagLength: 16 }).setAAD(about).setAuthTag(tag);
    return JSON.parse(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')) as Json;
  } catch {
    // somebody moved or changed it
    return undefined;
  }
}

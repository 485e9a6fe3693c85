import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '../platform/clock.ts'

/** 256 bits, the strength of HS256. */
const SECRET_BYTES = 32
const SECRET_FILE = 'guest-secret'
/** Base64url of 32 bytes. */
const SECRET_SHAPE = /^[A-Za-z0-9_-]{43}$/

/** A new secret, for a server that keeps nothing: its guests' tokens end with it. */
export function randomSecret(random: Random): string {
  return Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url')
}

/**
 * The secret that guests' tokens are signed with, made once and kept in the data directory where only its owner reads it
 * (0600). The caller holds the directory's lock: two servers never make one at the same time.
 *
 * @throws Error when the file cannot be read or written, or holds something else.
 */
export async function loadGuestSecret(dataDir: string, random: Random): Promise<string> {
  const path = join(dataDir, SECRET_FILE)
  const found = await readIfThere(path)
  if (found === null) return writeSecret(dataDir, path, randomSecret(random))
  if (!SECRET_SHAPE.test(found)) {
    throw new Error(
      `unable to read ${path}; it does not hold a secret (delete it, and every guest has to sign in again)`,
    )
  }
  return found
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Written beside and renamed, so that a crash leaves the whole secret or none. */
async function writeSecret(dataDir: string, path: string, secret: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${secret}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return secret
}

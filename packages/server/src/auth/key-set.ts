import { parseJson } from '@holdfast/protocol'
import {
  createLocalJWKSet,
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import * as v from 'valibot'
import type { Platform } from '../platform/clock.ts'

/** How long fetched keys are used before they are fetched again: a key that was withdrawn is refused after this. */
const MAX_AGE_MS = 600_000
/** How long they are used at most when they cannot be fetched again: an identity provider's bad day locks nobody out. */
const MAX_STALE_MS = 86_400_000
/** Least time between two fetches, so that made-up key ids do not become load on the identity provider. */
const COOLDOWN_MS = 5_000
/** A fetch that takes longer has failed. */
const FETCH_TIMEOUT_MS = 5_000
/** Largest answer that is read. Real ones are a few KB. */
const MAX_ANSWER_BYTES = 262_144
const MAX_KEYS = 100

/** Public keys that tokens are verified with. */
export interface KeySet {
  /** The claims of `token`, whose (unverified) header is `header`. Rejects when no key of the set verifies it. */
  verify(token: string, header: JWTHeaderParameters, options: JWTVerifyOptions): Promise<JWTPayload>
}

type LocalKeys = ReturnType<typeof createLocalJWKSet>

const answerSchema = v.looseObject({
  keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.maxLength(MAX_KEYS)),
})

/**
 * The keys published at `url` (JWKS), fetched when first needed, after ten minutes, and once when a token names a key that
 * is not among them (rotation). While they cannot be fetched the ones at hand go on for a day; with none at hand every
 * token is refused.
 */
export function createRemoteKeySet(url: string, platform: Pick<Platform, 'clock' | 'scheduler'>): KeySet {
  return new RemoteKeySet(url, platform)
}

class RemoteKeySet implements KeySet {
  readonly #url: string
  readonly #platform: Pick<Platform, 'clock' | 'scheduler'>
  #keys: { readonly local: LocalKeys; readonly fetchedAtMs: number } | null = null
  #triedAtMs = Number.NEGATIVE_INFINITY
  /** The fetch under way, which whoever needs keys meanwhile shares. */
  #loading: Promise<void> | null = null

  constructor(url: string, platform: Pick<Platform, 'clock' | 'scheduler'>) {
    this.#url = url
    this.#platform = platform
  }

  async verify(token: string, header: JWTHeaderParameters, options: JWTVerifyOptions): Promise<JWTPayload> {
    if (this.#ageMs() >= MAX_AGE_MS) await this.#load()
    const before = this.#keys
    try {
      return await this.#verifyHeld(token, header, options)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await this.#load()
      if (this.#keys === before) throw error
      return await this.#verifyHeld(token, header, options)
    }
  }

  async #verifyHeld(token: string, header: JWTHeaderParameters, options: JWTVerifyOptions): Promise<JWTPayload> {
    if (this.#keys === null || this.#ageMs() >= MAX_STALE_MS) throw new errors.JWKSNoMatchingKey()
    try {
      return (await jwtVerify(token, await this.#keys.local(header), options)).payload
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return verifyWithAny(error, token, options)
      throw error
    }
  }

  /** Fetches the keys unless that was tried a moment ago. A failure changes nothing. */
  async #load(): Promise<void> {
    if (this.#loading === null) {
      const now = this.#platform.clock.monoMs()
      if (now - this.#triedAtMs < COOLDOWN_MS) return
      this.#triedAtMs = now
      this.#loading = this.#fetchKeys().finally(() => {
        this.#loading = null
      })
    }
    await this.#loading
  }

  async #fetchKeys(): Promise<void> {
    const abort = new AbortController()
    const cancel = this.#platform.scheduler.after(FETCH_TIMEOUT_MS, () => abort.abort())
    try {
      const response = await fetch(this.#url, {
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: abort.signal,
      })
      if (!response.ok) return
      const parsed = parseJson(await textOf(response))
      const answer = v.safeParse(answerSchema, parsed.ok ? parsed.value : null)
      if (!answer.success) return
      this.#keys = { local: createLocalJWKSet(answer.output), fetchedAtMs: this.#platform.clock.monoMs() }
    } catch {
      // Unreachable, too slow, too large or no key set: what is at hand stays.
    } finally {
      cancel()
    }
  }

  #ageMs(): number {
    return this.#keys === null ? Number.POSITIVE_INFINITY : this.#platform.clock.monoMs() - this.#keys.fetchedAtMs
  }
}

/** A token without `kid` where several keys would do: the one that verifies it. */
async function verifyWithAny(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of candidates) {
    try {
      return (await jwtVerify(token, key, options)).payload
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    }
  }
  throw new errors.JWSSignatureVerificationFailed()
}

/** The body as text, cut off with an error when it is too large. */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`unable to read the key set; it is over ${MAX_ANSWER_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

import { parseJson } from '@holdfast/protocol'
import type { Context } from 'hono'
import * as v from 'valibot'
import type { HttpEnv } from './deps.ts'
import { RequestRefused, refuse } from './problem.ts'

/** `application/json`, or a format made of it; JSON has one encoding, so parameters change nothing. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

/** Longest reason in a refusal, in characters. */
const MAX_REASON = 200

/**
 * The request's JSON body, an object by `schema`; the request is refused when it is none (400), too large (413) or says to be
 * something else (415).
 */
export async function jsonBody<S extends v.GenericSchema>(
  c: Context<HttpEnv>,
  schema: S,
  maxBytes: number,
): Promise<v.InferOutput<S>> {
  return conforming(schema, await objectBody(c, maxBytes))
}

/** The same where a call may come without a body, which then stands for `{}`. */
export async function optionalJsonBody<S extends v.GenericSchema>(
  c: Context<HttpEnv>,
  schema: S,
  maxBytes: number,
): Promise<v.InferOutput<S>> {
  const text = await bodyText(c, maxBytes)
  return conforming(schema, text === '' ? {} : objectOf(jsonOf(c, text)))
}

/** The request's JSON body as it is, an object. */
export async function objectBody(c: Context<HttpEnv>, maxBytes: number): Promise<object> {
  return objectOf(await anyJsonBody(c, maxBytes))
}

/** The request's JSON body as it is. */
export async function anyJsonBody(c: Context<HttpEnv>, maxBytes: number): Promise<unknown> {
  return jsonOf(c, await bodyText(c, maxBytes))
}

/** Looked at before any schema: to valibot an array is an object too. */
function objectOf(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  return refuse('bad_request', 'unable to read the body; it must be an object')
}

function conforming<S extends v.GenericSchema>(schema: S, value: object): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  const path = v.getDotPath(issue)
  // Our own messages quote no input, but the library's do: as much as a person reads.
  const reason = (path === null ? issue.message : `${path}: ${issue.message}`).slice(0, MAX_REASON)
  return refuse('bad_request', `unable to read the body; ${reason}`)
}

function jsonOf(c: Context<HttpEnv>, text: string): unknown {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) {
    const message = 'unable to read the body; its content-type must be application/json'
    throw new RequestRefused({ code: 'bad_request', message }, 415)
  }
  const parsed = parseJson(text)
  return parsed.ok ? parsed.value : refuse('bad_request', 'unable to read the body; it is not JSON')
}

async function bodyText(c: Context<HttpEnv>, maxBytes: number): Promise<string> {
  const bytes = await readBytes(c, maxBytes)
  if (bytes.byteLength > maxBytes) tooLarge(maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('bad_request', 'unable to read the body; it is not UTF-8')
  }
}

/** The body; more than the limit is never held. A body that breaks off is the sender's doing and no fault of ours. */
async function readBytes(c: Context<HttpEnv>, maxBytes: number): Promise<Uint8Array> {
  const stated = c.req.header('content-length')
  if (stated !== undefined && Number(stated) > maxBytes) tooLarge(maxBytes)
  try {
    // No more comes than was stated, and without a stream it is read for a third of the work.
    return stated === undefined ? await readStream(c, maxBytes) : new Uint8Array(await c.req.raw.arrayBuffer())
  } catch {
    return refuse('bad_request', 'unable to read the body; it broke off or was read before')
  }
}

/** Up to one chunk more than the limit. */
async function readStream(c: Context<HttpEnv>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.byteLength
    chunks.push(chunk)
    if (bytes > maxBytes) break
  }
  return Buffer.concat(chunks)
}

function tooLarge(maxBytes: number): never {
  return refuse('too_large', `unable to read the body; it is over ${maxBytes} bytes`)
}

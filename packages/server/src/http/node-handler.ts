import type { IncomingMessage, RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'

/** What can answer a request: a `Holdfast`. */
interface Fetcher {
  fetch(request: Request, bindings?: object): Promise<Response> | Response
}

/**
 * Holdfast as a request listener: for `node:http`, and as a handler in Express, Connect and the like.
 *
 * It may be mounted behind a body parser, which has read the request's stream to its end: the body is then made again from
 * what the parser left in `request.body`. It may be mounted under a path: the whole path is looked at, so that it must be the
 * `basePath` that Holdfast was given.
 */
export function toNodeHandler(holdfast: Fetcher): RequestListener {
  const listener = getRequestListener((request, bindings) => holdfast.fetch(request, bindings), {
    overrideGlobalObjects: false,
  })
  return (request, response) => {
    restore(request)
    void listener(request, response)
  }
}

/** What frameworks leave on a request. */
type Handled = IncomingMessage & { originalUrl?: unknown; body?: unknown; rawBody?: unknown }

function restore(request: Handled): void {
  if (typeof request.originalUrl === 'string') request.url = request.originalUrl
  if (!request.readableDidRead || request.rawBody instanceof Buffer || request.body === undefined) return
  request.rawBody = bytesOf(request.body)
}

function bytesOf(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body)
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

import type { IncomingMessage } from 'node:http'
import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from '@holdfast/protocol'

/** What a request shows of who sends it. */
export type Credential =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'ticket'; readonly ticket: string }
  /** None, or none that may be used; `reason` says which. */
  | { readonly kind: 'none'; readonly reason: string }

/**
 * The credential of a WebSocket upgrade. The first one there counts: the `Authorization` header, the second offered
 * subprotocol, `?ticket=`, and `?token=` where that is switched on (tokens in URLs end up in access logs and histories).
 */
export function credentialOfUpgrade(
  request: Pick<IncomingMessage, 'headers' | 'url'>,
  options: { readonly tokenInQuery: boolean },
): Credential {
  const { authorization, 'sec-websocket-protocol': offered } = request.headers
  if (authorization !== undefined) return credentialOfHeader(authorization)
  const token = tokenOfSubprotocol(offered)
  if (token !== null) return { kind: 'bearer', token }
  return credentialOfQuery(queryOf(request.url), options.tokenInQuery)
}

/** The credential of an HTTP request: its `Authorization` header, and nothing else. */
export function credentialOfHeader(authorization: string | undefined): Credential {
  if (authorization === undefined) return { kind: 'none', reason: 'a bearer token is required' }
  const [scheme, token, ...rest] = authorization.trim().split(/ +/)
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || rest.length > 0) {
    return { kind: 'none', reason: 'the Authorization header must be "Bearer <token>"' }
  }
  return { kind: 'bearer', token }
}

/** The subprotocols that a client offers, in its order. */
function offeredSubprotocols(header: string | undefined): readonly string[] {
  return (header ?? '').split(',', MAX_SUBPROTOCOLS).map(name => name.trim())
}

/** More are never needed: the protocol and the token. */
const MAX_SUBPROTOCOLS = 8

function tokenOfSubprotocol(header: string | undefined): string | null {
  const offered = offeredSubprotocols(header)
  if (!offered.includes(SUBPROTOCOL)) return null
  const bearer = offered.find(name => name.startsWith(BEARER_SUBPROTOCOL_PREFIX))
  return bearer === undefined ? null : bearer.slice(BEARER_SUBPROTOCOL_PREFIX.length)
}

function credentialOfQuery(query: URLSearchParams, tokenInQuery: boolean): Credential {
  const ticket = query.get('ticket')
  if (ticket !== null) return { kind: 'ticket', ticket }
  const token = query.get('token')
  if (token === null) return { kind: 'none', reason: 'a bearer token or a ticket is required' }
  return tokenInQuery ? { kind: 'bearer', token } : { kind: 'none', reason: 'a token in the URL is not accepted' }
}

function queryOf(url: string | undefined): URLSearchParams {
  const mark = url?.indexOf('?') ?? -1
  return new URLSearchParams(mark === -1 ? '' : url?.slice(mark + 1))
}

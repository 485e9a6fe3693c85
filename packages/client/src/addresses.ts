/** Where a server is reached. */
export interface Addresses {
  /** Base of all HTTP calls, without a slash at its end. */
  readonly http: string
  readonly socket: string
}

/**
 * The addresses that follow from a server's base address.
 *
 * @throws Error when `url` is not an http(s) address.
 */
export function addressesOf(url: string): Addresses {
  const base = URL.parse(url)
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new Error(`unable to start; "${url}" is no http(s) address`)
  }
  const http = `${base.origin}${base.pathname.replace(/\/+$/, '')}`
  return { http, socket: `${http.replace(/^http/, 'ws')}/api/socket` }
}

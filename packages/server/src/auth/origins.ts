/** Which web pages may talk to this server, by the `Origin` that their browser states. */
export interface OriginPolicy {
  /**
   * Whether a request with these `Origin` and `Host` headers may be served.
   *
   * Without `Origin` it comes from no page and is allowed: there are no cookies, so only whoever holds a token gets
   * anywhere. With one, its host must be the one asked for, or the whole origin must be on the list.
   */
  allows(origin: string | undefined, host: string | undefined): boolean
}

/**
 * The policy for a list of foreign origins, compared exactly: scheme, host and port.
 *
 * @throws Error when an entry is not an origin such as `https://app.example.com`.
 */
export function createOriginPolicy(allowed: readonly string[]): OriginPolicy {
  const listed = new Set(allowed.map(checkedOrigin))
  return {
    allows(origin, host) {
      if (origin === undefined) return true
      const url = originUrl(origin)
      if (url === null) return false
      return listed.has(url.origin) || isSameHost(url, host)
    },
  }
}

/** `origin` in its canonical spelling. */
function checkedOrigin(origin: string): string {
  const url = originUrl(origin)
  if (url === null) {
    throw new Error(`unable to allow the origin ${JSON.stringify(origin)}; it must look like https://app.example.com`)
  }
  return url.origin
}

/**
 * The scheme of the page is not compared: behind a proxy that ends TLS the server does not know its own. A page on the same
 * host and port is the same site's.
 */
function isSameHost(url: URL, host: string | undefined): boolean {
  if (host === undefined) return false
  const asked = originUrl(`${url.protocol}//${host}`)
  return asked !== null && asked.host === url.host
}

/** `text` when it is an http(s) origin and nothing more; `null`, the origin of sandboxed pages and files, is none. */
function originUrl(text: string): URL | null {
  if (!/^https?:\/\/[^/?#@\s\\]+$/i.test(text) || !URL.canParse(text)) return null
  return new URL(text)
}

import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { Context, Hono } from 'hono'
import type { HttpEnv } from './deps.ts'
import { refuse } from './problem.ts'

/** The kinds of file that a web app is built of. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
/** The build names these by their content: under one name there is only ever one file. */
const HASHED = '/assets/'
const FOREVER = 'public, max-age=31536000, immutable'
const NOT_BUILT =
  '<!doctype html><title>Holdfast</title><p>Holdfast is running, but its web app is not built yet: run <code>npm start</code>, which builds it.'

/** Serves the built web app in `root`: its files, and its page for every address that is none. */
export function webRoutes(app: Hono<HttpEnv>, basePath: string, root: string): void {
  app.get('*', async c => {
    const path = pathOf(c, basePath)
    if (path === null || path === '/api' || path.startsWith('/api/'))
      return refuse('not_found', 'unable to find that address')
    const file = path === '/' ? null : await fileAt(root, path)
    if (file !== null) return respond(c, file, extname(path), path.startsWith(HASHED) ? FOREVER : 'no-cache')
    // A missing file is missing; every other address is one of the app's own.
    if (extname(path) !== '') return refuse('not_found', 'unable to find that file')
    const page = await fileAt(root, '/index.html')
    return page === null ? c.html(NOT_BUILT, 404) : respond(c, page, '.html', 'no-cache')
  })
}

/** What is asked for below the base path, decoded; null when it cannot be one of ours. */
function pathOf(c: Context<HttpEnv>, basePath: string): string | null {
  try {
    const path = decodeURIComponent(new URL(c.req.url).pathname.slice(basePath.length))
    return /[\0\\]/.test(path) || path.split('/').some(part => part.startsWith('.')) ? null : path || '/'
  } catch {
    return null
  }
}

/** The file, when it lies in `root`, whatever links lead to it; null when there is none. */
async function fileAt(root: string, path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const real = await realpath(join(root, path))
    if (!real.startsWith((await realpath(root)) + sep)) return null
    return new Uint8Array(await readFile(real))
  } catch {
    // Not there, a folder, or not readable: in any case nothing to serve.
    return null
  }
}

function respond(
  c: Context<HttpEnv>,
  body: Uint8Array<ArrayBuffer>,
  extension: string,
  cacheControl: string,
): Response {
  return c.body(body, 200, {
    'content-type': MEDIA_TYPES[extension] ?? 'application/octet-stream',
    'cache-control': cacheControl,
  })
}

import type { Hono } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { problemResponse } from './problem.ts'

/** For whatever watches over the process. */
export function healthRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  /** The process lives: nothing is asked of the store, so that its bad day does not get the process killed. */
  app.get('/healthz', c => c.json({ status: 'ok' }))

  /** Whether new clients should be sent here; each check with its result. */
  app.get('/readyz', async c => {
    const checks = [{ name: 'draining', ok: !deps.health.isDraining() }, ...(await deps.health.check())]
    const failed = checks.filter(check => !check.ok).map(check => check.name)
    if (failed.length === 0) return c.json({ status: 'ready', checks })
    const message = `unable to serve; not well: ${failed.join(', ')}`
    return problemResponse({ code: 'unavailable', message }, 503, { checks })
  })

  app.get('/metrics', async c => c.body(await deps.metrics.text(), 200, { 'content-type': deps.metrics.contentType }))
}

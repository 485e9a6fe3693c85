import type { Hono } from 'hono'
import { TICKET_LIFE_MS } from '../auth/tickets.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'

/** One-time credentials for transports that cannot send a header. */
export function ticketRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.post('/api/tickets', async c =>
    c.json({ ticket: await deps.tickets.issue(c.var.identity), expiresInMs: TICKET_LIFE_MS }),
  )
}

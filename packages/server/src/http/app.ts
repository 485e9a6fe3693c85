import { Hono, type MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { StoreUnavailable } from '../log/room-log.ts'
import { authenticated } from './authenticated.ts'
import { banRoutes } from './bans.ts'
import { commandRoutes } from './commands.ts'
import { crossOrigin } from './cross-origin.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { guestRoutes } from './guest.ts'
import { securityHeaders } from './headers.ts'
import { healthRoutes } from './health.ts'
import { meRoutes } from './me.ts'
import { memberRoutes } from './members.ts'
import { messageRoutes } from './messages.ts'
import { muteRoutes } from './mutes.ts'
import { notificationRoutes } from './notifications.ts'
import { presenceRoutes } from './presence.ts'
import { problemResponse, RequestRefused, refuse } from './problem.ts'
import { readRoutes } from './reads.ts'
import { roomRoutes } from './rooms.ts'
import { seenRoutes } from './seen.ts'
import { syncRoutes } from './sync.ts'
import { ticketRoutes } from './tickets.ts'
import { unsupportedRoutes } from './unsupported.ts'
import { webRoutes } from './web.ts'

/**
 * The HTTP side as a fetch handler. As the second argument of `fetch` it takes what `@hono/node-server` gives
 * (`{ incoming }`): the address that requests are limited by is that of its socket. Without it they are not.
 */
export function createApp(deps: HttpDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>().basePath(deps.basePath)
  app.onError(error => problemOf(error, deps))
  app.notFound(() => problemResponse({ code: 'not_found', message: 'unable to find that address' }))
  app.use('*', async (c, next) => {
    await next()
    const method = METHODS.has(c.req.method) ? c.req.method : 'other'
    deps.metrics.httpRequests.inc({ route: routePath(c), method, status: String(c.res.status) })
  })
  app.use('*', securityHeaders())
  healthRoutes(app, deps)
  app.use('/api/*', crossOrigin(deps))
  app.use('/api/*', refusesChanges(deps.health))
  guestRoutes(app, deps)
  app.use('/api/*', authenticated(deps))
  for (const routes of RESOURCES) routes(app, deps)
  if (deps.web !== null) webRoutes(app, deps.basePath, deps.web.root)
  return app
}

/** What comes once the server is going away is sent elsewhere, unless it only reads. What was there before goes on. */
function refusesChanges({ isDraining }: HttpDeps['health']): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (isDraining() && !READING.has(c.req.method)) refuse('unavailable', 'unable to answer; this node is going away')
    await next()
  }
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Methods that are counted by name: others are whatever somebody makes up. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What only somebody with a token may ask for. */
const RESOURCES = [
  roomRoutes,
  memberRoutes,
  banRoutes,
  muteRoutes,
  messageRoutes,
  syncRoutes,
  readRoutes,
  seenRoutes,
  notificationRoutes,
  presenceRoutes,
  meRoutes,
  ticketRoutes,
  commandRoutes,
  unsupportedRoutes,
]

/** Every failure as a problem. Of what nobody foresaw the asker learns nothing; the log learns all of it. */
function problemOf(error: Error, deps: HttpDeps): Response {
  if (error instanceof RequestRefused) return problemResponse(error.refusal, error.status)
  if (error instanceof StoreUnavailable) {
    deps.logger.warn({ err: error }, 'unable to read from the store')
    return problemResponse({ code: 'unavailable', message: 'unable to answer; the store is unavailable' })
  }
  deps.logger.error({ err: error }, 'unable to answer a request')
  return problemResponse({ code: 'unavailable', message: 'unable to answer; something went wrong here' }, 500)
}

import type { AddressInfo } from 'node:net'
import { DEFAULT_SESSION_LIMITS, type Problem } from '@holdfast/protocol'
import { serve } from '@hono/node-server'
import { expect } from 'vitest'
import { noAddressLimit } from '../../src/auth/address-limit.ts'
import { createAuth } from '../../src/auth/auth.ts'
import { createOriginPolicy } from '../../src/auth/origins.ts'
import { People } from '../../src/auth/people.ts'
import { createTickets } from '../../src/auth/tickets.ts'
import { createApp } from '../../src/http/app.ts'
import type { HttpDeps } from '../../src/http/deps.ts'
import type { LogCommand } from '../../src/log/command.ts'
import { Committer, DEFAULT_COMMITTER_LIMITS } from '../../src/log/committer.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { MemoryPresence } from '../../src/people/memory-presence.ts'
import { PresenceService } from '../../src/people/presence-service.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import { requestCommands } from '../../src/session/dispatch.ts'
import { Lanes } from '../../src/session/lanes.ts'
import { noPersonLimit } from '../../src/session/token-bucket.ts'
import { noSignals } from '../support/no-signals.ts'
import { signToken } from './sign-token.ts'

export const SECRET = 'a-secret-of-at-least-32-characters'

/** An HTTP answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // The tests say what they expect of it.
  readonly body: unknown
}

/** The HTTP side on a real socket, over a log in memory, everything real that it is made of. */
export interface TestApp {
  readonly url: string
  readonly deps: HttpDeps
  /** Calls as `userId`; null: without a token. A body that is no string is sent as JSON. */
  call(
    userId: string | null,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  close(): Promise<void>
}

/** Starts it; `changes` replaces parts. */
export async function startApp(changes: Partial<HttpDeps> = {}): Promise<TestApp> {
  const deps = { ...(await realDeps(changes)), ...changes }
  const app = createApp(deps)
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    deps,
    call: (userId, method, path, body, headers = {}) => call(url, userId, { method, path, body, headers }),
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

async function realDeps(changes: Partial<HttpDeps>): Promise<HttpDeps> {
  const log = changes.log ?? createMemoryLog({ platform: systemPlatform })
  const committer = new Committer({
    log,
    scheduler: systemPlatform.scheduler,
    publish: () => {},
    limits: DEFAULT_COMMITTER_LIMITS,
  })
  const submit = (command: LogCommand) => committer.submit(command)
  const people = new People(submit)
  const metrics = createMetrics()
  const limits = changes.limits ?? DEFAULT_SESSION_LIMITS
  return {
    log,
    submit,
    commands: actor =>
      requestCommands({
        submit,
        limits,
        sendLimit: noPersonLimit,
        changeLimit: noPersonLimit,
        metrics,
        signals: noSignals,
        actor,
        source: { sessionId: null, actor },
        lanes: new Lanes(),
        refresh: async () => null,
      }),
    seen: actor => people.seen(actor),
    presence: new PresenceService({
      ...{ log, clock: systemPlatform.clock, scheduler: systemPlatform.scheduler, logger: silentLogger },
      store: new MemoryPresence(systemPlatform.clock),
      publish: () => {},
    }),
    clock: systemPlatform.clock,
    ...(await createAuth({ mode: 'guest', secret: SECRET }, null, systemPlatform)),
    tickets: createTickets(systemPlatform),
    addressLimit: noAddressLimit,
    changeLimit: noPersonLimit,
    requestLimit: noPersonLimit,
    underWay: null,
    origins: createOriginPolicy(['https://app.example.com']),
    limits,
    health: { isDraining: () => false, check: async () => [{ name: 'store', ok: true }] },
    metrics,
    logger: silentLogger,
    random: systemPlatform.random,
    scheduler: systemPlatform.scheduler,
    basePath: '',
    web: null,
  }
}

interface Call {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: Record<string, string>
}

async function call(url: string, userId: string | null, { method, path, body, headers }: Call): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(userId !== null && { authorization: `Bearer ${await signToken({ sub: userId }, SECRET)}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Checks for a problem by RFC 9457 with this status and code. */
export function expectProblem(answer: Answer, status: number, code: Problem['code']): void {
  expect(answer.body, answer.text).toMatchObject({
    type: 'about:blank',
    status,
    code,
    detail: expect.stringMatching(/^unable to /),
  })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
}

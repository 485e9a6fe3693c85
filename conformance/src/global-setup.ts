import type { TestProject } from 'vitest/node'
import { startServer } from './own-server.ts'

/** Provides the shared target: the server of `HOLDFAST_URL`, or one that is started for this run and stopped after it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env.HOLDFAST_URL
  if (url === undefined) {
    const server = await startServer()
    project.provide('holdfast', { url: server.url, secret: server.secret })
    return server.dispose
  }
  const secret = process.env.HOLDFAST_JWT_SECRET
  if (secret === undefined) throw new Error('unable to sign tokens; HOLDFAST_JWT_SECRET of the target is not set')
  project.provide('holdfast', { url: url.replace(/\/$/, ''), secret })
  return undefined
}

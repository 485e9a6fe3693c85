import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { provideStrace } from '../../scripts/setup/strace.mjs'

const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor

describe('strace', () => {
  let folder = ''
  let said: string[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-strace-'))
    said = []
    vi.spyOn(console, 'log').mockImplementation(text => said.push(String(text)))
    vi.stubEnv('CI', '')
    on('linux')
  })
  afterEach(async () => {
    Object.defineProperty(process, 'platform', platform)
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    await rm(folder, { recursive: true, force: true })
  })

  function on(system: string): void {
    Object.defineProperty(process, 'platform', { ...platform, value: system })
  }

  /** A program in its place that ends like this. */
  async function straceThatEnds(code: number): Promise<string> {
    const path = join(folder, 'strace')
    await writeFile(path, `#!/bin/sh\necho not permitted\nexit ${code}\n`, { mode: 0o755 })
    vi.stubEnv('STRACE', path)
    return path
  }

  test('one that can follow a program is used', async () => {
    const path = await straceThatEnds(0)
    expect(await provideStrace()).toBe(path)
    expect(said).toEqual([])
  })

  test('where it may follow none the disk faults are left out, and one line says so and what to do', async () => {
    await straceThatEnds(1)
    expect(await provideStrace()).toBeNull()
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/DISK FAULTS ARE LEFT OUT.*allow ptrace/)
  })

  test('CI does not go without', async () => {
    await straceThatEnds(1)
    vi.stubEnv('CI', 'true')
    await expect(provideStrace()).rejects.toMatchObject({
      message: expect.stringMatching(/^unable to run the disk faults; .*allow ptrace/),
      detail: expect.stringContaining('not permitted'),
    })
  })

  test('another system has none, CI or not', async () => {
    vi.stubEnv('CI', 'true')
    on('darwin')
    expect(await provideStrace()).toBeNull()
    expect(said).toHaveLength(1)
  })

  test('a STRACE that is not there is an error', async () => {
    vi.stubEnv('STRACE', join(folder, 'none'))
    await expect(provideStrace()).rejects.toThrow('there is no such file')
  })
})

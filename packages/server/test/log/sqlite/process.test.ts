import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newFolder } from '../folders.ts'
import { ann } from '../kit.ts'
import { WriterProcess } from './child.ts'
import { openWatched } from './open-harness.ts'

const ROUNDS = 5

describe('processes:', () => {
  let folder: ReturnType<typeof newFolder>
  let started: WriterProcess[]
  beforeEach(() => {
    folder = newFolder()
    started = []
  })
  afterEach(async () => {
    for (const process of started) await process.kill()
    folder.remove()
  })

  const start = (name: string) => {
    const process = new WriterProcess(folder.path, name)
    started.push(process)
    return process
  }

  it('[K1] kill -9 in the middle of writing: whatever was acknowledged is there, at its seq, and no seq is missing', async () => {
    const acked = new Map<string, string>()
    for (let round = 0; round < ROUNDS; round++) {
      const writer = start(`${round}`)
      await writer.told(150 + 61 * round)
      await writer.kill()
      expect(writer.errors).toBe('')
      const acks = writer.lines.filter(line => line.startsWith('ack '))
      expect(acks.length).toBeGreaterThan(100)
      for (const ack of acks) acked.set(ack.split(' ')[1] ?? '', ack)

      const { h, log } = await openWatched(folder.path)
      const events = await h.events('r')
      expect(events.map(event => event.seq)).toEqual(events.map((_, i) => i + 1))
      expect(await log.head('r')).toMatchObject({ seq: events.length })
      const stored = new Set(
        events.flatMap(event => {
          if (event.kind !== 'message.created') return []
          const { clientId, seq, id, content } = event.message
          expect(content).toBe(`message ${clientId}`)
          return [`ack ${clientId} ${seq} ${id}`]
        }),
      )
      expect([...acked.values()].filter(ack => !stored.has(ack))).toEqual([])
      await log.close()
    }
  })

  it('[K2] a second server on the folder stops with one line that names it; a killed one leaves no lock behind', async () => {
    const { log } = await openWatched(folder.path)
    const line = `unable to use the data folder ${folder.path}; another server is running on it`
    await expect(openWatched(folder.path), 'in the same process').rejects.toThrow(line)
    const second = start('x')
    expect(await second.ended()).toBe(1)
    expect(second.errors).toContain(line)
    expect(second.lines).toEqual([])
    await log.close()

    const third = start('x')
    await third.told(1)
    await expect(openWatched(folder.path), 'of another process').rejects.toThrow(line)
    await third.kill()
    const { h, log: last } = await openWatched(folder.path)
    await h.create(ann, 'another')
    await last.close()
  })
})

import { expect, it } from 'vitest'
import type { HistoryRequest } from '../../../src/log/room-log.ts'
import { ann, bob, done, given, type Harness, refusedWith } from '../kit.ts'

export function historyRules(use: () => Harness): void {
  const read = async (h: Harness, from: HistoryRequest['from'], limit = 10) => {
    const page = await given(h.log.history({ roomId: 'r', actor: ann, limit, from }))
    return { ...page, texts: page.messages.map(message => message.content) }
  }

  /** `m0` … at seq 3 …, every other event a reaction to the first. */
  const fill = async (h: Harness, count: number) => {
    await h.create(ann, 'r', { members: [] })
    const ids: string[] = []
    for (let i = 0; i < count; i++) {
      ids.push(await h.say(ann, 'r', `m${i}`))
      await h.run({ kind: 'reaction.add', actor: ann, roomId: 'r', messageId: ids[0] ?? '', key: `k${i}` })
    }
    return ids
  }

  it('[L90] pages lead from the latest to the oldest message, none twice, none skipped, whatever is written meanwhile', async () => {
    const h = use()
    await fill(h, 23)
    const pages: string[][] = []
    let page = await read(h, { kind: 'latest' }, 5)
    for (;;) {
      pages.unshift(page.texts)
      expect(page.hasMore).toBe(page.nextCursor !== null)
      if (page.nextCursor === null) break
      await h.say(ann, 'r', 'meanwhile')
      await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId: page.messages[0]?.id ?? '' }))
      page = await read(h, { kind: 'before', cursor: page.nextCursor }, 5)
    }
    expect(pages.flat()).toEqual(Array.from({ length: 23 }, (_, i) => `m${i}`))
  })

  it('[L95] a page that ends with the last message there is says so', async () => {
    const h = use()
    await fill(h, 6)
    const end = { hasMore: false, nextCursor: null }
    expect(await read(h, { kind: 'latest' }, 6)).toMatchObject(end)
    expect(await read(h, { kind: 'after', seq: 0 }, 6)).toMatchObject(end)
    const half = await read(h, { kind: 'latest' }, 3)
    expect(await read(h, { kind: 'before', cursor: half.nextCursor ?? '' }, 3)).toMatchObject({
      ...end,
      texts: ['m0', 'm1', 'm2'],
    })
  })

  it('[L91] after a seq, pages lead forward to the newest', async () => {
    const h = use()
    await fill(h, 11)
    const texts: string[] = []
    let page = await read(h, { kind: 'after', seq: 3 }, 4)
    for (;;) {
      texts.push(...page.texts)
      expect(page.hasMore).toBe(page.nextCursor !== null)
      if (page.nextCursor === null) break
      page = await read(h, { kind: 'before', cursor: page.nextCursor }, 4)
    }
    expect(texts).toEqual(Array.from({ length: 10 }, (_, i) => `m${i + 1}`))
    expect(await read(h, { kind: 'after', seq: 4_000 })).toMatchObject({ texts: [], hasMore: false, nextCursor: null })
  })

  it('[L92] around a message: half a page on either side, and what one side lacks the other gives', async () => {
    const h = use()
    const ids = await fill(h, 9)
    const around = async (i: number, limit: number) => read(h, { kind: 'around', messageId: ids[i] ?? '' }, limit)
    expect(await around(4, 5)).toMatchObject({ texts: ['m2', 'm3', 'm4', 'm5', 'm6'], hasMore: true })
    expect(await around(4, 4)).toMatchObject({ texts: ['m3', 'm4', 'm5', 'm6'] })
    expect(await around(0, 5)).toMatchObject({
      texts: ['m0', 'm1', 'm2', 'm3', 'm4'],
      hasMore: false,
      nextCursor: null,
    })
    expect(await around(8, 5)).toMatchObject({ texts: ['m4', 'm5', 'm6', 'm7', 'm8'] })
    expect(await around(5, 1)).toMatchObject({ texts: ['m5'] })
    expect(await around(3, 100)).toMatchObject({ texts: ids.map((_, i) => `m${i}`), hasMore: false })
    const { nextCursor } = await around(4, 5)
    expect(await read(h, { kind: 'before', cursor: nextCursor ?? '' })).toMatchObject({ texts: ['m0', 'm1'] })
    await refusedWith(
      'not_found',
      h.log.history({ roomId: 'r', actor: ann, limit: 5, from: { kind: 'around', messageId: 'x' } }),
    )
  })

  it('[L93] a page tells the epoch and the seq of which it is', async () => {
    const h = use()
    await fill(h, 1)
    expect(await read(h, { kind: 'latest' })).toMatchObject(await h.log.head('r').then(head => ({ ...head })))
    await h.create(ann, 'empty')
    const empty = await given(h.log.history({ roomId: 'empty', actor: bob, limit: 5, from: { kind: 'latest' } }))
    expect(empty).toMatchObject({ messages: [], hasMore: false, nextCursor: null, seq: 2 })
  })

  it('[L94] a cursor that is none is a bad request', async () => {
    const h = use()
    await fill(h, 1)
    for (const cursor of [
      '',
      'b',
      'b.',
      'b.-1',
      'b.1.5',
      'c.3',
      'b.1e3',
      'b.NaN',
      `b.${'9'.repeat(16)}`,
      "b.1' --",
      'm.1',
    ]) {
      await refusedWith(
        'bad_request',
        h.log.history({ roomId: 'r', actor: ann, limit: 5, from: { kind: 'before', cursor } }),
      )
    }
    expect(await read(h, { kind: 'before', cursor: 'b.9007199254740991' })).toMatchObject({ texts: ['m0'] })
    expect(await read(h, { kind: 'before', cursor: 'b.0' })).toMatchObject({ texts: [], hasMore: false })
  })
}

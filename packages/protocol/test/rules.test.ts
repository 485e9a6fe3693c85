import {
  CLOSE,
  canChangeRole,
  canDeleteMessage,
  canEditMessage,
  canRemoveMember,
  createRoomBodySchema,
  cursorOf,
  ERROR_CODES,
  formatCursor,
  isRetryable,
  isRoomId,
  isStorableText,
  isUserId,
  MAX_INBOX_CURSOR,
  MAX_MENTIONS,
  messageEditSchema,
  needsNewToken,
  parseCursor,
  patchMeBodySchema,
  patchMessageBodySchema,
  putNotificationsBodySchema,
  type Role,
  sessionHelloSchema,
  shouldReconnect,
  statusOf,
  toStorableText,
  utf8Length,
} from '@holdfast/protocol'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

describe('cursors', () => {
  it('[P1.cursor] a token is read back as it was written, whatever the epoch', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (epoch, seq) => {
        expect(parseCursor(formatCursor({ epoch, seq }))).toEqual({ epoch, seq })
      }),
    )
  })

  it.each(['', ':', ':1', 'e:', 'e:-1', 'e:1.5', 'e:99999999999999999', 'e'])('[P1.cursor] %j is none', token => {
    expect(parseCursor(token)).toBeNull()
  })

  it('[P4.cursor] epoch or seq alone counts as none', () => {
    expect(cursorOf({ epoch: 'e' })).toBeNull()
    expect(cursorOf({ seq: 1 })).toBeNull()
    expect(cursorOf({ epoch: 'e', seq: 0 })).toEqual({ epoch: 'e', seq: 0 })
  })
})

describe('close codes', () => {
  it.each([1001, 1006, 1009, 1011, 1012, 4000, 4001, 4005, 4008, 4012, 4029, 4499])(
    '[P4.close] %i: reconnect',
    code => {
      expect(shouldReconnect(code)).toBe(true)
    },
  )

  it.each([4500, 4501, 4503, 4505, 4999])('[P4.close] %i: do not reconnect', code => {
    expect(shouldReconnect(code)).toBe(false)
  })

  it('[P4.close] only expiry and refusal of the token ask for a new one', () => {
    expect(Object.values(CLOSE).filter(needsNewToken)).toEqual([4005, 4501])
  })
})

describe('errors', () => {
  it('[P5.status] every code has a status, and exactly the passing ones are retryable', () => {
    expect(Object.fromEntries(ERROR_CODES.map(code => [code, statusOf(code)]))).toEqual({
      bad_request: 400,
      unauthorized: 401,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      too_large: 413,
      rate_limited: 429,
      muted: 403,
      out_of_order: 409,
      unavailable: 503,
      unsupported: 501,
    })
    expect(ERROR_CODES.filter(isRetryable)).toEqual(['rate_limited', 'out_of_order', 'unavailable'])
  })
})

describe('text', () => {
  it('[P0.sizes] lengths are those of an encoder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length)
      }),
    )
  })

  it('[P0.text] what is storable comes back from an encoder as it was, without U+0000', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map(unit => String.fromCharCode(unit)) }), text => {
        const roundTrip = new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
        expect(isStorableText(text)).toBe(roundTrip === text && !text.includes('\0'))
        expect(isStorableText(toStorableText(text))).toBe(true)
      }),
    )
  })

  it('[P0.ids] ids are what the contract says', () => {
    expect(['a', 'A_-9', 'x'.repeat(64), '__proto__'].every(isRoomId)).toBe(true)
    expect(['', 'a b', 'x'.repeat(65), 'room:*', 'ä'].some(isRoomId)).toBe(false)
    expect(['a', 'ann@example.org', 'ü'.repeat(64)].every(isUserId)).toBe(true)
    expect(['', 'a\n', 'ü'.repeat(65), '\ud800'].some(isUserId)).toBe(false)
  })
})

describe('permissions', () => {
  const roles: readonly (Role | null)[] = ['owner', 'admin', 'member', null]
  const pairs = (rule: (a: Role | null, b: Role) => boolean) =>
    roles.flatMap(a => (['owner', 'admin', 'member'] as const).filter(b => rule(a, b)).map(b => `${a}>${b}`))

  it('[PERM-1] only somebody of lower rank is removed', () => {
    expect(pairs(canRemoveMember)).toEqual(['owner>admin', 'owner>member', 'admin>member'])
  })

  it('[PERM-2] nobody raises anybody to their own rank or above, but owners', () => {
    for (const role of roles)
      for (const from of ['owner', 'admin', 'member'] as const)
        for (const to of ['owner', 'admin', 'member'] as const)
          expect(canChangeRole(role, from, to)).toBe(
            role === 'owner' || (role === 'admin' && from === 'member' && to === 'member'),
          )
  })

  it('[PERM-3] one edits one’s own; owners and admins delete others’', () => {
    expect(roles.map(role => [canEditMessage(role, true), canEditMessage(role, false)])).toEqual([
      [true, false],
      [true, false],
      [true, false],
      [false, false],
    ])
    expect(roles.map(role => [canDeleteMessage(role, true), canDeleteMessage(role, false)])).toEqual([
      [true, true],
      [true, true],
      [true, false],
      [false, false],
    ])
  })
})

describe('bodies', () => {
  it('[P5.rooms] a room needs a name, but for a direct one', () => {
    expect(v.is(createRoomBodySchema, { type: 'public' })).toBe(false)
    expect(v.is(createRoomBodySchema, { type: 'public', name: ' ' })).toBe(false)
    expect(v.is(createRoomBodySchema, { type: 'public', name: 'a' })).toBe(true)
    expect(v.is(createRoomBodySchema, { type: 'direct', members: ['bob'] })).toBe(true)
  })

  it('[C31] metadata is bounded in bytes and in depth', () => {
    let deep: object = {}
    for (let i = 0; i < 15; i++) deep = { deep }
    expect(v.is(createRoomBodySchema, { type: 'public', name: 'a', metadata: deep })).toBe(true)
    for (let i = 0; i < 20_000; i++) deep = { deep }
    expect(v.is(createRoomBodySchema, { type: 'public', name: 'a', metadata: deep })).toBe(false)
    expect(v.is(createRoomBodySchema, { type: 'public', name: 'a', metadata: { x: 'y'.repeat(9_000) } })).toBe(false)
    expect(v.is(createRoomBodySchema, { type: 'public', name: 'a', metadata: [] })).toBe(false)
    expect(v.is(createRoomBodySchema, { type: 'public', name: 'a', metadata: { x: { y: [1] } } })).toBe(true)
  })
})

describe('signals', () => {
  it('[P4.mentions] an edit names as few or as many as a message, and may leave it', () => {
    const edit = { type: 'message.edit', ref: 'e', roomId: 'r', messageId: 'm', content: 'x' }
    const people = Array.from({ length: MAX_MENTIONS + 1 }, (_, i) => `u${i}`)
    for (const [mentions, isFine] of [
      [undefined, true],
      [[], true],
      [people.slice(1), true],
      [people, false],
      [null, false],
      [['a\n'], false],
    ] as const) {
      expect(v.is(messageEditSchema, mentions === undefined ? edit : { ...edit, mentions })).toBe(isFine)
      expect(v.is(patchMessageBodySchema, { content: 'x', ...(mentions !== undefined && { mentions }) })).toBe(isFine)
    }
  })

  it('[P4.inbox] a cursor of the inbox is bounded', () => {
    const hello = { type: 'session.hello', protocol: 1, client: { name: 'c', version: '1' }, inbox: true }
    expect(v.is(sessionHelloSchema, { ...hello, inboxSince: 'x'.repeat(MAX_INBOX_CURSOR) })).toBe(true)
    expect(v.is(sessionHelloSchema, { ...hello, inboxSince: 'x'.repeat(MAX_INBOX_CURSOR + 1) })).toBe(false)
  })

  it('[P5.me] settings are changed one by one', () => {
    for (const body of [{}, { readReceipts: false }, { appearOffline: true }]) {
      expect(v.is(patchMeBodySchema, body)).toBe(true)
    }
    expect(v.is(patchMeBodySchema, { readReceipts: 'no' })).toBe(false)
    expect(v.is(putNotificationsBodySchema, {})).toBe(false)
  })
})

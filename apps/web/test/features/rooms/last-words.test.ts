import type { Message } from '@holdfast/protocol'
import { describe, expect, it } from 'vitest'
import { lastWords, oneLine } from '../../../src/features/rooms/last-words.ts'

function message(changes: Partial<Message>): Message {
  return {
    id: 'm',
    seq: 1,
    roomId: 'r',
    senderId: 'ana',
    senderName: 'Ana',
    clientId: 'c',
    type: 'text',
    content: 'on my way',
    replyTo: null,
    attachments: [],
    mentions: [],
    seen: null,
    createdAt: 0,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
    ...changes,
  }
}

const file = (name: string) => ({ id: name, name, mediaType: 'text/plain', size: 1 })

describe('lastWords', () => {
  it.each([
    ['names the sender', {}, 'public', 'Ana', 'on my way'],
    ['names nobody between two', {}, 'direct', null, 'on my way'],
    ['calls me “You”', { senderId: 'me' }, 'public', 'You', 'on my way'],
    ['calls me “You” between two as well', { senderId: 'me' }, 'direct', 'You', 'on my way'],
    ['is one line', { content: '  on\n\tmy   way\n' }, 'public', 'Ana', 'on my way'],
    ['says that it was deleted', { content: '', deletedAt: 1 }, 'public', null, 'Message deleted'],
    ['lets the server speak for itself', { type: 'system', content: 'Moved' }, 'public', null, 'Moved'],
    ['names a file', { content: '', attachments: [file('a.pdf')] }, 'public', 'Ana', 'a.pdf'],
    [
      'names the first of several files',
      { content: '', attachments: [file('a'), file('b'), file('c')] },
      'direct',
      null,
      'a and 2 more',
    ],
    [
      'leaves the line to what was said when a name is long',
      { senderName: 'A name as long as names may be' },
      'public',
      'A name as long a…',
      'on my way',
    ],
  ] as const)('%s', (_, changes, type, by, words) => {
    expect(lastWords(message(changes as Partial<Message>), type, 'me')).toEqual({ by, words })
  })
})

describe('oneLine', () => {
  it('cuts what no width shows, and no letter in two', () => {
    const line = oneLine('😀'.repeat(1_000))
    expect([...line].length).toBe(200)
    expect(line.isWellFormed()).toBe(true)
  })
})

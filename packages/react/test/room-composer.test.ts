import { HoldfastError } from '@holdfast/client'
import { describe, expect, it } from 'vitest'
import { bindingOf } from '../src/binding.ts'
import { RoomComposer } from '../src/room-composer.ts'
import { FakeClient, FakeRoom, message } from './fake-client.ts'

function setUp() {
  const room = new FakeRoom('r')
  return { room, composer: new RoomComposer(room.asHandle()) }
}

describe('RoomComposer', () => {
  it('sends the draft without the white space around it, and empties it', () => {
    const { room, composer } = setUp()
    composer.setText('  hello\n')
    expect(composer.send()?.clientId).toBe('c1')
    expect(room.sent).toEqual([{ content: 'hello', options: { replyTo: null } }])
    expect(composer.getSnapshot().text).toBe('')
  })

  it('puts a message that was not taken, since too many wait, back before what was written since', async () => {
    const { room, composer } = setUp()
    room.sendAnswer = Promise.reject(new HoldfastError('unavailable', 'unable to send; too many are waiting'))
    composer.setText('one more')
    composer.reply(message(1, 'question'))
    composer.send()
    composer.setText('and')
    await Promise.resolve()
    expect(composer.getSnapshot()).toMatchObject({ text: 'one more\nand', replyTo: { id: 'm1' } })
  })

  it('leaves a message that was taken, and refused later, to the timeline', async () => {
    const { room, composer } = setUp()
    room.sendAnswer = Promise.reject(new HoldfastError('muted', 'unable to send; you are muted'))
    composer.setText('hello')
    composer.send()
    await Promise.resolve()
    expect(composer.getSnapshot().text).toBe('')
  })

  it.each([
    ['signs out', (fake: FakeClient) => fake.connection.set({ state: 'stopped', reason: 'logged_out', message: '' })],
    [
      'is another one',
      (fake: FakeClient) => {
        fake.userId = 'you'
        fake.connection.set({ state: 'online', since: 1 })
      },
    ],
  ])('is empty once the person %s', (_what, change) => {
    const fake = new FakeClient()
    const composer = bindingOf(fake.asClient()).composer(fake.room('r'))
    composer.setText('private')
    fake.connection.set({ state: 'waiting', attempt: 1, retryAt: 0, reason: '' })
    expect(composer.getSnapshot().text).toBe('private')
    change(fake)
    expect(composer.getSnapshot().text).toBe('')
  })

  it('tells of each key, and that it stopped when nothing is left to say', () => {
    const { room, composer } = setUp()
    composer.setText('h')
    composer.setText('hi')
    composer.setText('hi')
    expect(room.keys).toEqual(['typing', 'typing'])
    composer.setText(' ')
    expect(room.keys).toEqual(['typing', 'typing', 'stop'])
  })

  it('stops typing when the field is left, and keeps the draft', () => {
    const { room, composer } = setUp()
    composer.setText('h')
    composer.pause()
    expect(room.keys).toEqual(['typing', 'stop'])
    expect(composer.getSnapshot().text).toBe('h')
  })

  it('does not claim that somebody types when a message comes back into the draft, or is edited', async () => {
    const { room, composer } = setUp()
    room.sendAnswer = Promise.reject(new HoldfastError('unavailable', 'unable to send; too many are waiting'))
    composer.setText('one more')
    composer.send()
    await Promise.resolve()
    composer.startEdit(message(1, 'helo'))
    composer.setEditText('hello')
    expect(composer.getSnapshot().text).toBe('one more')
    expect(room.keys).toEqual(['typing'])
  })

  it('sends nothing when there is only white space', () => {
    const { room, composer } = setUp()
    composer.setText(' \n ')
    expect(composer.send()).toBeNull()
    expect(room.sent).toEqual([])
  })

  it('answers the message replied to once, and not with the next draft', () => {
    const { room, composer } = setUp()
    composer.reply(message(1, 'question'))
    composer.setText('answer')
    composer.send()
    composer.setText('more')
    composer.send()
    expect(room.sent.map(({ options }) => options?.replyTo)).toEqual(['m1', null])
  })

  it('keeps the draft while a message is edited', async () => {
    const { room, composer } = setUp()
    composer.setText('half a thought')
    composer.startEdit(message(1, 'helo'))
    composer.setEditText('hello')
    expect(await composer.saveEdit()).toBe(true)
    expect(room.edits).toEqual([{ messageId: 'm1', content: 'hello' }])
    expect(composer.getSnapshot()).toEqual({ text: 'half a thought', replyTo: null, edit: null })
  })

  it('asks nothing of the server when the text is as it was', async () => {
    const { room, composer } = setUp()
    composer.startEdit(message(1, 'hello'))
    expect(await composer.saveEdit()).toBe(true)
    expect(room.edits).toEqual([])
  })

  it('keeps the edit open, with the reason, when the server refuses it', async () => {
    const { room, composer } = setUp()
    room.editAnswer = Promise.reject(new Error('unable to edit; you are muted'))
    composer.startEdit(message(1, 'helo'))
    composer.setEditText('hello')
    expect(await composer.saveEdit()).toBe(false)
    expect(composer.getSnapshot().edit).toMatchObject({
      text: 'hello',
      saving: false,
      error: 'unable to edit; you are muted',
    })
  })

  it('saves once however often it is asked while it saves', async () => {
    const { room, composer } = setUp()
    composer.startEdit(message(1, 'helo'))
    composer.setEditText('hello')
    await Promise.all([composer.saveEdit(), composer.saveEdit()])
    expect(room.edits).toHaveLength(1)
  })

  it('does not close the edit of another message when a save comes back late', async () => {
    const { composer } = setUp()
    composer.startEdit(message(1, 'helo'))
    composer.setEditText('hello')
    const saved = composer.saveEdit()
    composer.startEdit(message(2, 'other'))
    await saved
    expect(composer.getSnapshot().edit?.message.id).toBe('m2')
  })

  it('does not save an edit of nothing: emptying a message is deleting it, and that asks first', async () => {
    const { room, composer } = setUp()
    composer.startEdit(message(1, 'hello'))
    composer.setEditText('  ')
    expect(await composer.saveEdit()).toBe(false)
    expect(room.edits).toEqual([])
  })

  it('tells its listeners of each change and not after they have left', () => {
    const { composer } = setUp()
    let calls = 0
    const leave = composer.subscribe(() => {
      calls += 1
    })
    composer.setText('a')
    leave()
    composer.setText('b')
    expect(calls).toBe(1)
  })
})

import { Window } from 'happy-dom'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { browserActivity } from '../../src/signals/browser.ts'
import { World } from '../support/world.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
  vi.unstubAllGlobals()
})

/** A page, as the client finds it in a browser. */
function page(): Window {
  const window = new Window()
  cleanUps.push(() => window.happyDOM.close())
  vi.stubGlobal('window', window)
  vi.stubGlobal('document', window.document)
  return window
}

describe('what a browser knows of its person', () => {
  test('a browser that grants no channel between its tabs has a client all the same, which goes away by itself', async () => {
    page()
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        constructor() {
          throw new Error('The operation is insecure.')
        }
      },
    )
    const world = new World()
    const { client, room } = await world.join('ann')
    expect(client.rooms.getSnapshot().loading).toBe(false)
    await room.send('one').acknowledged
    expect(room.getSnapshot().timeline).toMatchObject([{ status: 'sent' }])
    await world.time.advance(300_000)
    expect(client.presence.getSnapshot().mine.isIdle).toBe(true)
    client.disconnect()
  })

  test('input is keys, pointer and coming back to the window; an element that is given the focus is none', () => {
    const window = page()
    const input = window.document.createElement('input')
    window.document.body.append(input)
    let inputs = 0
    const stop = browserActivity()?.watch(() => inputs++)
    input.dispatchEvent(new window.FocusEvent('focus'))
    expect(inputs).toBe(0)
    input.dispatchEvent(new window.KeyboardEvent('keydown', { bubbles: true }))
    expect(inputs).toBe(1)
    window.dispatchEvent(new window.FocusEvent('focus'))
    expect(inputs).toBe(2)
    window.document.dispatchEvent(new window.Event('visibilitychange', { bubbles: true }))
    expect(inputs).toBe(3)
    Object.defineProperty(window.document, 'visibilityState', { value: 'hidden' })
    window.document.dispatchEvent(new window.Event('visibilitychange', { bubbles: true }))
    expect(inputs).toBe(3)
    stop?.()
    window.dispatchEvent(new window.FocusEvent('focus'))
    expect(inputs).toBe(3)
  })
})

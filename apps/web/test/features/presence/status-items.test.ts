import type { MyPresence } from '@holdfast/client'
import { describe, expect, it, vi } from 'vitest'
import { type StatusParts, statusSections } from '../../../src/features/presence/status-items.tsx'
import { clockTime } from '../../../src/ui/dates.ts'

const NOW = new Date(2026, 10, 22, 12, 0).getTime()
const MINUTE = 60_000

function menu(changes: Partial<MyPresence> = {}, appearOffline = false) {
  const mine = {
    status: 'online' as const,
    wish: null,
    isIdle: false,
    customStatus: null,
    dndUntil: null,
    setStatus: vi.fn(),
    setCustomStatus: vi.fn(),
    setDoNotDisturb: vi.fn(),
    ...changes,
  }
  const parts = {
    mine,
    settings: { readReceipts: true, appearOffline },
    now: NOW,
    onWish: vi.fn(),
    onAppearOffline: vi.fn(),
    onAskStatus: vi.fn(),
    onAskSettings: vi.fn(),
  } satisfies StatusParts
  const sections = statusSections(parts)
  const items = sections.flatMap(section => section.items)
  const pick = (label: string) => items.find(item => item.label === label)?.onPick()
  return { ...parts, sections, items, pick }
}

describe('the menu of my status', () => {
  it.each([
    [null, false, 'Online'],
    ['away', false, 'Away'],
    ['busy', false, 'Busy'],
    [null, true, 'Appear offline'],
    ['busy', true, 'Appear offline'],
  ] as const)('with the wish %s and appearing offline %s exactly “%s” is checked', (wish, isHidden, label) => {
    const { items } = menu({ wish }, isHidden)
    expect(items.filter(item => item.isChecked === true).map(item => item.label)).toEqual([label])
  })

  it('who chooses to be seen is hidden no longer, and whoever was not hidden sends no such setting', () => {
    const hidden = menu({}, true)
    hidden.pick('Busy')
    expect(hidden.onAppearOffline).toHaveBeenCalledExactlyOnceWith(false)
    expect(hidden.onWish).toHaveBeenCalledExactlyOnceWith('busy')
    const seen = menu({ wish: 'busy' })
    seen.pick('Online')
    expect(seen.onAppearOffline).not.toHaveBeenCalled()
    expect(seen.onWish).toHaveBeenCalledExactlyOnceWith(null)
    seen.pick('Appear offline')
    expect(seen.onAppearOffline).toHaveBeenCalledExactlyOnceWith(true)
  })

  it('offers three times to be left alone, and while one runs says until when and how to end it', () => {
    const free = menu()
    for (const label of ['For 30 minutes', 'For 1 hour', 'Until tomorrow']) free.pick(label)
    const morning = new Date(2026, 10, 23, 8, 0).getTime()
    expect(free.mine.setDoNotDisturb.mock.calls).toEqual([[NOW + 30 * MINUTE], [NOW + 60 * MINUTE], [morning]])
    const left = menu({ dndUntil: NOW + MINUTE })
    expect(left.sections[1]?.title).toBe(`Do not disturb until ${clockTime(NOW + MINUTE)}`)
    left.pick('Turn off')
    expect(left.mine.setDoNotDisturb).toHaveBeenCalledExactlyOnceWith(null)
    expect(menu({ dndUntil: NOW }).sections[1]?.title, 'one that is over').toBe('Do not disturb')
  })

  it('offers to clear what one says only when something is said', () => {
    expect(menu().items.some(item => item.label === 'Clear status')).toBe(false)
    const said = menu({ customStatus: 'At sea' })
    said.pick('Clear status')
    expect(said.mine.setCustomStatus).toHaveBeenCalledExactlyOnceWith(null)
    said.pick('Change status…')
    expect(said.onAskStatus).toHaveBeenCalledOnce()
  })
})

import type { Signals } from '../../src/session/signals.ts'

/** Carries nothing: for tests of what has no signals. */
export const noSignals: Signals = {
  begin: () => {},
  end: () => {},
  typing: async () => null,
  setPresence: async () => null,
  watchPresence: async () => null,
}

/** How long a member waits between two messages, as it is offered: milliseconds and words. */
export interface SlowMode {
  readonly ms: number
  readonly words: string
}

const CHOICES: readonly SlowMode[] = [
  { ms: 0, words: 'Off' },
  { ms: 10_000, words: '10 seconds' },
  { ms: 60_000, words: '1 minute' },
  { ms: 300_000, words: '5 minutes' },
]

/** What is offered where it is `currentMs` now: that stands among the choices, also when an application chose another. */
export function slowModes(currentMs: number): readonly SlowMode[] {
  if (CHOICES.some(choice => choice.ms === currentMs)) return CHOICES
  const current = { ms: currentMs, words: `${currentMs / 1_000} seconds` }
  return [...CHOICES, current].sort((a, b) => a.ms - b.ms)
}

/** The reactions on offer: what travels, and what it is called. */
export interface ReactionKind {
  readonly key: string
  readonly name: string
}

export const QUICK_REACTIONS: readonly ReactionKind[] = [
  { key: '👍', name: 'thumbs up' },
  { key: '❤️', name: 'love' },
  { key: '😂', name: 'laughing' },
  { key: '🎉', name: 'celebrate' },
  { key: '👀', name: 'looking' },
  { key: '✅', name: 'done' },
]

/** What a reaction is called; one from elsewhere is called by its key. */
export function reactionName(key: string): string {
  return QUICK_REACTIONS.find(kind => kind.key === key)?.name ?? key
}

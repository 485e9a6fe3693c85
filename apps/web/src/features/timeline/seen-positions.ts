import type { RoomView } from '@holdfast/client'

/**
 * How far each of the others has read, least first; null when not everybody's position is known: somebody does not show
 * theirs, or the room is a large one. Then how many have seen a message is for the server to say.
 */
export function seenPositions({
  reads,
  memberCount,
}: Pick<RoomView, 'reads' | 'memberCount'>): readonly number[] | null {
  const positions = Object.values(reads)
  return positions.length > 0 && positions.length === memberCount - 1 ? positions.sort((a, b) => a - b) : null
}

/** How many of `positions` have reached `seq`, by halving. */
export function countReached(positions: readonly number[], seq: number): number {
  let low = 0
  let high = positions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((positions[middle] ?? 0) >= seq) high = middle
    else low = middle + 1
  }
  return positions.length - low
}

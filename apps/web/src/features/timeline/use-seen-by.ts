import type { Message, SeenAnswer } from '@holdfast/protocol'
import { useRoom } from '@holdfast/react'
import { useEffect, useState } from 'react'
import { knownName } from './known-name.ts'
import { seenPositions } from './seen-positions.ts'

/** Who has seen a message. */
interface Seen {
  /** Of those whose names are known. */
  readonly names: readonly string[]
  /** How many there are in all, counted up to `SEEN_CAP`. */
  readonly count: number
}

const NOBODY: SeenAnswer = { count: 0, userIds: [] }

/** Who has seen an own message, as of now: from the positions at hand, and where these are not all there are, from the server. */
export function useSeenBy(message: Message): Seen {
  const { view, handle } = useRoom(message.roomId)
  const [answer, setAnswer] = useState(NOBODY)
  const isAtHand = seenPositions(view) !== null
  useEffect(() => {
    if (isAtHand) return
    let isWanted = true
    handle.seenBy(message.id).then(
      told => isWanted && setAnswer(told),
      // What is at hand stays, and is true as far as it goes.
      () => {},
    )
    return () => {
      isWanted = false
    }
  }, [handle, message.id, isAtHand])
  const here = Object.keys(view.reads).filter(userId => (view.reads[userId] ?? 0) >= message.seq)
  const userIds = [...new Set([...here, ...answer.userIds])]
  const names = userIds.map(userId => knownName(view, userId)).filter(name => name !== null)
  return { names, count: Math.max(answer.count, userIds.length) }
}

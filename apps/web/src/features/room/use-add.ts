import type { RoomHandle } from '@holdfast/client'
import { useState } from 'react'
import { failureWords } from '../../ui/failure-words.ts'

/** Adding people to a room, and what has come of it. */
export interface Adding {
  readonly add: (userId: string) => void
  /** Whom this has added. The room's own list may be behind, or hold only a part of a large room. */
  readonly added: ReadonlySet<string>
  /** The last success in words. */
  readonly said: string | null
  /** The last failure in words. */
  readonly problem: string | null
}

const NOBODY: ReadonlySet<string> = new Set()

/** Puts people into the room of `handle`, one call each. */
export function useAdd(handle: RoomHandle): Adding {
  const [added, setAdded] = useState(NOBODY)
  const [said, setSaid] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const add = (userId: string) => {
    setSaid(null)
    setProblem(null)
    handle.members.put(userId).then(
      member => {
        setAdded(before => new Set(before).add(userId))
        setSaid(`${member.name} is in the room now.`)
      },
      (cause: unknown) => setProblem(failureWords(cause)),
    )
  }
  return { add, added, said, problem }
}

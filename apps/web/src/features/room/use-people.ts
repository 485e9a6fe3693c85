import { useHoldfast } from '@holdfast/react'
import { useEffect, useState } from 'react'
import { later } from '../../platform/browser.ts'
import { type Acquaintance, MAX_OFFERED, matching, merged, readPeople } from './people-search.ts'

/** How long a pause in typing starts the search in large rooms, in milliseconds. */
const PAUSE_MS = 250

/** The people whom I share rooms with. */
export interface People {
  /** Those meant by the query, at most {@link MAX_OFFERED}. */
  readonly found: readonly Acquaintance[]
  /** How many more are meant than are shown. */
  readonly more: number
  readonly isReading: boolean
  readonly hasFailed: boolean
  /** Two people of this name are known. */
  readonly isAmbiguous: (name: string) => boolean
}

interface Read {
  readonly people: readonly Acquaintance[]
  readonly large: readonly string[]
  readonly state: 'reading' | 'ready' | 'failed'
}

const BEFORE: Read = { people: [], large: [], state: 'reading' }

/**
 * Looks for `query` among the members of my rooms, but for `excluded`. Their first members are read once, when this mounts;
 * rooms that have more are asked for the query.
 */
export function usePeople(query: string, excluded: ReadonlySet<string>): People {
  const client = useHoldfast()
  const [known, setKnown] = useState(BEFORE)
  useEffect(() => {
    let isWanted = true
    const roomIds = client.rooms.getSnapshot().rooms.map(room => room.id)
    void readPeople(roomIds, roomId => client.room(roomId).members.list()).then(({ people, large, hasFailed }) => {
      if (isWanted) setKnown({ people, large, state: hasFailed ? 'failed' : 'ready' })
    })
    return () => {
      isWanted = false
    }
  }, [client])
  const { large } = known
  useEffect(() => {
    if (query === '' || large.length === 0) return
    let isWanted = true
    const cancel = later(() => {
      void readPeople(large, roomId => client.room(roomId).members.list({ query })).then(({ people }) => {
        if (isWanted) setKnown(before => ({ ...before, people: merged(before.people, people) }))
      })
    }, PAUSE_MS)
    return () => {
      isWanted = false
      cancel()
    }
  }, [client, query, large])
  const others = known.people.filter(person => !excluded.has(person.userId))
  const all = matching(others, query)
  return {
    found: all.slice(0, MAX_OFFERED),
    more: Math.max(0, all.length - MAX_OFFERED),
    isReading: known.state === 'reading',
    hasFailed: known.state === 'failed',
    isAmbiguous: name => known.people.filter(person => person.name === name).length > 1,
  }
}

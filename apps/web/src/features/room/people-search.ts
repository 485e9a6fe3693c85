import type { Member, MemberPage } from '@holdfast/protocol'

/** Somebody whom I share a room with. */
export type Acquaintance = Pick<Member, 'userId' | 'name'>

/** Most rooms whose members are read: those with the newest activity. */
export const MAX_ROOMS = 30
/** How many are read at a time. */
const WIDTH = 4
/** Most people offered at once; more words narrow it down. */
export const MAX_OFFERED = 30

/** What the members of several rooms were read to be. */
export interface PeopleRead {
  readonly people: readonly Acquaintance[]
  /** The rooms that have more members than the page that was read. */
  readonly large: readonly string[]
  /** No room could be read. */
  readonly hasFailed: boolean
}

/**
 * Reads one page of members of each of the first {@link MAX_ROOMS} rooms, a few at a time. A room that cannot be read (left
 * meanwhile, say) is passed over.
 */
export async function readPeople(
  roomIds: readonly string[],
  read: (roomId: string) => Promise<MemberPage>,
): Promise<PeopleRead> {
  const asked = roomIds.slice(0, MAX_ROOMS)
  const pages = new Map<string, MemberPage>()
  const queue = asked.values()
  const reader = async () => {
    for (const roomId of queue) {
      const page = await read(roomId).catch(() => null)
      if (page !== null) pages.set(roomId, page)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, reader))
  return {
    people: merged(...[...pages.values()].map(page => page.members)),
    large: asked.filter(roomId => (pages.get(roomId)?.nextCursor ?? null) !== null),
    hasFailed: asked.length > 0 && pages.size === 0,
  }
}

/** The people of all lists, each once, called as the last list calls them. */
export function merged(...lists: readonly (readonly Acquaintance[])[]): readonly Acquaintance[] {
  return [...new Map(lists.flat().map(person => [person.userId, person])).values()]
}

/**
 * Who of `people` is meant by `query`: those whose id it is exactly, then those with a name or a further name that begins
 * with it, then those whose name holds it anywhere; each by name. Accents and case do not matter. Without a query: all.
 */
export function matching(people: readonly Acquaintance[], query: string): readonly Acquaintance[] {
  const wanted = folded(query)
  const ranked = people.flatMap(person => {
    const rank = rankOf(person, query, wanted)
    return rank === null ? [] : [{ person, rank }]
  })
  ranked.sort((a, b) => a.rank - b.rank || a.person.name.localeCompare(b.person.name))
  return ranked.map(({ person }) => person)
}

function rankOf(person: Acquaintance, query: string, wanted: string): number | null {
  if (person.userId === query) return 0
  const name = folded(person.name)
  if (name.startsWith(wanted) || name.includes(` ${wanted}`)) return 1
  return name.includes(wanted) ? 2 : null
}

function folded(text: string): string {
  return text.trim().normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()
}

import type { GuestSession, Problem } from '@holdfast/protocol'

/** How asking for a guest's token ended. */
export type GuestAnswer =
  | { readonly kind: 'signed-in'; readonly session: GuestSession }
  /** This server takes people only from the application that it belongs to. */
  | { readonly kind: 'no-guests' }
  | { readonly kind: 'failed'; readonly words: string }

/** Asks the server for a guest's token. Never throws: a server that is away is an answer too. */
export async function signInAsGuest(name: string, fetcher: typeof fetch = fetch): Promise<GuestAnswer> {
  try {
    const response = await fetcher('/api/auth/guest', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    })
    if (response.ok) return { kind: 'signed-in', session: (await response.json()) as GuestSession }
    if (response.status === 404 || response.status === 403) return { kind: 'no-guests' }
    return { kind: 'failed', words: await wordsOf(response) }
  } catch {
    return { kind: 'failed', words: 'The server cannot be reached. Check your connection and try again.' }
  }
}

async function wordsOf(response: Response): Promise<string> {
  if (response.status === 429) return 'Too many people are signing in from here. Wait a moment and try again.'
  if (response.status >= 500) return 'The server is not ready yet. Try again in a moment.'
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null
  return `The server did not take this name: ${problem?.detail ?? response.statusText}`
}

import type { Member, MemberPage, Role } from '@holdfast/protocol'
import type { Http } from './http.ts'
import type { RoomMembers } from './room-handle.ts'

/** The members of one room, each method one call over HTTP. */
export class HttpMembers implements RoomMembers {
  readonly #http: Http
  readonly #path: string

  /** `path`: of the room, `/api/rooms/…`. */
  constructor(http: Http, path: string) {
    this.#http = http
    this.#path = path
  }

  list(options: { readonly cursor?: string; readonly query?: string } = {}): Promise<MemberPage> {
    const { cursor, query } = options
    const search = new URLSearchParams({
      ...(cursor && { cursor }),
      ...(query && { q: query }),
    })
    return this.#http.call('GET', `${this.#path}/members?${search}`)
  }

  put(userId: string, role?: Role): Promise<Member> {
    return this.#do('PUT', 'members', userId, { role })
  }

  remove(userId: string): Promise<void> {
    return this.#do('DELETE', 'members', userId)
  }

  ban(userId: string, options: { readonly reason?: string; readonly until?: number } = {}): Promise<void> {
    return this.#do('PUT', 'bans', userId, options)
  }

  unban(userId: string): Promise<void> {
    return this.#do('DELETE', 'bans', userId)
  }

  mute(userId: string, options: { readonly until?: number } = {}): Promise<void> {
    return this.#do('PUT', 'mutes', userId, options)
  }

  unmute(userId: string): Promise<void> {
    return this.#do('DELETE', 'mutes', userId)
  }

  #do<T>(method: 'PUT' | 'DELETE', list: 'members' | 'bans' | 'mutes', userId: string, body?: object): Promise<T> {
    return this.#http.call(method, `${this.#path}/${list}/${encodeURIComponent(userId)}`, body)
  }
}

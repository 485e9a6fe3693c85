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
      ...(cursor !== undefined && { cursor }),
      ...(query !== undefined && { q: query }),
    })
    return this.#http.call('GET', `${this.#path}/members?${search}`)
  }

  put(userId: string, role?: Role): Promise<Member> {
    return this.#http.call('PUT', this.#of('members', userId), role === undefined ? {} : { role })
  }

  async remove(userId: string): Promise<void> {
    await this.#http.call('DELETE', this.#of('members', userId))
  }

  async ban(userId: string, options: { readonly reason?: string; readonly until?: number } = {}): Promise<void> {
    await this.#http.call('PUT', this.#of('bans', userId), options)
  }

  async unban(userId: string): Promise<void> {
    await this.#http.call('DELETE', this.#of('bans', userId))
  }

  async mute(userId: string, options: { readonly until?: number } = {}): Promise<void> {
    await this.#http.call('PUT', this.#of('mutes', userId), options)
  }

  async unmute(userId: string): Promise<void> {
    await this.#http.call('DELETE', this.#of('mutes', userId))
  }

  #of(list: 'members' | 'bans' | 'mutes', userId: string): string {
    return `${this.#path}/${list}/${encodeURIComponent(userId)}`
  }
}

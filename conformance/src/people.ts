import { Api } from './http.ts'
import { Socket } from './socket.ts'
import { type Target, target } from './target.ts'
import { mint } from './tokens.ts'
import { unique } from './unique.ts'

/** A user with a valid token. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly token: string
  readonly at: Target
  readonly api: Api
  /** A welcomed socket; `hello` adds to the fields of `session.hello`. */
  readonly connect: (hello?: object) => Promise<Socket>
}

/** A user nobody else has: `label` makes the id readable. */
export async function person(label: string, at: Target = target()): Promise<Person> {
  const id = unique(label)
  return withToken(id, await mint(at.secret, { sub: id, name: nameOf(label) }), at, nameOf(label))
}

/** The same user under another token (a later one, another name in it, another server). */
export function withToken(id: string, token: string, at: Target, name: string): Person {
  const connect = async (hello?: object) => {
    const socket = await Socket.connect(at, { token })
    await socket.hello(hello)
    return socket
  }
  return { id, name, token, at, api: new Api(at, token), connect }
}

/** The display name that `person(label)` carries. */
export function nameOf(label: string): string {
  return `Name of ${label}`
}

/** Several users at once, one for each label. */
export async function people<const L extends readonly string[]>(...labels: L): Promise<{ [K in keyof L]: Person }> {
  const made = await Promise.all(labels.map(label => person(label)))
  return made as unknown as { [K in keyof L]: Person }
}

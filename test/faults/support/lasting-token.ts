import { tokenFor } from '../../support/serve.ts'

const DAY_S = 86_400

/** A token that is good whatever the server's clock is told. */
export function lastingToken(userId: string): Promise<string> {
  return tokenFor(userId, { exp: Math.floor(Date.now() / 1_000) + DAY_S })
}

/** Who acts: what the token says, and nothing that the client says of itself. */
export interface Actor {
  /** The token's `sub`. */
  readonly userId: string
  /** The token's `name`, shown beside what this person writes. */
  readonly name: string
  /** The token's `roles` contain `admin`: acts as an owner in every room, except that sending needs membership. */
  readonly isAdmin: boolean
}

/** A change that is made to a source as it is read: nothing of it is in what is published, and no switch in the product for it. */
export interface Edit {
  /** The source, from the root of the repository. */
  readonly file: string
  /** Text that is there exactly once, and what stands in its place. */
  readonly find: string
  readonly replace: string
}

/** A bug that can be planted in the product. */
export interface Mutant extends Edit {
  /** What else has to be changed for it. */
  readonly also?: readonly Edit[]
  /** The rule that it breaks, by its id in SPEC.md, and that has to see it. */
  readonly rule: string
  /** A seed that shows it, the first from 1 on when it was measured: `npm run sim -- --mutants` tells. A change of the product moves it. */
  readonly foundAt: number
}

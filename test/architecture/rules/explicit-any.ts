import type { Breach } from '../support/breach.ts'
import { type Source, walk } from '../support/source.ts'

/** Every `any` written as a type. What is not known is `unknown`, and gets checked. */
export function anyBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap(source => {
    const breaches: Breach[] = []
    walk(source.program, node => {
      if (node.type !== 'TSAnyKeyword') return
      breaches.push({
        path: source.path,
        line: source.lineOf(node.start),
        what: 'writes any; say unknown and check it',
      })
    })
    return breaches
  })
}

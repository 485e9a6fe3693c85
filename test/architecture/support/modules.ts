import { builtinModules } from 'node:module'
import { posix } from 'node:path'

/** Where an import leads: a file of this repository, one of Node's modules, or a package. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string; readonly subpath: string }

const BUILTIN = new Set(builtinModules)

/** Resolves an import specifier written in the file `from`. Relative ones carry their extension here, so no disk is asked. */
export function targetOf(from: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) }
  if (specifier.startsWith('node:') || BUILTIN.has(specifier)) {
    return { kind: 'node', name: specifier.replace(/^node:/, '') }
  }
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  return { kind: 'package', name: parts.slice(0, length).join('/'), subpath: parts.slice(length).join('/') }
}

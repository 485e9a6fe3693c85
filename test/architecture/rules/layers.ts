import type { Breach } from '../support/breach.ts'
import { type Target, targetOf } from '../support/modules.ts'
import type { Import, Source } from '../support/source.ts'

/** What the sources of one workspace may import. Third-party packages are listed only where the list is closed. */
interface Layer {
  /** Folder whose files this is about; a relative import may not leave it. */
  readonly folder: string
  /** Holdfast packages, by their public entry only. */
  readonly holdfast: readonly string[]
  /** Third-party packages, or `declared` for whatever its package.json lists. */
  readonly thirdParty: readonly string[] | 'declared'
  /** Whether Node's own modules may be used. */
  readonly node: boolean
}

/**
 * The directions of the tree: `protocol ← server ← cli` and `protocol ← client ← react ← web`.
 * Server and client meet only in tests, `bench` and `examples`; `conformance` knows nothing of ours.
 */
export const LAYERS: readonly Layer[] = [
  { folder: 'packages/protocol/src', holdfast: [], thirdParty: ['valibot'], node: false },
  { folder: 'packages/client/src', holdfast: ['@holdfast/protocol'], thirdParty: [], node: false },
  {
    folder: 'packages/react/src',
    holdfast: ['@holdfast/client', '@holdfast/protocol'],
    thirdParty: ['react'],
    node: false,
  },
  { folder: 'packages/server/src', holdfast: ['@holdfast/protocol'], thirdParty: 'declared', node: true },
  {
    folder: 'apps/web/src',
    holdfast: ['@holdfast/react', '@holdfast/client', '@holdfast/protocol'],
    thirdParty: 'declared',
    node: false,
  },
  {
    folder: 'apps/cli/src',
    holdfast: ['@holdfast/server', '@holdfast/protocol'],
    thirdParty: 'declared',
    node: true,
  },
  { folder: 'conformance', holdfast: [], thirdParty: 'declared', node: true },
  { folder: 'scripts', holdfast: [], thirdParty: [], node: true },
]

/** The names that a workspace's package.json promises to be there, or undefined where nothing is declared. */
export type Declared = (folder: string) => ReadonlySet<string>

/** Every import that goes against the direction of the layers. */
export function layerBreaches(sources: readonly Source[], declared: Declared): Breach[] {
  return sources.flatMap(source => {
    const layer = LAYERS.find(candidate => source.path.startsWith(`${candidate.folder}/`))
    if (!layer) return []
    return source.imports.flatMap(found => {
      const what = complaint(layer, targetOf(source.path, found.specifier), found, declared)
      return what === undefined ? [] : [{ path: source.path, line: found.line, what }]
    })
  })
}

function complaint(layer: Layer, target: Target, { specifier }: Import, declared: Declared): string | undefined {
  switch (target.kind) {
    case 'file':
      return target.path.startsWith(`${layer.folder}/`) ? undefined : `${specifier} leaves ${layer.folder}`
    case 'node':
      return layer.node ? undefined : `${layer.folder} runs without Node, but imports ${specifier}`
    case 'package':
      if (target.name === 'holdfast' || target.name.startsWith('@holdfast/')) {
        if (!layer.holdfast.includes(target.name)) return `${layer.folder} may not import ${target.name}`
        return target.subpath === '' ? undefined : `${specifier} goes past the public entry of ${target.name}`
      }
      return mayUse(layer, target.name, declared) ? undefined : `${layer.folder} may not import ${target.name}`
  }
}

function mayUse(layer: Layer, name: string, declared: Declared): boolean {
  return layer.thirdParty === 'declared' ? declared(layer.folder).has(name) : layer.thirdParty.includes(name)
}

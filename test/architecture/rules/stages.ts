import type { Breach } from '../support/breach.ts'
import { targetOf } from '../support/modules.ts'
import type { Source } from '../support/source.ts'

/** How the folders inside one package may use each other. */
export interface Stages {
  /** The package's source folder; each folder directly inside is a stage. */
  readonly folder: string
  /** Files directly inside that may import every stage: they compose. */
  readonly wiring: readonly string[]
  /** For each stage the others it may import, types included. `[]` is a leaf: what it needs it is handed. */
  readonly mayImport: Readonly<Record<string, readonly string[]>>
}

/** Every import between stages that the table does not allow, and every stage that the table does not know. */
export function stageBreaches(sources: readonly Source[], stages: Stages): Breach[] {
  return sources.flatMap(source => {
    const from = stageOf(source.path, stages)
    if (from === undefined || stages.wiring.includes(from)) return []
    const allowed = stages.mayImport[from]
    if (!allowed)
      return [{ path: source.path, line: 1, what: `${from} is not in the table of stages of ${stages.folder}` }]
    return source.imports.flatMap(({ specifier, line }) => {
      const target = targetOf(source.path, specifier)
      const to = target.kind === 'file' ? stageOf(target.path, stages) : undefined
      if (to === undefined || to === from || allowed.includes(to)) return []
      return [{ path: source.path, line, what: `${from} may not import ${to}; let it be handed what it needs` }]
    })
  })
}

/** The stage a path belongs to: its folder, or the file itself if it lies directly in the source folder. */
function stageOf(path: string, { folder }: Stages): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/')[0] : undefined
}

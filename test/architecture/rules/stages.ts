import type { Breach } from '../support/breach.ts'
import { targetOf } from '../support/modules.ts'
import type { Source } from '../support/source.ts'

/** How the parts of one package may use each other: its folders (stages) and the files beside them. */
export interface Stages {
  /** The package's source folder; each folder directly inside is a stage. */
  readonly folder: string
  /** Files directly inside that may import every stage, because they compose them. No stage may import one. */
  readonly wiring: readonly string[]
  /** For each stage, and each other file that needs one, the stages it may import, types included. `[]` is a leaf. */
  readonly mayImport: Readonly<Record<string, readonly string[]>>
}

/** Every import between stages that the table does not allow, and every stage that the table does not know. */
export function stageBreaches(sources: readonly Source[], stages: Stages): Breach[] {
  return sources.flatMap(source => {
    const from = partOf(source.path, stages)
    if (from === undefined || stages.wiring.includes(from)) return []
    const allowed = stages.mayImport[from] ?? (isFile(from) ? [] : undefined)
    if (!allowed)
      return [{ path: source.path, line: 1, what: `${from} is not in the table of stages of ${stages.folder}` }]
    return source.imports.flatMap(({ specifier, line }) => {
      const target = targetOf(source.path, specifier)
      const to = target.kind === 'file' ? partOf(target.path, stages) : undefined
      if (to === undefined || to === from || allowed.includes(to)) return []
      if (isFile(to) && !stages.wiring.includes(to)) return []
      return [{ path: source.path, line, what: `${from} may not import ${to}; let it be handed what it needs` }]
    })
  })
}

/** What the table allows and nobody does: an open door is closed before somebody finds it. */
export function unusedEdges(sources: readonly Source[], stages: Stages): string[] {
  const used = new Set(
    sources.flatMap(({ path, imports }) =>
      imports.map(({ specifier }) => {
        const target = targetOf(path, specifier)
        return `${partOf(path, stages)} → ${target.kind === 'file' ? partOf(target.path, stages) : ''}`
      }),
    ),
  )
  return Object.entries(stages.mayImport)
    .flatMap(([from, targets]) => targets.map(to => `${from} → ${to}`))
    .filter(edge => !used.has(edge))
}

/** The stage a path belongs to: its folder, or the file itself if it lies directly in the source folder. */
function partOf(path: string, { folder }: Stages): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/')[0] : undefined
}

function isFile(part: string): boolean {
  return /\.tsx?$/.test(part)
}
